#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two uturn hosts with one address: the probes arrive at the one, and every error of a router at the other, which sends
# it on. Traces are complete by every protocol, both families; what is forged, replayed or made with another key is
# refused and counted; a peer that is gone costs nothing but its errors.

. "$(dirname "$0")/../helpers/lib.sh"

other() { ip netns exec uturn-other "$@"; }
b1() { lab run b1 "$@"; }

# All errors for the address that both have leave b1 for the other host, its own too.
plan_other() {
	ip netns add uturn-other &&
		b1 ip link add other type veth peer name b1 netns uturn-other &&
		b1 ip addr add 10.2.200.1/24 dev other && b1 ip addr add fd00:2:200::1/64 dev other nodad &&
		b1 ip link set other up &&
		other ip link set lo up && other ip addr add 10.2.200.2/24 dev b1 && other ip addr add fd00:2:200::2/64 dev b1 nodad &&
		for address in $target4/32 $second4/32 $target6/128 $second6/128; do other ip addr add "$address" dev lo; done &&
		other ip link set b1 up && other ip route add default via 10.2.200.1 && other ip route add default via fd00:2:200::1 &&
		b1 ip rule add fwmark 7 lookup 77 && b1 ip -6 rule add fwmark 7 lookup 77 &&
		b1 ip route add default via 10.2.200.2 table 77 && b1 ip route add default via fd00:2:200::2 table 77
}
send_elsewhere() {
	for chain in PREROUTING OUTPUT; do
		for type in 3 11; do b1 iptables -t mangle -"$1" $chain -d $target4 -p icmp --icmp-type $type -j MARK --set-mark 7; done
		for type in 1 2 3 4; do b1 ip6tables -t mangle -"$1" $chain -d $target6 -p icmpv6 --icmpv6-type $type -j MARK --set-mark 7; done
	done
}

other_control=$work/other

# the lab does not know of it
end_other() {
	[ -z "$other_pid" ] || kill "$other_pid" 2>/dev/null
	[ -z "$other_pid" ] || wait "$other_pid" 2>/dev/null
	other_pid=""
}
other_pid=""
trap 'end_other; clean_up' EXIT
# start_other TEXT [QUEUE]
start_other() {
	printf 'user root\ncontrol %s\nqueue %s\n%s\n' "$other_control" "${2:-5}" "$1" >"$work/other.conf"
	: >"$work/other.log"
	ip netns exec uturn-other "$build/uturnd" -f "$work/other.conf" 2>"$work/other.log" &
	other_pid=$!
	started "the other uturnd" "$work/other.log" "$other_pid"
}

# of OP FIELD, of the host that has the probes, and of the other
number() { target "$build/uturnctl" --socket "$control" --json "$1" | jq "$2"; }
others() { other "$build/uturnctl" --socket "$other_control" --json "$1" | jq "$2"; }

start_lab 2 4
plan_other || give_up "make the other host"
send_elsewhere A
apply_rules --request
"$build/uturnctl" peer-key "$work/key" >/dev/null || give_up "make a key"
shared="peer 10.2.1.254
peer 10.2.200.2
peer 10.2.200.3
peer fd00:2:1::254
peer fd00:2:200::2
peer-key $work/key"
listens="peer-listen 10.2.1.254
peer-listen fd00:2:1::254"
listens_other="peer-listen 10.2.200.2
peer-listen fd00:2:200::2"

title="without peers: "
start_uturnd "$secondary"
is "${title}the errors are lost" "$there second * * * * target" \
	"$(prober traceroute.db -n -w 1,0,0 -q 1 "$target4" | hops)"
stop_uturnd

title="keys: "
refused() { target timeout "$hang" "$build/uturnd" -n -f "$work/uturnd.conf" 2>&1; }
config "$shared
$listens"
is "${title}one is right" "" "$(refused)"
has "${title}none is overwritten" "is not overwritten" "$("$build/uturnctl" peer-key "$work/key" 2>&1)"
chmod 604 "$work/key"
has "${title}readable by others" "peer-key $work/key: others may read or change it" "$(refused)"
chmod 600 "$work/key"

title="peers: "
start_uturnd "$secondary
$shared
$listens
request on
inband on
inband-ports all"
start_other "$shared
$listens_other
request on"
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n -w 5,0,0 TARGET
	46 | traceroute.db -n -w 5,0,0 -I TARGET
	46 | traceroute.db -n -w 5,0,0 -T TARGET
	46 | mtr -n -r -c 1 -G 1 TARGET
END
for address in "$target4" "$target6"; do
	for protocol in udp tcp icmp; do
		is "${title}request by $protocol from $address" "$back prober" \
			"$(prober "$compiled/request_client" trace "$address" "$protocol" 33000 | hops | sed -E 's/(10\.1\.1\.|fd00:1:1::)[0-9]+$/prober/')"
	done
done
is "${title}what the one has sent the other has received, by both families" 1 \
	"$(($(others status '[.peers[]|select(.address=="10.2.1.254" or .address=="fd00:2:1::254").sent]|add') == \
	$(number status '[.peers[]|select(.address=="10.2.200.2" or .address=="fd00:2:200::2").received]|add')))"
has "${title}and matched" '^[1-9]' "$(number status '[.peers[].matched]|add')"
has "${title}as people read it" '^peer +10\.2\.200\.2, port 8874, heard [0-9.]+ seconds ago, 0 sent, [1-9][0-9]* received, [1-9][0-9]* matched, 0 refused$' \
	"$(target "$build/uturnctl" --socket "$control" status)"
figures=$(target "$build/uturnctl" --socket "$control" metrics)
is "${title}as metrics: promtool check metrics" "0" "$(promtool check metrics <<<"$figures" 2>&1; echo "$?")"
has "${title}as metrics" '^uturn_peer_received_total\{peer="10\.2\.200\.2:8874"\} [1-9]' "$figures"
has "${title}as metrics, heard by IPv6" '^uturn_peer_silent_seconds\{peer="\[fd00:2:200::2\]:8874"\} [0-9]\.?[0-9]*$' "$figures"
is "${title}nothing that was sent is sent on" 0 "$(number counters .peer_sent)"

title="in-band: "
start_services
"$uturn_lab" run prober bash -c "exec 3<>/dev/tcp/$target4/7 && printf '%4000d\n' 1 >&3 && sleep 600" >/dev/null 2>&1 &
visitor=$!
has_visitor() {
	visitor_end=$(target ss -Htn "sport = :7" | awk '{ print $5 }' | sed 's/\[::ffff:\(.*\)\]/\1/')
	[ -n "$visitor_end" ]
}
eventually has_visitor
sleep 0.2 # the probes are bytes that it has sent before, and were acknowledged
is "${title}every hop of a connection" "$back 10.1.1.10" \
	"$(target timeout "$hang" "$build/uturnctl" --socket "$control" trace "$target4:7" "$visitor_end" 2>&1 | hops)"
kill "$visitor"

title="refused: "
other ip addr add 10.2.200.3/24 dev b1
other ip addr add 10.2.200.4/24 dev b1
counted_more() { after=$(number counters ".$reason") && [ "$after" -gt "$before" ]; }
while read -r what reason from; do
	before=$(number counters ".$reason")
	other "$helpers/peer-send" "$work/key" "$from" 10.2.1.254 "$what" || give_up "send"
	eventually counted_more
	is "${title}$what from $from: $reason" "$((before + 1))" "$after"
done <<-'END'
	good peer_unmatched 10.2.200.3
	key peer_key 10.2.200.3
	late peer_clock 10.2.200.3
	early peer_clock 10.2.200.3
	version peer_version 10.2.200.3
	cut peer_format 10.2.200.3
	long peer_format 10.2.200.3
	kind peer_format 10.2.200.3
	junk peer_format 10.2.200.3
	name peer_source 10.2.200.3
	replayed peer_replayed 10.2.200.3
	good peer_source 10.2.200.4
END
is "${title}and none was relayed, or sent on" 0 "$(number counters '.peer_sent')"
is "${title}one peer has them all" 10 "$(number status '.peers[]|select(.address=="10.2.200.3").refused')"
is "${title}by reason" 4 "$(number status '.peers[]|select(.address=="10.2.200.3").refused_by.peer_format')"
is "${title}as metrics" 'uturn_peer_refused_total{peer="10.2.200.3:8874",outcome="peer_format"} 4' \
	"$(target "$build/uturnctl" --socket "$control" metrics | grep '10.2.200.3.*peer_format')"

title="a peer is killed: "
kill -KILL "$other_pid"
wait "$other_pid" 2>/dev/null
other_pid=""
is "${title}its errors are lost, and nothing else" "$there second * * * * target" \
	"$(prober traceroute.db -n -w 1,0,0 -q 1 "$target4" | hops)"
send_elsewhere D
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n -w 5,0,0 TARGET
END
send_elsewhere A
start_other "$shared
$listens_other"
title="and started again: "
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n -w 5,0,0 -I TARGET
END
stop_uturnd
end_other

title="workers: "
apply_rules --queue 5:7
config "$secondary
$shared
$listens"
sed -i 's/^queue .*/queue 5:7/' "$work/uturnd.conf"
start_configured
start_other "$shared
$listens_other" 5:6
for i in 11 12 13 14 15 16; do
	lab run prober ip addr add "10.1.1.$i/24" dev lan
	clients "$there second $back target" <<-END
		4 | traceroute.db -n -w 5,0,0 -s 10.1.1.$i TARGET
	END
done
has "${title}matched" '^[1-9]' "$(number status '[.peers[].matched]|add')"
is "${title}none was lost on the way" 0 "$(number counters .peer_lost)"

title="a flood at the other: "
"$uturn_lab" run b1 "$compiled/flood" brief "$target4" 10.1.1.10 20000 >"$work/sent" &
flood=$!
others_refuse() { [ "$(others counters .peer_limit)" -gt 20000 ]; }
eventually others_refuse
kill "$flood"
wait "$flood" 2>/dev/null
seconds=$(tail -n 1 "$work/sent" | cut -d ' ' -f 2)
received=$(number status '.peers[]|select(.address=="10.2.200.2").received') # the same host is a peer by IPv6, too
echo "# flooded for $seconds s: $received datagrams of peers"
is "${title}costs no more than the limit" 1 "$((received <= 2000 * (${seconds%.*} + 3)))"
