#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What routers say is kept: labels and other objects behind the quote, all sorts of Destination
# Unreachable, MTUs; and what they quote of a packet that was changed on its way, or how little,
# is recognised. Here b2 is such a router: its kernel is told to drop what router.c answers.

. "$(dirname "$0")/../helpers/lib.sh"

router=$compiled/router
router_pid=""
start_lab 3 4
lab run b2 iptables -t raw -A PREROUTING -i b1 -m ttl --ttl-eq 1 -j DROP || give_up "a silent b2"
lab run b2 ip6tables -t raw -A PREROUTING -i b1 -m hl --hl-eq 1 -j DROP || give_up "a silent b2"
apply_rules
start_uturnd

# b2_says FORM
b2_says() {
	[ -z "$router_pid" ] || kill "$router_pid"
	"$uturn_lab" run b2 "$router" b1 "$1" >"$work/router.log" 2>&1 &
	router_pid=$!
	started "router $1" "$work/router.log" "$router_pid"
}

# shows FORM REGEX: traceroute -e, of b2 and behind its address
shows() {
	local family method

	b2_says "$1"
	for family in 4 6; do
		for method in "" -I -T; do
			local target=target$family
			# shellcheck disable=SC2086
			has "$1, IPv$family${method:+ $method}" "^ 6  [0-9a-f.:]+2[.:]+1 <$2>  [0-9.]+ ms$" \
				"$(prober traceroute.db -n -w 5,0,0 -e -q 1 $method "${!target}")"
		done
	done
}

methods='
	46 | traceroute.db -n -w 5,0,0 TARGET
	46 | traceroute.db -n -w 5,0,0 -I TARGET
	46 | traceroute.db -n -w 5,0,0 -T TARGET
'

shows mpls "MPLS:L=24001,E=0,S=1,T=1"
shows mpls-stack "MPLS:L=24001,E=0,S=0,T=1/L=101,E=1,S=1,T=2"
shows several "MPLS:L=24001,E=0,S=1,T=1;(2/2:0861652d,?372e3432|INC:.*ae-7.42.*)"
shows old-mpls "MPLS:L=24001,E=0,S=1,T=1"

for form in net:N host:H prohibited:X; do
	b2_says "${form%:*}"
	title="${form%:*}: " marks="!${form#*:}"
	clients "$there target b1 b2$marks$marks$marks" <<<"$methods"
done

for form in expired short bleached tunnel length; do
	b2_says "$form"
	title="$form: "
	clients "$path" <<<"$methods"
	clients "$path" <<-'END'
		4  | traceroute.db -n -t 184 TARGET
		4  | busybox traceroute -n TARGET
		4  | inetutils-traceroute TARGET
		4  | tcptraceroute.mt -n TARGET
	END
done
kill "$router_pid"
stop_uturnd
lab down

title="a smaller MTU on the return path: "
start_lab 3 4 --mtu-back 1400
apply_rules
start_uturnd "$secondary"
for target in "$target4" "$target6"; do
	has "${title}tracepath $target: its router" "^ 7: +[0-9a-f.:]+2[.:]+1 .*pmtu 1400" "$(prober tracepath -n "$target")"
	has "${title}tracepath $target: in the end" "Resume: pmtu 1400" "$(prober tracepath -n "$target")"
	has "${title}traceroute --mtu $target" "^ 7  .* F=1400" "$(prober traceroute.db -n -w 5,0,0 --mtu "$target")"
done
clients "$there second $back target" <<-'END'
	4  | traceroute.db -n -w 5,0,0 TARGET 1500
	46 | traceroute.db -n -w 5,0,0 TARGET 1200
END

# what the kernel learns about the path from its own pings does not stop what the routers are to answer
large() {
	clients "$there second b1 b2 b2$1$1$1" <<-'END'
		4  | traceroute.db -n -w 5,0,0 -F TARGET 1500
		4  | traceroute.db -n -w 5,0,0 -I -F TARGET 1500
		6  | traceroute.db -n -w 5,0,0 TARGET 1500
		6  | traceroute.db -n -w 5,0,0 -I TARGET 1500
	END
	clients "$there second $back target" <<-'END'
		4  | traceroute.db -n -w 5,0,0 TARGET 1500
	END
}
learned() {
	target ping -nc 1 -W 1 -M "do" -s 1452 "$1" >/dev/null
	target ip route get "$1" | grep -q 'mtu 1400'
}
prober6=fd00:1:1::10
large '!F-1400'
for prober in 10.1.1.10 "$prober6"; do
	eventually learned "$prober"
	is "${title}the kernel has learned it for $prober" 0 $?
done
title="a path MTU that the kernel has learned: "
large '!F-1400'
title="a route with a smaller MTU: "
target ip route flush cache
target ip -6 route flush cache
for family in 4 6; do
	route=$(target ip -$family route show default)
	# shellcheck disable=SC2086
	target ip -$family route replace $route mtu 1300 || give_up "set the MTU of a route"
done
large '!F-1400'
