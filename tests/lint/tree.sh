#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a reader would stumble over in any file.
. "$(dirname "$0")/lib.sh"
code='\.([ch]|sh|[1-8])$|(^|/)(Makefile|run)$'

sources "$code" | xargs grep -nE '\b(TO''DO|FIX''ME|XX''X)\b' >"$work/found"
result 'tree: nothing left to do' "$work/found"

sources "$code" | xargs wc -l | awk '$2 != "total" && $1 > 500 {print $2 ": " $1 " lines"}' >"$work/found"
result 'tree: no file over 500 lines' "$work/found"

# the first line of C, one of the first three of a script or manual
sources '\.([ch]|sh|[1-8])$' | xargs awk '
FNR == 1 { is_said = 0 }
/SPDX-License-Identifier: GPL-2\.0-or-later/ { is_said = 1 }
FNR == 1 && FILENAME ~ /\.[ch]$/ { is_said = /^\/\* SPDX-License-Identifier: GPL-2\.0-or-later \*\/$/ }
FNR == 3 || (FNR == 1 && FILENAME ~ /\.[ch]$/) { if (!is_said) print FILENAME; nextfile }' >"$work/found"
result 'tree: every file says its licence first' "$work/found"

sources '^(lib|uturnd|rules|tools)/.*\.[ch]$' | xargs grep -nE '\b(sprintf|vsprintf|gets|strtok|atoi|alloca|system|popen)\(' >"$work/found"
result 'tree: no function that cannot be called safely' "$work/found"

sources "$code" | xargs grep -nE '[[:blank:]]+$' >"$work/found"
result 'tree: no blanks at the end of a line' "$work/found"

# a redirection that was meant for a comparison leaves a file of its number or word
sources '^[^/]*$' | grep -vE '^(\..*|[A-Z]+\.md|LICENSE|Makefile|Containerfile)$' >"$work/found"
result 'tree: no stray file at the top' "$work/found"
