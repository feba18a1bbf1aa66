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

state() { systemctl "$1" "$2" 2>/dev/null; }

# eventually COMMAND...: it succeeds, sooner or later
eventually() {
	local _
	for _ in $(seq 600); do
		"$@" >/tmp/last 2>&1 && return
		sleep 0.1
	done
	cat /tmp/last
	return 1
}

# runs_new UNIT NAME: it is active, with the program that is there now
runs_new() {
	local pid
	pid=$(systemctl show -P MainPID "$1")
	is "$2: $1 is active" active "$(state is-active "$1")"
	is "$2: $1 runs the new program" "" "$(readlink "/proc/$pid/exe" | grep -o deleted)"
}

# what a system has: files with mode, owner and, for links and files in /etc, what is in them; users and groups
snapshot() {
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /media -o -path /var/log \
		-o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -printf '%p %M %u:%g %l\n' | sort
	# backups of the tools for users, and their time stamps
	find /etc -xdev -type f ! -name '*-' -exec sha256sum {} + | sort -k 2
}
# lists of users are compared without the backups
unlisted='^/etc/(passwd|group|shadow|gshadow|subuid|subgid)- '

before() { snapshot | grep -vE "$unlisted" >/tmp/snapshot.before; }
as_before() {
	snapshot | grep -vE "$unlisted" >/tmp/snapshot.after
	does "$1" diff /tmp/snapshot.before /tmp/snapshot.after
}
