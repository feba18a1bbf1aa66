#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every program has a manual, every manual is right.
. "$(dirname "$0")/lib.sh"
needs 'manuals: mandoc' mandoc

sources '\.[1-8]$' | xargs mandoc -Tlint -W warning >"$work/found" 2>&1
result 'manuals: mandoc' "$work/found"

for program in uturnd uturnctl uturn-rules uturn-lab uturn-replay uturn-web uturn-history; do
	sources "/$program\.[18]\$" | grep -q . || printf '%s: no manual\n' "$program"
done >"$work/found"
result 'manuals: one for every program' "$work/found"

# .Xr of a program or file of ours has to lead somewhere
sources '\.[1-8]$' | while read -r file; do
	awk '$1 == ".Xr" && $2 ~ /^uturn/ {print $2 "." $3}' "$file" | while read -r other; do
		sources "/$other\$" | grep -q . || printf '%s: refers to %s, which is not there\n' "$file" "$other"
	done
done >"$work/found"
result 'manuals: those of ours that they refer to are there' "$work/found"
