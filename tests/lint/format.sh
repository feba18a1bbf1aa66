#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-format with .clang-format; `tests/lint/format.sh --fix` formats the tree.
. "$(dirname "$0")/lib.sh"
needs 'format: clang-format' clang-format

if [ "${1-}" = --fix ]; then
	sources '\.[ch]$' | xargs clang-format -i
	exit
fi
sources '\.[ch]$' | xargs clang-format --dry-run 2>&1 | grep 'warning:' >"$work/found"
result 'format: as clang-format has it (tests/lint/format.sh --fix)' "$work/found"
