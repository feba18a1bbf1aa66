#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A network that lets only our own sources out (BCP 38): answers that are spoofed as a router's are
# lost; those from ourselves name the router inside (RFC 5837), in hex before traceroute 2.1.4.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4 --bcp38
apply_rules

# the 4 routers on the return path, by what -e shows: AFI, address
names_routers() {
	local output4 output6 i

	output4=$(prober traceroute.db -n -w 5,0,0 -e -q 1 "${@:2}" "$target4")
	output6=$(prober traceroute.db -n -w 5,0,0 -e -q 1 "${@:2}" "$target6")
	for i in 1 2 3 4; do
		has "$title$1 names b$i (IPv4)" " $((4 + i))  $second4 <(2/4:00010000,?0a020${i}01>|INC:.*10\.2\.$i\.1[,>])" "$output4"
		has "$title$1 names b$i (IPv6)" " $((4 + i))  $second6 <(2/4:00020000,?fd000002,?000${i}0000,?00000000,?00000001>|INC:.*fd00:2:$i::1[,>])" "$output6"
	done
}

title="answer-from self: "
start_uturnd "answer-from self
$secondary"
within=6
clients "$there second second second second second target" <<-'END'
	46 | traceroute.db -n TARGET
	46 | traceroute.db -n -I TARGET
	46 | traceroute.db -n -T TARGET
	4  | inetutils-traceroute TARGET
	4  | busybox traceroute -n TARGET
	6  | rltraceroute6 -n TARGET
	46 | mtr -n -r -c 1 -G 1 TARGET
END
names_routers UDP
names_routers ICMP -I
names_routers TCP -T

title="answer-from router: "
restart_uturnd "answer-from router
$secondary"
clients "$there second * * * * target" <<-'END'
	46 | traceroute.db -n -w 1 -q 1 TARGET
	46 | traceroute.db -n -w 1 -q 1 -I TARGET
	46 | traceroute.db -n -w 1 -q 1 -T TARGET
END
is "${title}nothing else stops a packet" "$back prober" "$(target traceroute -n 10.1.1.10 | hops | sed 's/10.1.1.10/prober/')"
