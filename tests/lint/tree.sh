#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a reader would stumble over in any file.
. "$(dirname "$0")/lib.sh"
code='\.([ch]|sh|[1-8])$|(^|/)(Makefile|run)$'

sources "$code" | xargs grep -nE '\b(TO''DO|FIX''ME|XX''X)\b' >"$work/found"
result 'tree: nothing left to do' "$work/found"

sources "$code" | xargs wc -l | awk '$2 != "total" && $1 > 500 {print $2 ": " $1 " lines"}' >"$work/found"
result 'tree: no file over 500 lines' "$work/found"

sources '\.[ch]$' | while read -r file; do
	[ "$(head -n 1 "$file")" = '/* SPDX-License-Identifier: GPL-2.0-or-later */' ] || printf '%s\n' "$file"
done >"$work/found"
sources '\.(sh|[1-8])$' | while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || printf '%s\n' "$file"
done >>"$work/found"
result 'tree: every file says its licence first' "$work/found"

sources '^(lib|uturnd|rules|tools)/.*\.[ch]$' | xargs grep -nE '\b(sprintf|vsprintf|gets|strtok|atoi|alloca|system|popen)\(' >"$work/found"
result 'tree: no function that cannot be called safely' "$work/found"

sources "$code" | xargs grep -nE '[[:blank:]]+$' >"$work/found"
result 'tree: no blanks at the end of a line' "$work/found"
