#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cppcheck over everything but the tests, whose macros it does not know.
. "$(dirname "$0")/lib.sh"
needs 'cppcheck' cppcheck

# variableScope, constParameter: taste; missingInclude*: system headers are not its business;
# checkersReport: about itself
sources '^(lib|uturnd|rules|tools)/.*\.c$' |
	cppcheck -j "$(nproc)" --quiet --std=c11 "${CPPFLAGS[@]:1}" -Irules -Itools/uturnctl -Itools/uturn-replay -Itools/uturn-web \
		--enable=warning,performance,portability --inline-suppr --max-ctu-depth=2 \
		--suppress=missingIncludeSystem --suppress=checkersReport \
		--template='{file}:{line}: {severity}: {message} [{id}]' --file-list=- 2>"$work/found" >/dev/null
result 'cppcheck' "$work/found"
