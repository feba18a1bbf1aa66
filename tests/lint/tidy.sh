#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-tidy with .clang-tidy, two files at a time.
. "$(dirname "$0")/lib.sh"
needs 'tidy: clang-tidy' clang-tidy

export FLAGS=${CPPFLAGS[*]}

check() {
	# shellcheck disable=SC2086 # a list of words
	clang-tidy --quiet "$1" -- $FLAGS -I"$(dirname "$1")" 2>/dev/null |
		grep -E '^/.*(warning|error):' | sed "s|^$PWD/||"
}
export -f check

# longest first, so that the last ones are short
sources '\.c$' | xargs wc -c | grep -v ' total$' | sort -rn | awk '{print $2}' |
	xargs -P "$(nproc)" -I{} bash -c 'check {}' | sort -u >"$work/found"
result 'tidy: clang-tidy' "$work/found"
