#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the operator is told: the status with its problems, and the traces of real clients, those that go on and those
# that have ended, with their hops.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
prober4=10.1.1.10
prober6=fd00:1:1::10

control() { target timeout "$hang" "$ctl" --socket "$control" "$@" 2>&1; }
# traces -> "ID PROBER FRONT PROTOCOL HOPS END", a line each
traces() { control traces "$@" | awk 'NR > 1 { print $1, $4, $6, $7, $10, $11 }'; }
ended() { [ "$(traces | wc -l)" -ge "$1" ]; }

start_lab 3 4
apply_rules --request
start_uturnd "$(printf 'request on\nlog-traces yes')"

title="before any probe: "
got=$(control status)
has "${title}front ends" '^front ends +uturn, request$' "$got"
has "${title}rules" '^rules +not kept$' "$got"
has "${title}queue" '^queue 5 +0 waiting, 0 dropped, 0 lost$' "$got"
has "${title}limits" '^limits +[0-9]+/s per-prober, [0-9]+/s per-network, [0-9]+/s total$' "$got"
has "${title}no problems" '^no problems$' "$got"
is "${title}nothing was turned" "" "$(grep '^last' <<<"$got")"
is "${title}no trace" "no trace has ended yet" "$(control traces)"

# one after the other, so that their numbers are known
prober traceroute.db -n -U "$target4" >"$work/udp4"
prober traceroute.db -n -I "$target4" >"$work/icmp4"
prober traceroute.db -n -T -p 80 "$target4" >/dev/null
prober traceroute.db -n -U "$target6" >"$work/udp6"
prober traceroute.db -n -I "$target6" >/dev/null
prober traceroute.db -n -T -p 80 "$target6" >/dev/null
prober "$compiled/request_client" trace "$target4" udp >/dev/null

title="traces: "
got=$(control --json status)
has "${title}a prober of each family within the last minute" '"probers_60s":2,' "$got"
has "${title}the last one turned, and relayed" '"last_turned_s":[0-9.]+,"last_relayed_s":[0-9.]+,' "$got"
has "${title}relay times" '"relay_seconds":\{"bounds":\[0\.001,.*,5\.0\],"counts":\[[0-9]+,.*\],"sum":0\.[0-9]+,"count":[1-9][0-9]*\}' "$got"
eventually ended 7
for number in 1 2 3 4 5 6 7; do
	protocol=$(cut -d ' ' -f "$number" <<<"udp icmp tcp udp icmp tcp udp")
	front="uturn" address=$prober4 end="4 stopped" # an echo reply or a RST that arrives is answered by nothing
	[ "$protocol" != udp ] || end="5 arrived"
	[ "$number" != 7 ] || front=request
	case $number in 4 | 5 | 6) address=$prober6 ;; esac
	is "${title}$front $protocol $address" "$number $address $front $protocol $end" "$(traces | grep "^$number ")"
done
is "${title}the last two" 2 "$(traces -n 2 | wc -l)"
is "${title}the first one, hop by hop" "$back $prober4" "$(control traces 1 | tail -n +2 | hops)"
is "${title}IPv6, hop by hop" "$back $prober6" "$(control traces 4 | tail -n +2 | hops)"
seen=$(tail -n +2 "$work/icmp4" | hops)
is "${title}and as its client has seen it" "${seen#* target }" "$(control traces 2 | tail -n +2 | hops) target"
has "${title}one that is not there" 'no such trace' "$(control traces 4711)"
has "${title}status counts them" '"traces_total":\[\{"frontend":"uturn","end":"arrived","count":2\},\{"frontend":"uturn","end":"stopped","count":4\}' \
	"$(control --json status)"
for number in 1 2 3 4 5 6 7; do wait_for "$work/uturnd.log" "^uturnd: trace $number: .* hops answered, 0 silent, (arrived|stopped)$"; done

title="watch: "
"$uturn_lab" run target "$ctl" --socket "$control" watch -p "$prober6/64" -e turned -e relayed >"$work/watched" 2>&1 &
watcher=$!
seen_both() {
	prober traceroute.db -n -U "$target4" >/dev/null && prober traceroute.db -n -U "$target6" >/dev/null &&
		said "$work/watched" ' relayed '
}
eventually seen_both
kill -INT "$watcher"
wait "$watcher"
is "${title}exit status" 0 $?
is "${title}one prober's, and two events alone" "" "$(grep -vE "^[0-9:.]+ +(turned|relayed) +udp/[0-9]+ +$prober6 " "$work/watched")"
has "${title}an event that is none" "unknown event 'relaied', did you mean 'relayed'" "$(control watch -e relaied)"

title="log-traces: "
"$uturn_lab" run f3 "$compiled/flood" probes "$target4" 10.77.0.0 100 >/dev/null &
flood=$!
wait_for "$work/uturnd.log" 'traces: [0-9]+ more have ended within this second$' 3
is "${title}ten lines, and one for the rest" 10 "$(awk '/ more have ended / { n++; next } n == 1 && / trace [0-9]+: / { lines++ } END { print lines }' "$work/uturnd.log")"
kill "$flood"
wait "$flood" 2>/dev/null
stop_uturnd

title="workers: "
for i in {11..26}; do prober ip addr add "10.1.1.$i/24" dev lan; done
apply_rules --queue 5:8
config
sed -i 's/^queue .*/queue 5:8/' "$work/uturnd.conf"
start_configured
at_once 16 traceroute.db -n -I -q 1 -s 10.1.1.SOURCE "$target4" >/dev/null
eventually ended 16
is "${title}each prober once" 16 "$(traces | awk '{ print $2 }' | sort -u | wc -l)"
is "${title}each number once" 16 "$(traces | awk '{ print $1 }' | sort -u | wc -l)"
is "${title}of several workers" yes "$([ "$(traces | awk '{ print $1 % 4 }' | sort -u | wc -l)" -gt 1 ] && echo yes)"
is "${title}any is found by its number" 16 "$(for id in $(traces | awk '{ print $1 }'); do control traces "$id"; done | grep -c '^trace ')"
stop_uturnd

title="problems: "
apply_rules
target iptables -I OUTPUT -m mark --mark 0x54 -j DROP
start_uturnd
prober traceroute.db -n -q 1 -w 1 -f 5 -m 6 "$target4" >/dev/null
has "${title}refused" '^  [0-9]+ packets not sent \(send_refused\): ' "$(control status)"
stop_uturnd
