#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything that a shell runs, through shellcheck; .shellcheckrc is its configuration.
. "$(dirname "$0")/lib.sh"
needs 'scripts: shellcheck' shellcheck

sources '^' | while read -r file; do
	case $file in
	*.sh | *.openrc) printf '%s\n' "$file" ;;
	*) head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*\b(ba|da)?sh\b' && printf '%s\n' "$file" ;;
	esac
done >"$work/scripts"
xargs shellcheck --format=gcc <"$work/scripts" >"$work/found" 2>&1
result "scripts: shellcheck on $(grep -c '' "$work/scripts") files" "$work/found"
