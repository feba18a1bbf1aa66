#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The path of a TCP connection from the target to its peer: every hop, in one round trip, along the connection itself,
# which is not disturbed. Beside a NAT box with a firewall, a silent router, a hundred others, and bulk data.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/line-lib.sh"

ctl=$build/uturnctl
talk=$compiled/inband_talk
server_pid=""

serve() {
	: >"$work/served"
	"$uturn_lab" run target "$talk" serve 80 "$control" >>"$work/served" 2>&1 &
	server_pid=$!
	wait_for "$work/served" '^ready'
}

# visit ADDRESS COUNT: connections whose input is descriptor 9, and whose first port is $port
visit() {
	rm -f "$work/in"
	mkfifo "$work/in"
	: >"$work/visited"
	"$uturn_lab" run prober "$talk" visit "$1" 80 "$2" <"$work/in" >>"$work/visited" 2>&1 &
	visitor_pid=$!
	exec 9>"$work/in"
	wait_for "$work/visited" '^ready'
	port=$(head -n 1 "$work/visited")
}

leave() {
	echo bye >&9
	exec 9>&-
	wait "$visitor_pid" 2>/dev/null
}

# ends FAMILY -> $local and $peer, as uturnctl wants them
ends() {
	case $1 in
	4) local=$target4:80 peer=10.1.1.10:$port ;;
	6) local=[$target6]:80 peer=[$prober6]:$port ;;
	esac
}

# handed_over -> what uturnd said when the server handed its socket over, without the server's numbers
handed_over() {
	: >"$work/served"
	echo trace >&9
	wait_for "$work/served" 'took' "${1:-1}"
}

# path_of -> the routers in the order of the hops, from uturnd's JSON in $work/served
path_of() { sed -nE 's/.*"summary":(.*)/\1/p' "$work/served" | grep -oE '"hop":[0-9]+(,"router":"[^"]*")?' |
	sed -E 's/"hop":([0-9]+),"router":"(.*)"/ \1  \2/; s/"hop":([0-9]+)$/ \1  */' | hops; }

# what the prober's kernel believes of the target's window
send_window() { prober ss -tin "dport = :80" | grep -oE 'snd_wnd:[0-9]+' | sort -u | tr '\n' ' '; }

exact() {
	echo "send $1" >&9
	wait_for "$work/visited" '^(exact|broken)' "${2:-1}"
	is "${title}$1 bytes afterwards are exact" "${2:-1}" "$(grep -c '^exact' "$work/visited")"
}

# one trace of each kind along a connection of this family; $end is how the peer is called
one() {
	local took before

	title="$lab_kind, IPv$1: "
	visit "$2" 1
	ends "$1"
	before=$(send_window)
	is "${title}uturnctl, every hop" "$back $end" \
		"$(target timeout "$hang" "$ctl" --socket "$control" trace "$local" "$peer" 2>&1 | hops)"
	has "${title}as many hops and attempts as asked" '"max-ttl": ?2, ?"attempts": ?1' \
		"$(target timeout "$hang" "$ctl" --socket "$control" --json trace -m 2 -q 1 "$local" "$peer" 2>&1)"
	is "${title}no more hops than there can be" "uturnctl: max-ttl: not a number between 1 and 32" \
		"$(target timeout "$hang" "$ctl" --socket "$control" trace -m 33 "$local" "$peer" 2>&1)"
	handed_over
	is "${title}socket handed over, every hop" "$back $end" "$(path_of)"
	took=$(sed -nE 's/.*took ([0-9.]+) ms/\1/p' "$work/served")
	echo "# ${title}it took $took ms"
	has "${title}it reached the peer" '"end":"reached"' "$(cat "$work/served")"
	exact 1000000
	is "${title}the window that the peer sees" "$before" "$(send_window)"
	leave
}

along() {
	lab_kind=$1
	prober6=fd00:1:1::10
	end=10.1.1.10
	[[ $1 != *nat* ]] || end="10.1.1.10/10.1.1.10"
	# shellcheck disable=SC2086
	start_lab 3 4 ${2:-}
	start_uturnd "inband on
inband-ports all"
	serve
}

along "plain"
one 4 "$target4"
end=$prober6
one 6 "$target6"

title="IPv6: "
visit "$target6" 1
"$uturn_lab" run target tcpdump -nvli b1 "ip6 and tcp src port 80" >"$work/dump" 2>"$work/dump.err" &
dump_pid=$!
wait_for "$work/dump.err" 'listening on'
handed_over
exact 1000
wait_for "$work/dump" 'length 1000' # tcpdump is told of packets in blocks
is "${title}one flow label" 1 "$(grep -oE 'flowlabel 0x[0-9a-f]+' "$work/dump" | sort -u | wc -l)"
is "${title}probes have the connection's window" 1 "$(grep -E 'length 1(: HTTP)?$' "$work/dump" | grep -oE 'win [0-9]+' | sort -u | wc -l)"
kill "$dump_pid"
leave

title="silent router: "
lab run b2 iptables -A OUTPUT -p icmp --icmp-type time-exceeded -j DROP
visit "$target4" 1
ends 4
handed_over
is "${title}every other hop" "b1 * b3 b4 10.1.1.10" "$(path_of)"
has "${title}it is said to be silent" '"hop":2,"kind":"silent","attempts":4' "$(cat "$work/served")"
echo "# ${title}it $(grep -o 'took .*' "$work/served"), most of them for the silent one"
traced() { target "$ctl" --json --socket "$control" counters | grep -oE '"traced":[0-9]+'; }
tracing() { target "$ctl" --json --socket "$control" status | grep -q "\"traces\":$1[,}]"; }
leave
lengthen 400 # for the second client to have a second to join
visit "$target4" 1
ends 4
greeted() { target ss -tin "sport = :80" | grep -qE 'bytes_acked:[0-9]{3}'; } # what is not acknowledged cannot be sent again
eventually greeted
for _ in {1..3}; do
	before=$(traced)
	"$uturn_lab" run target "$ctl" --json --socket "$control" trace "$local" "$peer" >"$work/first" 2>&1 &
	first_pid=$!
	eventually tracing 1
	target "$ctl" --json --socket "$control" trace "$local" "$peer" >"$work/second" 2>&1
	wait "$first_pid"
	count=$(($(traced | tr -dc 0-9) - $(tr -dc 0-9 <<<"$before")))
	[ "$count" != 1 ] || break
done
is "${title}two clients ask, and get the same" "$(cat "$work/first")" "$(cat "$work/second")"
has "${title}all of it" '"hops":5' "$(cat "$work/second")"
is "${title}of one trace" 1 "$count"
shorten
lab run b2 iptables -F OUTPUT
leave

# the connection is still there, and its socket must let the next server have the port
title="server killed: "
visit "$target4" 1
handed_over
kill -KILL "$server_pid"
wait "$server_pid" 2>/dev/null
serve
is "${title}it starts again" ready "$(cat "$work/served")"
leave

title="100 at once: "
visit "$target4" 100
handed_over 100
is "${title}all reached" 100 "$(grep -c '"end":"reached","hops":5' "$work/served")"
is "${title}all hops right" 100 \
	"$(grep -c '"hop":1,"router":"10.2.1.1".*"hop":2,"router":"10.2.2.1".*"hop":3,"router":"10.2.3.1".*"hop":4,"router":"10.2.4.1".*"hop":5,"router":"10.1.1.10"' "$work/served")"
exact 10000 100
retransmitted() { target cat /proc/net/snmp | awk '/^Tcp:/ { n = $13 } END { print n }'; }
# bulk [COMMAND...]: 40 MB, beside the command; how many segments were sent again is in $again
bulk() {
	local before

	before=$(retransmitted)
	"$uturn_lab" run prober sh -c "echo send 40000000 | '$talk' visit $target4 80 1" >"$work/bulk" 2>&1 &
	bulk_pid=$!
	"$@"
	wait "$bulk_pid"
	again=$(($(retransmitted) - before))
}
# these links lose and reorder some by themselves, more on a busy machine: one in a hundred of 27,600 segments may
# come on top of twice what they do without a trace, in the best of three
bulk true
alone=$again
for try in 1 2 3; do
	bulk handed_over 100
	[ "$again" -gt $((276 + alone * 2)) ] || break
done
is "${title}beside bulk data: all reached" 100 "$(grep -c '"end":"reached","hops":5' "$work/served")"
has "${title}40 MB of bulk data are exact" '^exact' "$(cat "$work/bulk")"
is "${title}next to nothing of it was sent again ($again segments, $alone without a trace, try $try)" 1 "$((again <= 276 + alone * 2))"
leave

title="refused: "
refused() { has "$title$1" "$2" "$(target "$ctl" --socket "$control" trace "$3" "$4" 2>&1)"; }
visit "$target4" 1
ends 4
refused "another connection" "not a TCP connection of this host" "$local" "10.1.1.10:1"
refused "a listener" "not a TCP connection of this host" "$target4:80" "10.1.1.11:$port"
refused "no connection at all" "expected a connection as ADDRESS:PORT" "$target4" "10.1.1.10:1"
(exec timeout 0.2 "$uturn_lab" run target "$ctl" --socket "$control" trace "$local" "$peer") >/dev/null 2>&1
eventually tracing 0
is "a client that asked is gone: nothing runs" 0 $?
restart_uturnd "inband on
inband-ports 443,81-90"
has "root may have any port traced" "10.1.1.10 .*\(the peer\)" "$(target "$ctl" --socket "$control" trace "$local" "$peer" 2>&1)"
if [ -n "$can_scamper" ]; then
	chmod 755 "$work"
	chmod 666 "$control"
	has "others may not" "the port is not in inband-ports" \
		"$(target setpriv --reuid=daemon --regid=daemon --clear-groups "$ctl" --socket "$control" trace "$local" "$peer" 2>&1)"
	restart_uturnd "inband on
inband-ports 80"
	chmod 666 "$control"
	has "nor a connection of another user's" "uturnctl: trace: permission denied \(the connection is another user's" \
		"$(target setpriv --reuid=daemon --regid=daemon --clear-groups "$ctl" --socket "$control" trace "$local" "$peer" 2>&1)"
	leave
	lengthen 400
	visit "$target4" 1
	ends 4
	joining() {
		"$uturn_lab" run target "$ctl" --json --socket "$control" trace "$local" "$peer" >"$work/first" 2>&1 &
		first_pid=$!
		eventually tracing 1
		target setpriv --reuid=daemon --regid=daemon --clear-groups "$ctl" --socket "$control" trace "$local" "$peer" 2>&1
		wait "$first_pid"
	}
	has "nor join its trace" "uturnctl: trace: permission denied" "$(joining)"
	shorten
else
	skip "others may not" "needs root: in a user namespace is only one user"
fi
restart_uturnd
refused "not switched on" "inband is off" "$local" "$peer"
leave
stop_uturnd
kill "$server_pid"
lab down

along "nat=firewall" --nat=firewall
visit "$target4" 1
ends 4
title="nat=firewall: "
handed_over
is "${title}every hop" "$back 10.1.1.10 10.1.1.10" "$(path_of)"
has "${title}the box and the peer are behind it" \
	'"hop":5,"router":"10.1.1.10".*"behind_nat":true.*"hop":6,"router":"10.1.1.10".*"behind_nat":true' "$(cat "$work/served")"
has "${title}b4 is not" '"hop":4,"router":"10.2.4.1","sent":3,"received":3,"min_ms":[0-9.]*,"avg_ms":[0-9.]*,"max_ms":[0-9.]*\}' "$(cat "$work/served")"
exact 1000000
leave
prober6=fd00:7:7::10
visit "$target6" 1
ends 6
title="firewall, IPv6: "
is "${title}every hop" "$back n $prober6" \
	"$(target timeout "$hang" "$ctl" --socket "$control" trace "$local" "$peer" 2>&1 | hops)"
exact 1000000
leave
