#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Links on which a packet is not once behind a plain Ethernet header: switches that tag frames with a priority
# (802.1Q, number 0), other VLANs on the same wire, and interfaces on top of others, where a packet is seen on each.

. "$(dirname "$0")/../helpers/lib.sh"

tagger_pid=""
counter() { target "$build/uturnctl" counters --json --socket "$control" | grep -oE "\"$1\":[0-9]+" | grep -oE '[0-9]+$'; }
b1() { lab run b1 "$@"; }

# tags TAG...: from now on, on what b1 sends to the target
tags() {
	[ -z "$tagger_pid" ] || kill "$tagger_pid"
	: >"$work/tagger.log"
	"$uturn_lab" run b1 "$helpers/tagger" inside wire "$@" >"$work/tagger.log" 2>&1 &
	tagger_pid=$!
	started "the switch" "$work/tagger.log" "$tagger_pid"
}

# once TEXT: complete, each answer heard one time, and nothing that was not understood
once() {
	title=$1
	clients "$path" <<-'END'
		46 | traceroute.db -n -w 5,0,0 TARGET
		46 | traceroute.db -n -w 5,0,0 -I TARGET
		46 | traceroute.db -n -w 5,0,0 -T TARGET
	END
	is "${title}heard once, and understood" "0 0 0 0" \
		"$(counter no_flight) $(counter version) $(counter error_truncated) $(counter error_checksum)"
}

start_lab 3 4

# a switch in front of the target: what was b1's wire to it is the switch's now
b1 sh -c 'ip link set target down && ip link set target name wire && sysctl -q net.ipv6.conf.wire.disable_ipv6=1 &&
	ip addr flush dev wire && ip link set wire arp off up && ip link add target type veth peer name inside &&
	sysctl -q net.ipv6.conf.inside.disable_ipv6=1 && ip link set inside arp off up && ip link set target up &&
	ip addr add 10.2.1.1/24 dev target && ip addr add fd00:2:1::1/64 dev target nodad &&
	ip route add 203.0.113.0/24 via 10.2.1.254 && ip -6 route add 2001:db8:80::/64 via fd00:2:1::254' || give_up "put a switch there"
apply_rules
for interface in all b1; do
	start_uturnd "interface $interface"
	tags 0
	once "priority 0, interface $interface: "
	tags 0x6000
	once "priority 3, interface $interface: "
	tags 0x6005 0
	once "VLAN 5 beside it, interface $interface: "
	stop_uturnd
done
kill "$tagger_pid"
lab down

start_lab 3 12
target sh -c 'ip link add br0 type bridge && ip link set b1 master br0 && ip addr flush dev b1 && ip link set br0 up &&
	ip addr add 10.2.1.254/24 dev br0 && ip addr add fd00:2:1::254/64 dev br0 nodad &&
	ip route replace default via 10.2.1.1 src 203.0.113.80 &&
	ip -6 route replace default via fd00:2:1::1 src 2001:db8:80::80' || give_up "put a bridge there"
apply_rules
start_uturnd
once "a bridge: "
stop_uturnd

# what tells the probes of such a client apart is the label alone, at which of many workers few guesses are allowed
title="a bridge, sixteen workers: "
apply_rules --queue 5:20
config
sed -i 's/^queue .*/queue 5:20/' "$work/uturnd.conf"
start_configured
# in so much haste it may miss the first answers of all
has "${title}every hop back" "$back target$" "$(cd "$work" && prober dublin-traceroute -n 2 -D 0 "$target4" 2>/dev/null | hops)"
is "${title}no tag is guessed" 0 "$(counter guessed)"
