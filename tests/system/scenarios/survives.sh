#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Faults that a running uturnd has to take: while one lasts it is counted and logged once a
# minute at most, and when it is over the next traces are complete.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl

counter() { target "$ctl" counters --json --socket "$control" 2>&1 | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"; }
lines() { grep -c -- "$1" "$work/uturnd.log"; }

# recovered: the same process, and complete traces of both families
recovered() {
	since=$SECONDS
	has "${title}it is still the same" "\"pid\":${pid}[,}]" "$(target "$ctl" status --json --socket "$control" 2>&1)"
	clients "$path" <<-'END'
		46 | traceroute.db -n -w 5,0,0 TARGET
	END
}

# once REGEX SINCE: one line of the log, and at most one more for each minute that has passed
once() {
	local count

	count=$(lines "$1")
	is "${title}logged once" 1 "$((count >= 1 && count <= 1 + (SECONDS - $2) / 60))"
}

# told COUNTER REGEX: counted, and logged once
told() {
	local count
	count=$(counter "$1")
	is "${title}counted as $1" 1 "$((${count:-0} > 0))"
	once "$2" "$since"
}

# reported: what was counted is told once in a second, so a second notice would be in the log by then
reported() { sleep 1.2; }

# junk NODE ...: from there
junk() { lab run "$1" "$helpers/junk" "${@:2}" >/dev/null || give_up "send junk"; }

# one trace each, whatever becomes of it
disturbed() {
	prober timeout "$hang" traceroute.db -n -q 1 -w 0.2,0,0 -m 9 "$target4" >/dev/null 2>&1
	prober timeout "$hang" traceroute.db -n -q 1 -w 0.2,0,0 -m 9 "$target6" >/dev/null 2>&1
}

# twice: the second time must not be in the log again
twice() { "$@" && "$@"; }

start_lab 3 4
seq -f "addr add 10.1.1.%g/24 dev lan" 20 119 | lab run prober ip -batch - # the sources of junk
apply_rules
start_uturnd "in-flight 64
limit 1000000/s total"
pid=$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
title="at first: "
recovered
# shellcheck disable=SC2016 # awk's
all_settled() { target awk '$1 == 5 { n = $3 } END { exit n > 0 }' /proc/net/netfilter/nfnetlink_queue; }
is "${title}the kernel has the verdict on every probe" yes "$(eventually all_settled && echo yes)"

title="full flight table: "
lab run b1 iptables -t raw -A PREROUTING -i target -j DROP || give_up "a router that says nothing"
overfill() { junk prober probe 2000 "$target4" 10.1.1.20 20000 && reported && disturbed; }
twice overfill
lab run b1 iptables -t raw -F
told evicted 'flights: the table is full'
recovered

title="more probes than it can take: "
kill -STOP "$pid"
junk prober probe 20000 "$target4" 10.1.1.20
# the kernel's own statistics: queue, reader, waiting, how much is copied, dropped because the queue or its reader was full
# shellcheck disable=SC2016 # awk's
is "${title}the kernel drops them" 1 "$(target awk '$1 == 5 { print ($6 + $7 > 0) }' /proc/net/netfilter/nfnetlink_queue)"
kill -CONT "$pid"
recovered

title="more ICMP errors than it can take: "
too_many_errors() {
	kill -STOP "$pid"
	junk f1 forged 6000 "$target4" 10.1.2.1
	kill -CONT "$pid"
	reported
	disturbed
}
twice too_many_errors
told capture_dropped 'capture: receive buffer overrun'
recovered

title="a firewall drops what leaves: "
firewall() { for tables in iptables ip6tables; do target "$tables" -"$1" OUTPUT -m mark --mark 0x54 -j DROP || return; done; }
refused_since=$SECONDS
firewall A || give_up "a firewall"
twice disturbed
firewall D
told send_refused 'send: Operation not permitted (dropped by a firewall'
recovered

title="no route: "
target ip rule add pref 1 to 10.1.1.0/24 unreachable
target ip -6 rule add pref 1 to fd00:1:1::/64 unreachable
twice disturbed
target ip rule del pref 1
target ip -6 rule del pref 1
told send_unreachable 'send: .* (no route back to a prober)'
recovered

title="an egress MTU that is too small: "
target ip link set b1 mtu 1280
for _ in 1 2; do prober timeout "$hang" traceroute.db -n -q 1 -w 0.2,0,0 -m 6 -F "$target4" 1400 >/dev/null 2>&1; done
target ip link set b1 mtu 1500
told send_too_large 'send: packet exceeds the egress MTU'
recovered

title="an egress queue that is full: " # Linux does not tell raw sockets (ip(7), IP_RECVERR): only the queue counts what it dropped
target tc qdisc add dev b1 root tbf rate 1mbit burst 1600 limit 3000 || give_up "a narrow egress"
junk prober probe 2000 "$target4" 10.1.1.20 20000
disturbed
has "${title}packets are dropped" 'dropped [1-9]' "$(target tc -s qdisc show dev b1)"
target tc qdisc del dev b1 root
recovered

title="an egress queue that is stuck: "
refused=$(counter send_refused)
target tc qdisc add dev b1 root tbf rate 8bit burst 1600 limit 100mb || give_up "a stuck egress"
junk prober probe 30000 "$target4" 10.1.1.20 20000
disturbed
is "${title}counted as send_refused" 1 "$(($(counter send_refused) > refused))"
target tc qdisc del dev b1 root
title+="and the firewall before it, "
once 'send: Operation' "$refused_since"
once 'send: Resource' "$refused_since"
recovered

title="interfaces and addresses come and go: "
for _ in 1 2 3; do
	target ip link add away type veth peer name home
	target sh -c 'ip addr add 10.99.0.1/24 dev away; ip addr add fd00:99::1/64 dev away; ip link set away up; ip link set home up'
	target ip addr del 203.0.113.81/32 dev lo
	disturbed
	target ip link del away
	target ip addr add 203.0.113.81/32 dev lo
done
recovered
target ip link set b1 down
disturbed
target ip link set b1 up
target sh -c 'ip addr replace 10.2.1.254/24 dev b1; ip addr replace fd00:2:1::254/64 dev b1 nodad
	ip route replace default via 10.2.1.1 src 203.0.113.80; ip -6 route replace default via fd00:2:1::1 src 2001:db8:80::80'
recovered

title="reloads under load: "
before=$(lines 'configuration reloaded')
junk prober probe,forged,bytes,syn,echo 30000 "$target4" 10.1.1.20 10000 &
flood=$!
for reload in {1..50}; do
	kill -HUP "$pid"
	eventually said "$work/uturnd.log" 'configuration reloaded' $((before + reload))
done
recovered
wait "$flood"
is "${title}all of them" 50 "$(($(lines 'configuration reloaded') - before))"

title="killed under load: "
more_queued() { [ "$(queued)" -gt "$before" ]; }
for _ in 1 2 3 4 5; do
	before=$(queued)
	junk prober probe,forged,bytes,syn,echo 10000 "$target4" 10.1.1.20 10000 &
	flood=$!
	eventually more_queued
	stop_uturnd KILL
	is "${title}the host answers" 0 "$(prober ping -nqc1 -W10 "$target4" >/dev/null; echo $?)"
	start_uturnd
	wait "$flood"
done
pid=$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
recovered

title="the wall clock jumps: "
# shellcheck disable=SC2016 # for the inner shell
is "${title}by a day" 1 "$(LD_PRELOAD=$compiled/clock_steps.so bash -c 'a=$(date +%s); sleep 1; b=$(date +%s); d=$((b - a))
	echo $((d > 80000 || d < -80000))')"
stop_uturnd
config
start_configured env LD_PRELOAD="$compiled/clock_steps.so"
for _ in 1 2 3 4; do
	clients "$path" <<-'END'
		46 | traceroute.db -n -w 5,0,0 TARGET
	END
	sleep 0.7 # at other times of the clock's two seconds
done

title="IPv6 switched off: "
target sysctl -q -w net.ipv6.conf.all.disable_ipv6=1
disturbed
clients "$path" <<-'END'
	4 | traceroute.db -n -w 5,0,0 TARGET
END
restart_uturnd
pid=$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
clients "$path" <<-'END'
	4 | traceroute.db -n -w 5,0,0 TARGET
END
title="IPv6 switched on again: "
target sysctl -q -w net.ipv6.conf.all.disable_ipv6=0
target sh -c 'ip addr add 2001:db8:80::80/128 dev lo nodad; ip addr add fd00:1:4::2/64 dev f3 nodad; ip addr add fd00:2:1::254/64 dev b1 nodad
	ip -6 route add default via fd00:2:1::1 src 2001:db8:80::80'
recovered
