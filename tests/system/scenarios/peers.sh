#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two uturn hosts with one address: the probes arrive at the one, and every error of a router at the other, which sends
# it on. Traces are complete by every protocol, both families; what is forged, replayed or made with another key is
# refused and counted; a peer that is gone costs nothing but its errors.

. "$(dirname "$0")/../helpers/lib.sh"

other() { ip netns exec uturn-other "$@"; }
b1() { lab run b1 "$@"; }

# All errors for the address that both have leave b1 for the other host, its own too.
plan_other() {
	ip netns add uturn-other &&
		b1 ip link add other type veth peer name b1 netns uturn-other &&
		b1 ip addr add 10.2.200.1/24 dev other && b1 ip addr add fd00:2:200::1/64 dev other nodad &&
		b1 ip link set other up &&
		other ip link set lo up && other ip addr add 10.2.200.2/24 dev b1 && other ip addr add fd00:2:200::2/64 dev b1 nodad &&
		for address in $target4/32 $second4/32 $target6/128 $second6/128; do other ip addr add "$address" dev lo; done &&
		other ip link set b1 up && other ip route add default via 10.2.200.1 && other ip route add default via fd00:2:200::1 &&
		b1 ip rule add fwmark 7 lookup 77 && b1 ip -6 rule add fwmark 7 lookup 77 &&
		b1 ip route add default via 10.2.200.2 table 77 && b1 ip route add default via fd00:2:200::2 table 77
}
send_elsewhere() {
	for chain in PREROUTING OUTPUT; do
		for type in 3 11; do b1 iptables -t mangle -"$1" $chain -d $target4 -p icmp --icmp-type $type -j MARK --set-mark 7; done
		for type in 1 2 3 4; do b1 ip6tables -t mangle -"$1" $chain -d $target6 -p icmpv6 --icmpv6-type $type -j MARK --set-mark 7; done
	done
}

other_control=$work/other

# the lab does not know of it
end_other() {
	[ -z "$other_pid" ] || kill "$other_pid" 2>/dev/null
	[ -z "$other_pid" ] || wait "$other_pid" 2>/dev/null
	other_pid=""
}
other_pid=""
trap 'end_other; clean_up' EXIT
# start_other [TEXT]
start_other() {
	printf 'user root\ncontrol %s\nqueue 5\n%s\n' "$other_control" "$1" >"$work/other.conf"
	: >"$work/other.log"
	ip netns exec uturn-other "$build/uturnd" -f "$work/other.conf" 2>"$work/other.log" &
	other_pid=$!
	started "the other uturnd" "$work/other.log" "$other_pid"
}

# of OP FIELD, of the host that has the probes, and of the other
number() { target "$build/uturnctl" --socket "$control" --json "$1" | jq "$2"; }
others() { other "$build/uturnctl" --socket "$other_control" --json "$1" | jq "$2"; }

start_lab 2 4
plan_other || give_up "make the other host"
send_elsewhere A
apply_rules
"$build/uturnctl" peer-key "$work/key" >/dev/null || give_up "make a key"
shared="peer 10.2.1.254
peer 10.2.200.2
peer-key $work/key"

title="without peers: "
start_uturnd "$secondary"
clients "$there second * * * * target" <<-'END'
	4  | traceroute.db -n -w 1,0,0 -q 1 TARGET
END
stop_uturnd

title="peers by IPv4: "
start_uturnd "$secondary
$shared
peer-listen 10.2.1.254
request on"
start_other "$shared
peer-listen 10.2.200.2
request on"
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n -w 5,0,0 TARGET
	46 | traceroute.db -n -w 5,0,0 -I TARGET
	46 | traceroute.db -n -w 5,0,0 -T TARGET
	4  | mtr -n -r -c 1 -G 1 TARGET
END
number counters .
others counters .
