#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-tidy with .clang-tidy, two files at a time. The analyzer gives a function up after so many steps: a third of the time of
# its own limit of 225000, which `make tidy` sets.
. "$(dirname "$0")/lib.sh"
needs 'tidy: clang-tidy' clang-tidy

export FLAGS=${CPPFLAGS[*]} NODES=${NODES:-50000}

check() {
	# shellcheck disable=SC2086 # a list of words
	clang-tidy --quiet --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg="max-nodes=$NODES" "$1" -- $FLAGS -I"$(dirname "$1")" 2>/dev/null |
		grep -E '^/.*(warning|error):' | sed "s|^$PWD/||"
}
export -f check

# longest first, so that the last ones are short
sources '\.c$' | xargs wc -c | grep -v ' total$' | sort -rn | awk '{print $2}' |
	xargs -P "$(nproc)" -I{} bash -c 'check {}' | sort -u >"$work/found"
result 'tidy: clang-tidy' "$work/found"
