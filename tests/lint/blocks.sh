#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every block of commands or configuration in a document or manual is run by a test, or says why not (tests/blocks).
. "$(dirname "$0")/lib.sh"

sources '\.(md|[1-8])$' >"$work/files"
mapfile -t files <"$work/files"
tests/blocks "${files[@]}" >"$work/blocks"
worlds=$(sed -nE 's/^#   ([a-z-]+)  +[a-z].*/\1/p; s/^#   (uturnd.conf), (uturn-web.conf) .*/\1|\2/p' tests/system/scenarios/blocks.sh | paste -sd '|')

sed -n 's/^== //p' "$work/blocks" | while read -r place kind mark; do
	case $mark in
	-) printf "%s: %s without 'run: WORLD', 'run by FILE' or 'not run: WHY' in front, see tests/blocks\n" "$place" "$kind" ;;
	'run by '*) [ -f "${mark#run by }" ] || printf '%s: %s is not there\n' "$place" "${mark#run by }" ;;
	'run: '*) [[ ${mark#run: } =~ ^($worlds)$ ]] || printf '%s: there is no world %s, but %s\n' "$place" "${mark#run: }" "$worlds" ;;
	esac
done >"$work/found"
[ -s "$work/blocks" ] || echo 'no block was found' >>"$work/found"
result "blocks: $(grep -c '^== ' "$work/blocks") of commands and configuration, each is run or says why not" "$work/found"
