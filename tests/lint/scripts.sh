#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything that a shell runs, through shellcheck; .shellcheckrc is its configuration.
. "$(dirname "$0")/lib.sh"
needs 'scripts: shellcheck' shellcheck

# by its name, or by its first line
sources '^' | xargs awk '
FNR == 1 && (FILENAME ~ /\.(sh|openrc)$/ || /^#!.*[^a-z](ba|da)?sh( |$)/) { print FILENAME }
{ nextfile }' >"$work/scripts"
xargs shellcheck --format=gcc <"$work/scripts" >"$work/found" 2>&1
result "scripts: shellcheck on $(grep -c '' "$work/scripts") files" "$work/found"
