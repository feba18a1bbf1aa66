#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the prober is behind: a NAT box, one with a firewall, a second one of its provider's; and
# routers that drop packets with a source of their own, or with one that they do not expect there.
#
# Runs alone: the kernel has one socket a core that sends ICMP errors; while another lab uses it an answer is lost, which
# inetutils-traceroute -I behind two NAT boxes does not ask for again.

. "$(dirname "$0")/../helpers/lib.sh"

# traces [HOPS]: rows of "families | command | ending | hops behind b4"; HOPS stand for those up to b4
traces() {
	local families command ending rest

	while IFS='|' read -r families command ending rest; do
		[[ $families =~ ^\ *(#|$) ]] || clients "${1:-$there second $back}${rest% } target" <<<"$families|$command|$ending"
	done
}

# A NAT box has the prober's public address and cannot be spoofed to it, so one of our addresses
# answers in its place. Our RST makes its conntrack forget a TCP flow, and so does a firewall's: its hop
# is a star. scamper has seen that address of ours before, at the inflection point, and calls it a
# loop: it is not shown the end.
#
# A box that remembers a SYN of an earlier trace (for 120 s) takes the RST for a later SYN from the
# same port for a foreign one, and goes on: 11 of 110 traces showed it. Here it forgets at once.
behind() {
	local nat=$1 box=" second" star=" *" boxes=" n" tcp=" n" loop router

	title="$nat: "
	# shellcheck disable=SC2086
	start_lab 3 4 $nat
	for router in $there; do
		[[ $router = [nc] ]] || continue
		lab run "$router" sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_syn_sent=1 || give_up "a box that forgets"
	done
	apply_rules
	start_uturnd "$secondary"
	if [[ $nat = *cgn* ]]; then box=" second second" star=" * *" boxes=" c n" tcp=" c n"; fi
	[[ $nat != *firewall* ]] || tcp=${boxes//[cn]/*}
	within=12
	traces <<-END
		4 | traceroute.db -n TARGET                  | |$box
		4 | traceroute.db -n -N 1 TARGET             | |$box
		4 | traceroute.db -n -I TARGET               | |$box
		4 | traceroute.db -n -T -w 1 TARGET          | |$star
		4 | busybox traceroute -n TARGET             | |$box
		4 | inetutils-traceroute TARGET              | |$box
		4 | inetutils-traceroute -I TARGET           | |$box
		4 | mtr -n -r -c 1 -G 1 TARGET               | |$box
		4 | mtr -n -r -c 1 -G 1 -u TARGET            | |$box
		4 | mtr -n -r -c 1 -G 1 -T TARGET            | |$star
		4 | tcptraceroute.mt -n -w 1 TARGET          | |$star
		6 | traceroute.db -n TARGET                  | |$boxes
		6 | traceroute.db -n -I TARGET               | |$boxes
		6 | traceroute.db -n -T -w 1 TARGET          | |$tcp
		6 | mtr -n -r -c 1 -G 1 TARGET               | |$boxes
		6 | mtr -n -r -c 1 -G 1 -u TARGET            | |$boxes
		6 | mtr -n -r -c 1 -G 1 -T TARGET            | |$tcp
	END
	has "${title}the NAT box is named" "1[01]  $second4 <(2/4:00010000,?0a01010a|INC:.*10\.1\.1\.10)" \
		"$(prober traceroute.db -n -w 5,0,0 -e -q 1 "$target4")"
	[ "$can_scamper" ] || return
	# the loop rule is on its way to the end
	for loop in udp icmp; do
		is "${title}scamper -P $loop" "$there second $back second" \
			"$(prober timeout "$patience" scamper -O text -c "trace -P $loop" -i "$target4" | hops)"
	done
	expect_hops "$there second $back$star target" "" scamper -O text -c "trace -P tcp -w 1" -i "$target4"
	# the host does not answer the datagram, and a firewall drops the first check: another form finds it, and is remembered
	expect_hops "$there second $back$boxes target" "" scamper -O text -c "trace -P udp" -i "$target6"
	within=2
	expect_hops "$there second $back$boxes target" "" scamper -O text -c "trace -P udp-paris" -i "$target6"
}

# Linux routers drop what has their own address as source (accept_local), or comes from where its
# source is not (rp_filter): all that is spoofed as a router of the return path. IPv6 has neither.
routers_drop() {
	title="$1: "
	# shellcheck disable=SC2086
	start_lab 3 4 $1
	apply_rules
	start_uturnd "$secondary"
	traces "$there second $2" <<-'END'
		4 | traceroute.db -n -w 1 -q 1 TARGET
		4 | traceroute.db -n -w 1 -q 1 -I TARGET
		4 | traceroute.db -n -w 1 -q 1 -T TARGET
	END
	traces <<-'END'
		6 | traceroute.db -n TARGET
		6 | traceroute.db -n -I TARGET
		6 | traceroute.db -n -T TARGET
	END
	title="$1, answer-from self: "
	restart_uturnd "answer-from4 self
		$secondary"
	traces "$there second second second second second" <<-'END'
		4 | traceroute.db -n TARGET
		4 | traceroute.db -n -I TARGET
		4 | traceroute.db -n -T TARGET
	END
}

[ "$can_scamper" ] || skip "scamper" "$scamper_needs"

beside open behind --nat
beside firewall behind --nat=firewall
beside cgn behind --cgn
beside both behind "--nat=firewall --cgn"
beside local routers_drop "--accept-local 0" "* * * *"
beside filter routers_drop "--rp-filter strict" "b1 * * *"
end_beside
