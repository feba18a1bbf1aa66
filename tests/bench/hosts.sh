# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # what is set here is used there, and the other way round
#
# Hosts for benchmarks of rules, each a network namespace behind a link of its own with the name of the host. Sourced
# inside namespaces for mounts and for the network, with $family set.

mount -t tmpfs -o mode=0755 rules /run
mkdir /run/netns
work=/run
export XTABLES_LOCKFILE=/run/xtables.lock
if [ "$family" = 4 ]; then
	tables=iptables network=10.64.0.0 target=10.8.0.2 near=10.8.0.1 far=10.64.0.0/10 expired=11,0
else
	tables=ip6tables network=fd00:64:: target=fd00:8::2 near=fd00:8::1 far=fd00:64::/32 expired=3,0
fi
plan=(--limit 1000000/s --limit-total 1000000/s --window 3600) # limits that nobody reaches, and that cost what limits cost

at() { nsenter --net="/run/netns/$1" "${@:2}"; }

# host NAME
host() {
	ip netns add "$1"
	ip link add "$1" type veth peer name wire netns "$1"
	at "$1" sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/wire/rp_filter
		echo 0 >/proc/sys/net/ipv6/conf/wire/accept_dad'
	at "$1" ip link set lo up
	at "$1" ip link set wire address 02:00:00:00:00:01
	at "$1" ip addr add "$target/$([ "$family" = 4 ] && echo 24 || echo 64)" dev wire
	at "$1" ip link set wire up
	ip link set "$1" address 02:00:00:00:00:02
	ip link set "$1" up
	at "$1" ip "-$family" neigh add "$near" lladdr 02:00:00:00:00:02 dev wire
	at "$1" ip "-$family" route add "$far" via "$near"
}

# drop_behind HOST: nothing but the rules is to be measured
drop_behind() { at "$1" nft 'table inet bench { chain input { type filter hook input priority filter; drop; }; }'; }

# The text of the plan with another verdict instead of the queue. of_iptables PROGRAM STATE, of_nftables PROGRAM
of_iptables() { "$1" print "-$family" --state "$2" "${plan[@]}" | sed 's/-j NFQUEUE .*/-j ACCEPT/'; }
of_nftables() { "$1" print "-$family" --backend nftables "${plan[@]}" | sed -E 's/queue flags bypass to .*/accept/'; }
