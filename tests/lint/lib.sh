# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What every lint script begins with: the top of the tree as directory, a list of files, a line for each result.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# shellcheck disable=SC2034 # for those who source this
read -ra CPPFLAGS <<<"-std=gnu11 -D_GNU_SOURCE $(make -s --no-print-directory include-paths)"
work=$(mktemp -d "${TMPDIR:-/tmp}/uturn-lint.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# Files of ours whose path matches the extended regular expression, also those that git does not know yet.
sources() {
	{
		git ls-files -co --exclude-standard 2>/dev/null ||
			find . -name .git -prune -o -path ./build -prune -o -type f -print | sed 's|^\./||'
	} | sort -u | grep -E "$1" | while read -r file; do
		[ -f "$file" ] && printf '%s\n' "$file"
	done
}

# The first lines of what a tool said, in front of the result.
show() {
	head -n "${LINT_LINES:-20}" "$1" | sed 's/^/    /'
}

# result NAME FILE: it went well if the file, where complaints are, is empty.
result() {
	local count
	count=$(grep -c '' "$2")
	if [ "$count" = 0 ]; then
		printf 'ok lint: %s\n' "$1"
	else
		show "$2"
		printf 'not ok lint: %s: %s lines like those above\n' "$1" "$count"
	fi
}

# needs NAME PROGRAM: a lint whose program is missing says so.
needs() {
	command -v "$2" >/dev/null && return
	printf 'skip lint: %s: no %s\n' "$1" "$2"
	exit 0
}
