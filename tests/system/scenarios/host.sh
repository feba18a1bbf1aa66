#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A target that has rules of its own: NAT, firewalls that ask connection tracking, marks of others.
# What uturnd sends belongs to no connection, and is kept out of all of it.

. "$(dirname "$0")/../helpers/lib.sh"

# both OPTION...: of iptables and of ip6tables
both() {
	local tables

	for tables in iptables ip6tables; do target "$tables" "$@" || give_up "$title" "$tables $*"; done
}

# forget: the rules of the case before; ours are in raw and mangle
forget() {
	local table chain

	for table in filter nat; do
		both -t "$table" -F
		both -t "$table" -X
	done
	for chain in INPUT OUTPUT; do both -P "$chain" ACCEPT; done
}

# complete: the whole path, whoever asks
complete() {
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T -p 80 TARGET
		46 | traceroute.db -n -U -p 53 TARGET
		46 | mtr -n -r -c 1 -G 1 TARGET
	END
}

start_lab 3 4
apply_rules
start_uturnd "$secondary" # which mtr needs
path="$there second $back target"

title="nothing: "
complete
# shellcheck disable=SC2016 # for the inner shell
is "${title}the rules do not turn connection tracking on" 0 "$(target sh -c '
	cat /proc/sys/net/netfilter/nf_conntrack_count 2>/dev/null || echo 0')"

title="MASQUERADE on the way out: "
both -t nat -A POSTROUTING -o b1 -j MASQUERADE
complete
forget

title="SNAT on the way out: "
target iptables -t nat -A POSTROUTING -o b1 -j SNAT --to-source "$second4"
target ip6tables -t nat -A POSTROUTING -o b1 -j SNAT --to-source "$second6"
complete
forget

title="OUTPUT drops INVALID: "
both -A OUTPUT -m conntrack --ctstate INVALID -j DROP
complete
forget

# kube-proxy, the port mapping of CNI, netavark and Swarm masquerade or drop what has bits of theirs
title="marks of kube-proxy and CNI: "
for mark in 0x2000/0x2000 0x4000/0x4000; do both -t nat -A POSTROUTING -m mark --mark "$mark" -j MASQUERADE; done
for mark in 0x8000/0x8000 0x80/0x80 0x3f00/0x3f00 0x1/0x1; do both -A OUTPUT -m mark --mark "$mark" -j DROP; done
complete
forget

# a policy that lets out what belongs to a connection: uturnd says which counter rises, and what to allow
title="OUTPUT lets only NEW and ESTABLISHED out: "
for chain in OUTPUT INPUT; do both -A "$chain" -m conntrack --ctstate NEW,ESTABLISHED,RELATED -j ACCEPT; done
for type in 135 136; do target ip6tables -A OUTPUT -p ipv6-icmp --icmpv6-type "$type" -j ACCEPT; done # neighbour discovery is never tracked
both -P OUTPUT DROP
prober traceroute.db -n -q 1 -w 0.3,0,0 -m 6 "$target4" >/dev/null 2>&1
wait_for "$work/uturnd.log" "counted as send_refused; to let them out: iptables -I OUTPUT -m mark --mark 0x54 -j ACCEPT"
is "${title}the log has it once" 1 "$(grep -c send_refused "$work/uturnd.log")"
has "${title}status has it" "^refused +[0-9]+ packets not sent \(send_refused\): .*, allow -m mark --mark 0x54 in OUTPUT" \
	"$("$build/uturnctl" --socket "$control" status)"
both -I OUTPUT -m mark --mark 0x54 -j ACCEPT
title+="and the mark: "
complete
forget

title="the whole of our mark, by others: "
both -A OUTPUT -m mark --mark 0x54 -j ACCEPT
both -A OUTPUT -m conntrack --ctstate INVALID,UNTRACKED -j DROP
complete
has "${title}status counts what is sent" "^IPv4: loaded .*, [1-9][0-9]* sent untracked" "$(target "$build/uturn-rules" status)"
forget
