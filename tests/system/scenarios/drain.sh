#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `uturnctl drain`: who traces already goes on, to new probers the host is one without uturnd, and no trace of a TCP
# connection begins; until it is over by itself, by `off`, or by a restart. With two workers.

. "$(dirname "$0")/../helpers/lib.sh"

ctl() { target timeout "$hang" "$build/uturnctl" --socket "$control" "$@" 2>&1; }
counter() { ctl --json --all counters | grep -oE "\"$1\": *[0-9]+" | grep -oE '[0-9]+$'; }

start_workers() {
	config "inband on
$secondary"
	sed -i 's/^queue .*/queue 5:6/' "$work/uturnd.conf"
	start_configured
}

# from SOURCE METHOD...: the hops that a prober of this address sees
from() { prober timeout "$patience" traceroute.db -n -w 5,0,0 -q 1 -s "$@" 2>&1 | hops; }

start_lab 3 4
whole="$there second $back target"
plain="$there target"
for i in {11..19}; do
	lab run prober ip addr add "10.1.1.$i/24" dev lan
	lab run prober ip addr add "fd00:1:$i::1/64" dev lan nodad
	lab run f1 ip route add "fd00:1:$i::/64" dev lan
	lab run b4 ip route add "fd00:1:$i::/64" dev lan
	for j in 2 3; do lab run "f$j" ip route add "fd00:1:$i::/64" via "fd00:1:$j::254"; done
done
apply_rules --queue 5:6
start_workers
start_services
prober bash -c "exec 3<>/dev/tcp/$target4/7 && echo hello >&3 && head -n 1 <&3 && sleep $((hang * 4))" >"$work/connection" 2>&1 &
wait_for "$work/connection" hello
ends=$(target ss -tnH "sport = :7" | awk '/ESTAB/ { gsub(/\[::ffff:|\]/, ""); print $4, $5; exit }')
is "before: a new prober" "$whole" "$(from 10.1.1.11 "$target4")"
# shellcheck disable=SC2086
has "before: a TCP connection is traced" "10.2.1.1" "$(ctl trace $ends)"

title="drained: "
is "${title}said" "draining, 10 minutes left" "$(ctl drain)"
has "${title}status" "^draining +(10 minutes|9 minutes 5[0-9] seconds) left$" "$(ctl status)"
output=$(ctl health)
is "${title}health" 3 $?
has "${title}health says so" "^uturnctl: draining, (10 minutes|9 minutes 5[0-9] seconds) left$" "$output"
has "${title}metrics" "^uturn_draining_seconds (600|59[0-9])$" "$(ctl metrics)"
ctl drain off >/dev/null
is "${title}the known prober traces" "$whole" "$(from 10.1.1.11 "$target4")"
is "${title}the known prober traces, IPv6" "$whole" "$(from fd00:1:11::1 "$target6")"
ctl drain 1h >/dev/null
is "${title}and goes on" "$whole" "$(from 10.1.1.11 "$target4")"
is "${title}and goes on, IPv6" "$whole" "$(from fd00:1:11::1 "$target6")"
is "${title}a new prober sees a host without uturnd" "$plain" "$(from 10.1.1.12 "$target4")"
is "${title}by ICMP" "$plain" "$(from 10.1.1.13 -I "$target4")"
is "${title}by TCP" "$plain" "$(from 10.1.1.14 -T "$target4")"
is "${title}by IPv6" "$plain" "$(from fd00:1:12::1 "$target6")"
is "${title}it is counted" yes "$([ "$(counter draining)" -ge 4 ] && echo yes)"
# shellcheck disable=SC2086
has "${title}no TCP connection is traced" "^uturnctl: no new traces now, this host is drained for maintenance" "$(ctl trace $ends)"
has "${title}a reload changes nothing" "^reloaded" "$(ctl reload)"
is "${title}as before" "$plain" "$(from 10.1.1.12 "$target4")"

title="ended: "
is "${title}said" "not draining" "$(ctl drain off)"
is "${title}a new prober" "$whole" "$(from 10.1.1.15 "$target4")"
is "${title}health" 0 "$(ctl health >/dev/null && echo 0)"
# shellcheck disable=SC2086
has "${title}the TCP connection is traced" "10.2.1.1" "$(ctl trace $ends)"

title="its time is over: "
is "${title}said" "draining, 1 second left" "$(ctl drain 1s)"
wait_for "$work/uturnd.log" 'drain: its time is over'
is "${title}a new prober" "$whole" "$(from 10.1.1.16 "$target4")"
is "${title}status" "" "$(ctl status | grep draining)"

title="restarted: "
ctl drain 24h >/dev/null
stop_uturnd
start_workers
is "${title}a new prober" "$whole" "$(from 10.1.1.17 "$target4")"

title="wrong: "
for time in 0s 25h 10 soon; do
	output=$(ctl drain "$time")
	is "${title}$time: exit status" 2 $?
	has "${title}$time" "^uturnctl: drain: '$time' is not a time from 1s to 24h" "$output"
done
has "${title}words for a program" "seconds is not a number between 0" \
	"$(echo '{"op":"drain","seconds":86401}' | target timeout "$hang" socat - "UNIX-CONNECT:$control")"
