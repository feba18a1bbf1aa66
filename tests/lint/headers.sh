#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each header compiles alone and twice in one file, with both compilers.
. "$(dirname "$0")/lib.sh"

count=0
while read -r header; do
	count=$((count + 1))
	printf '#include "%s"\n#include "%s"\n' "$PWD/$header" "$PWD/$header" >"$work/twice-$count.c"
done < <(sources '\.h$')

for compiler in gcc clang; do
	needs "headers: compile alone with $compiler" "$compiler"
	printf '%s\n' "$work"/twice-*.c |
		xargs -n 16 -P "$(nproc)" "$compiler" "${CPPFLAGS[@]}" -Wall -Wextra -Werror -fsyntax-only >"$work/found" 2>&1
	result "headers: compile alone with $compiler" "$work/found"
done
