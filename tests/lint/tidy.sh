#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-tidy with .clang-tidy, two files at a time.
. "$(dirname "$0")/lib.sh"
needs 'tidy: clang-tidy' clang-tidy

check() {
	clang-tidy --quiet "$1" -- -std=gnu11 -D_GNU_SOURCE -I. -Iuturnd -I"$(dirname "$1")" 2>/dev/null |
		grep -E '^/.*(warning|error):' | sed "s|^$PWD/||"
}
export -f check

# longest first, so that the last ones are short
sources '\.c$' | xargs wc -c | grep -v ' total$' | sort -rn | awk '{print $2}' |
	xargs -P "$(nproc)" -I{} bash -c 'check {}' | sort -u >"$work/found"
result 'tidy: clang-tidy' "$work/found"
