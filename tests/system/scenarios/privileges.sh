#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What uturnd may do once it is ready, as the kernel reports it: kept root for a lab, started
# as root with a user of its own, and started as that user with two capabilities as its service does.
# In its sandbox it does its work: traces, reloads, finds its capture again, removes its socket.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
through=()

# start_as USER [TEXT]: through a command that gives up privileges, if there is one
start_as() {
	config "${2:-}"
	sed -i "s/^user .*/user $1/" "$work/uturnd.conf"
	start_configured "${through[@]}"
	pid=$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
}

# field NAME...: of the running uturnd's /proc/PID/status
field() {
	local name

	for name; do awk -v name="$name:" '$1 == name { $1 = ""; print substr($0, 2) }' "/proc/$pid/status"; done | paste -sd " "
}

still_does_its_work() {
	is "${title}no new privileges, a filter of system calls" "1 2" "$(field NoNewPrivs Seccomp)"
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -T TARGET
	END
	sed 's/^# *max-ttl.*/max-ttl 31/' "$work/uturnd.conf" >"$work/uturnd.new"
	mv "$work/uturnd.new" "$work/uturnd.conf" # as an editor does
	has "${title}reloads" '"reloaded":true' "$(target "$ctl" reload --json --socket "$control" 2>&1)"
	kill -USR2 "$pid"
	ends_well
}

ends_well() {
	target "$ctl" status --socket "$control" >/dev/null
	is "${title}has not been ended" 0 $?
	stop_uturnd
	is "${title}ends well" 0 "$stopped"
	[ ! -e "$control" ]
	is "${title}leaves no socket" 0 $?
}

captures_on() { target cat /proc/net/packet | awk -v index_="$1" '$5 == index_ { n++ } END { exit !n }'; }

# an interface that goes and comes back
finds_its_capture_again() {
	target sh -c 'ip link add away type veth peer name home && ip link set away up' || give_up "make an interface"
	start_as "$1" "interface away"
	for _ in 1 2; do
		target ip link del away
		target ip link add away type veth peer name home
		target ip link set away up
		index=$(target cat /sys/class/net/away/ifindex)
		eventually captures_on "$index"
		has "${title}finds its capture again" "^\S+ +\S+ +\S+ +\S+ +$index " "$(target cat /proc/net/packet)"
	done
	is "${title}says so once a minute" "1 1" \
		"$(grep -c "capture lost" "$work/uturnd.log") $(grep -c "capture is back" "$work/uturnd.log")"
	ends_well
	target ip link del away
}

start_lab 3 4
apply_rules
chmod 755 "$work" # mktemp's is private

title="kept root: "
start_as root
still_does_its_work
finds_its_capture_again root

if [ -z "$can_scamper" ]; then
	skip "another user" "needs root: in a user namespace is only one user"
	exit
fi
nobody=$(id -u nobody)
group=$(id -g nobody)

# just_two: exactly CAP_NET_ADMIN (12) and CAP_NET_RAW (13), and no way to more
just_two() {
	is "${title}user and group" "$nobody $nobody $nobody $nobody $group $group $group $group" \
		"$(field Uid Gid | tr '\t' ' ')"
	is "${title}no other groups" "" "$(field Groups | tr -d ' ')"
	is "${title}permitted and effective capabilities" "0000000000003000 0000000000003000" "$(field CapPrm CapEff)"
	is "${title}inheritable and ambient ones" "0000000000000000 0000000000000000" "$(field CapInh CapAmb)"
	is "${title}and those it could ever have" "$1" "$(field CapBnd)"
}

title="root, with a user of its own: "
control=$work/run/control
start_as nobody
just_two 0000000000000000
still_does_its_work
finds_its_capture_again nobody

title="as its service does: "
mkdir -p "$work/run"
chown nobody "$work/run"
# shellcheck disable=SC2054 # setpriv's commas
through=(setpriv --reuid="$nobody" --regid="$group" --clear-groups --bounding-set=-all,+net_admin,+net_raw
	--inh-caps=-all,+net_admin,+net_raw --ambient-caps=-all,+net_admin,+net_raw)
start_as nobody
just_two 0000000000003000
still_does_its_work
finds_its_capture_again nobody

title="as its service does, as another user than configured: "
config
sed -i "s/^user .*/user daemon/" "$work/uturnd.conf"
has "${title}refuses to run" "user daemon: only root can change to it, and this process is uid $nobody" \
	"$(target timeout "$hang" "${through[@]}" "$build/uturnd" -f "$work/uturnd.conf" 2>&1)"
[ ! -e "$control" ]
is "${title}leaves no socket" 0 $?
