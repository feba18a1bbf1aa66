#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reverse-traceroute protocol: what a client of it gets is what traceroute shows on the target itself.
# Through the routing table, one path a flow, and no second answer from the kernel.

. "$(dirname "$0")/../helpers/lib.sh"

client=$compiled/request_client
prober4=10.1.1.10
prober6=fd00:1:1::10
seconds=${FLOOD_SECONDS:-2}

# asked ADDRESS PROTOCOL [FLOW [PADDING]]
asked() { prober "$client" trace "$@"; }

# number OP NAME: of what uturnctl says in JSON
number() { target "$build/uturnctl" --socket "$control" --json "$1" | grep -oE "\"$2\": *[0-9]+" | grep -oE '[0-9]+$'; }
flights() { number status flights; }

same_as_traceroute() {
	local protocol address other

	for address in "$target4" "$target6"; do
		other=$prober4
		[ "$address" = "$target4" ] || other=$prober6
		for protocol in udp:-U tcp:-T icmp:-I; do
			is "${title}${protocol%:*} from $address" "$(target traceroute.db -n -w 5,0,0 -q 1 -p 33000 "${protocol#*:}" -s "$address" "$other" | hops)" \
				"$(asked "$address" "${protocol%:*}" 33000 | hops)"
		done
	done
}

title=""
start_lab 3 4
apply_rules --request
start_uturnd "request on"
same_as_traceroute
stop_uturnd
lab down
start_lab 3 4 --ecmp
apply_rules --request
start_uturnd "request on"
has "no second answer" "answers too many: 0" "$(asked "$target4" udp)"
has "no second answer, IPv6" "answers too many: 0" "$(asked "$target6" tcp)"

title="what is added: "
got=$(asked "$target4" icmp 0 36)
has "${title}an error" "^ 1  10.2.1.1 .* kind 1 type 11 code 0 ttl 6[0-4], checksum right" "$got"
has "${title}an echo reply" "^ [0-9]  $prober4 .* kind 2 type 0 code 0 ttl 6[0-4], checksum right" "$got"
has "${title}a RST" "^ [0-9]  $prober6 .* kind 3 type 0 code 0" "$(asked "$target6" tcp 33000 36)"
title=""

# the SYN+ACK of a service there is reset, once
prober "$helpers/echo-server" 7 >"$work/echo.log" 2>&1 &
started "the service" "$work/echo.log" $!
resets() { prober nstat -asz TcpEstabResets TcpAttemptFails 2>/dev/null | awk '/AttemptFails/ {print $2}'; }
before=$(resets)
has "an open port: SYN+ACK" "^ [0-9]  $prober4 .* kind 4 type 0 code 0" "$(asked "$target4" tcp 7 36)"
is_reset() { [ "$(resets)" -gt "$before" ]; }
eventually is_reset
is "it is reset, once" 1 "$(($(resets) - before))"

# one flow takes one path, different flows both
for address in "$target4" "$target6"; do
	is "many flows from $address: both paths" "b2 b2b" "$(for flow in {33001..33016}; do
		asked "$address" udp "$flow" | hops | cut -d ' ' -f 2
	done | sort -u | tr '\n' ' ' | sed 's/ $//')"
	is "one flow from $address: one path" 1 "$(for _ in {1..8}; do asked "$address" udp 33001 | hops | cut -d ' ' -f 2; done | sort -u | wc -l)"
done

# by its own address another uplink
target ip route add default via 10.1.4.254 table 100
target ip rule add from "$second4" lookup 100
is "policy routing" "f3 f2 f1 $prober4" "$(asked "$second4" udp 33000 | hops)"
is "the other address" "b4 $prober4" "$(asked "$target4" udp 33000 | hops | awk '{print $(NF - 1), $NF}')"
target ip rule del from "$second4" lookup 100

title="refused: "
wrong=$(number counters checksum)
probed=$(number counters request_probed)
for form in checksum fragment source multicast; do
	is "${title}$form" "answers: 0" "$(prober "$client" odd "$target4" "$form")"
done
is "${title}the first of them is counted" $((wrong + 1)) "$(number counters checksum)"
is "${title}no probe for any" "$probed" "$(number counters request_probed)"

title=""
restart_uturnd "request on
limit 100000/s total"
for rate in 20000 10000 5000 2500; do # the highest that this machine has the time for
	got=$(prober "$client" flood "$target4" "$seconds" "$rate")
	read -r _ sent _ answered <<<"$got"
	[ "${answered:-0}" -lt "$((sent * 3 / 4))" ] || break
done
is "$rate requests a second for $seconds s, three of four answered: $got" 1 "$((answered >= sent * 3 / 4 && answered > 0))"
none_left() { [ "$(flights)" = 0 ]; }
eventually none_left
is "no flight left" 0 "$(flights)"
has "and served at once" "^ 1  10.2.1.1 " "$(asked "$target4" udp)"

restart_uturnd
has "request off: the kernel's own echo" "status" "$(asked "$target4" udp | head -n 1)"

# what the rules count, on both backends: two hops each, one request a hop, and nothing where they are not asked to
restart_uturnd "request on"
for backend in nft legacy; do
	title="$backend: "
	target "$build/uturn-rules" remove >/dev/null 2>&1
	target "$build/uturn-rules" apply --backend $backend --request >/dev/null 2>&1
	for address in "$target4" "$target6"; do
		hops=$(asked "$address" udp | hops | wc -w)
		has "${title}requests to $address are counted" "^IPv[46]: .*, $hops requests" \
			"$(target "$build/uturn-rules" status --backend $backend)"
	done
	target "$build/uturn-rules" check --backend $backend --request >/dev/null 2>&1
	is "${title}as planned" 0 $?
	target "$build/uturn-rules" apply --backend $backend >/dev/null 2>&1
	has "${title}without --request: the kernel's own echo" "status" "$(asked "$target4" udp | head -n 1)"
	target "$build/uturn-rules" remove --backend $backend >/dev/null 2>&1
done
