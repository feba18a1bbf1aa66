#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each header compiles alone and twice in one file, with both compilers.
. "$(dirname "$0")/lib.sh"

for compiler in gcc clang; do
	needs "headers: compile alone with $compiler" "$compiler"
	: >"$work/found"
	while read -r header; do
		printf '#include "%s"\n#include "%s"\n' "$header" "$header" >"$work/twice.c"
		"$compiler" "${CPPFLAGS[@]}" -I"$(dirname "$header")" -Wall -Wextra -Werror -fsyntax-only "$work/twice.c" \
			>>"$work/found" 2>&1
	done < <(sources '\.h$')
	result "headers: compile alone with $compiler" "$work/found"
done
