# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
# What is run in a system that the tests have booted; sourced there. /media is the folder shared with the test outside.
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /media || exit 1
failed=0

ok() { echo "ok $1"; }
not_ok() {
	echo "not ok $1"
	shift
	[ $# = 0 ] || printf '    %s\n' "$@"
	failed=1
}

# is NAME EXPECTED FOUND
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2" "found: $3"; fi; }

# does NAME COMMAND...: it succeeds
does() {
	local name=$1
	shift
	if "$@" >/tmp/said 2>&1; then ok "$name"; else not_ok "$name" "$(cat /tmp/said)"; fi
}

install_all() { does "$1" apt-get -q -y --no-install-recommends --allow-downgrades install "${@:2}"; }
