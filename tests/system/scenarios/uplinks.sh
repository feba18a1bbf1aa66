#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A host with two uplinks: the return probe leaves by the one that an answer from the same address
# leaves by, or by one that is chosen by our mark. Addresses that come later are targets like the others.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
target ip route add default via 10.1.4.254 table 100
target ip -6 route add default via fd00:1:4::254 table 100
apply_rules
start_uturnd

methods='
	46 | traceroute.db -n TARGET
	46 | traceroute.db -n -I TARGET
	46 | traceroute.db -n -T TARGET
'

title="by source: "
target ip rule add from "$second4" lookup 100
target ip -6 rule add from "$second6" lookup 100
clients "$path" <<<"$methods"
target4=$second4 target6=$second6 clients "$there second f3 f2 f1 second" <<<"$methods"
target ip rule del from "$second4" lookup 100
target ip -6 rule del from "$second6" lookup 100

title="by our mark: "
target ip rule add fwmark 0x54 lookup 100
target ip -6 rule add fwmark 0x54 lookup 100
clients "$there target f3 f2 f1 target" <<<"$methods"
title="another mark: "
restart_uturnd "mark 7"
clients "$path" <<<"$methods"

title="an address added later: "
target ip addr add 203.0.113.83/32 dev lo
target ip addr add 2001:db8:80::83/128 dev lo nodad
third="$there third $back third"
for address in 203.0.113.83 2001:db8:80::83; do
	for method in "" -I -T; do
		# shellcheck disable=SC2086
		is "$title$address $method" "$third" "$(prober traceroute.db -n -w 5,0,0 $method "$address" | hops | sed "s/$address/third/g")"
	done
done
