#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A module is a .c with its .h. No modules include each other in a circle, however long.
. "$(dirname "$0")/lib.sh"

# MODULE MODULE, a line an include of a header of ours
includes() {
	sources '^(lib|uturnd|rules|tools)/.*\.[ch]$' | xargs grep -oE '^#include "[^"]+"' | while IFS=: read -r file name; do
		name=${name#*\"}
		name=${name%\"}
		for folder in "${file%/*}" lib uturnd; do
			[ -f "$folder/$name" ] && printf '%s %s\n' "${file%.[ch]}" "$folder/${name%.h}" && break
		done
	done | awk '$1 != $2' | sort -u
}

includes | tsort 2>&1 >/dev/null | sed 's/^tsort: //; s/^-: //' >"$work/found"
result 'circles: no modules include each other' "$work/found"
