#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-trace(1): --payload, where nothing answers on a closed port; --like; --interface; --mtu, told and not told,
# on both paths.

. "$(dirname "$0")/../helpers/lib.sh"

trace=$build/uturn-trace

# traced [OPTION...] TARGET: into $got, with its exit status in $status
traced() {
	got=$(prober "$trace" --no-resolve "$@" 2>"$work/stderr")
	status=$?
}

# how the target has answered the probes of $got, which is JSON: types and codes, each once
end_types() {
	awk -F'[],[]' '/"addresses".*"end":true/ {split($0, w, "\""); end = w[4]}
		/^  \[/ && $7 == "\"" end "\"" {types[$8 "/" $9]}
		END {for (t in types) print t}' <<<"$got" | sort | tr '\n' ' '
}

mtu_lines() { grep '^mtu' <<<"$got" | sed 's/^mtu //' | tr '\n' ';'; }

# fails CASE STATUS REGEX OPTION...
fails() {
	traced "${@:4}"
	is "$1: exit status" "$2" "$status"
	has "$1" "$3" "$(cat "$work/stderr")"
}

# ---- what servers answer ----

start_lab 3 4
declare -A ports=([dns]=53 [quic]=443)
servers=()
for protocol in dns quic; do
	target "$helpers/udp-server" "$protocol" "${ports[$protocol]}" >"$work/$protocol.log" 2>&1 &
	servers+=($!)
	started "$protocol" "$work/$protocol.log" $!
done
for protocol in dns quic; do
	for address in "$target4" "$target6"; do
		traced --format json --payload "$protocol" "$address"
		is "--payload $protocol, $address" "0 0/0 " "$status $(end_types)"
		traced --format json --plain --payload "$protocol" "$address"
		is "--payload $protocol --plain, $address" "0 0/0 " "$status $(end_types)"
	done
done
traced --format json "$target4"
is "without --payload the kernel answers" "0 3/3 " "$status $(end_types)"
fails "--payload with another protocol" 2 "^uturn-trace: --payload: 'dns' is sent by UDP alone, not with --tcp$" --payload dns --tcp "$target4"

# ---- the same again ----

traced --payload dns --paths 9 --max-ttl 20 -o "$work/saved.json" "$target4"
traced --like "$work/saved.json" --format json
is "--like: options" '"payload":"dns","paths":"9","max-ttl":"20"' "$(sed -nE 's/^ "options":\{(.*)\},$/\1/p' <<<"$got")"
is "--like: flows" "$(grep '"sport"' "$work/saved.json")" "$(grep '"sport"' <<<"$got")"
traced --like "$work/saved.json" --payload quic --paths 3 --format json
is "--like, and other options" '"payload":"quic","paths":"3","max-ttl":"20" 3' \
	"$(sed -nE 's/^ "options":\{(.*)\},$/\1/p' <<<"$got") $(grep -c '"dport":443' <<<"$got")"
traced --like "$work/saved.json" "$target6"
has "--like, and another target" "^$target6, udp, 9 flows" "$got"
sed 's/"max-ttl":"20"/"max-ttl":"99"/' "$work/saved.json" >"$work/wrong.json"
fails "--like: a wrong option" 2 "/wrong.json: --max-ttl: '99' is not a number between 1 and 63$" --like "$work/wrong.json"
fails "--like: no file" 2 "^uturn-trace: /nowhere: No such file or directory$" --like /nowhere
kill "${servers[@]}"

# ---- interfaces ----

for address in "$target4" "$target6"; do
	traced --interface lan "$address"
	has "--interface, $address" "^ 4  $address " "$got"
	traced --interface lan --plain "$address"
	has "--interface --plain, $address" "^ 4  $address " "$got"
done
fails "--interface that is not there" 2 "^uturn-trace: --interface: 'eth7': no such interface \(ip link lists them\)$" --interface eth7 "$target4"
fails "--interface lo" 2 "^uturn-trace: --interface: 'lo' is a loopback interface, which leads to this host alone$" --interface lo "$target4"
prober ip link add idle type veth peer name idle2
fails "--interface that is down" 2 "^uturn-trace: --interface: 'idle' is down \(ip link set idle up\)$" --interface idle "$target4"
prober ip link set idle up
prober ip link set idle2 up
traced --interface idle --deadline 2s --timeout 300ms "$target4"
is "--interface, not the one of the route" 1 "$status"

# ---- MTU of the forward path ----

for address in "$target4" "$target6"; do
	traced --mtu "$address"
	is "--mtu, $address" "there  1500;" "$(mtu_lines)"
done
lab run f2 ip link set f3 mtu 1400
for address in "$target4" "$target6"; do
	traced --mtu "$address"
	is "--mtu: a router tells, $address" "there  1500, 1400 behind hop 2;" "$(mtu_lines)"
	has "--mtu: its mark, $address" "^ 2 .*  mtu 1400$" "$got"
done
traced --mtu --icmp -o "$work/before.json" "$target4"
is "--mtu --icmp: the last link is not asked" "there  1500, 1400 behind hop 2; not known behind hop 3;" \
	"$(grep '^mtu' <<<"$("$trace" show "$work/before.json")" | sed 's/^mtu //' | tr '\n' ';')"
lab run f2 ip link set f3 mtu 1500
lab run f3 ip link set f2 mtu 1300 # it takes VLAN tags as well, 4 bytes
for address in "$target4" "$target6"; do
	traced --mtu "$address"
	is "--mtu: a black hole, $address" "there  1500, black hole above 1304 behind hop 2;" "$(mtu_lines)"
done
traced --mtu --icmp -o "$work/after.json" "$target4"
has "diff of the MTU" "^mtu    there    1500, 1400 behind hop 2; not known behind hop 3 -> 1500, black hole above 1304 behind hop 2; not known behind hop 3$" \
	"$("$trace" diff "$work/before.json" "$work/after.json")"
lab run f3 ip link set f2 mtu 1500
traced --mtu --plain "$target4"
has "--mtu --plain" "^uturn-trace: --mtu is not available with UDP sockets" "$(cat "$work/stderr")"
lab down

# ---- MTU of the return path ----

start_lab 3 4 --mtu-back 1400
apply_rules
start_uturnd
for address in "$target4" "$target6"; do
	traced --mtu "$address"
	is "--mtu: the return path, $address" "there  1500;back   1500, 1400 behind hop 6;" "$(mtu_lines)"
done
lab run b4 ip link set b3 mtu 1296
for address in "$target4" "$target6"; do
	traced --mtu "$address"
	is "--mtu: a black hole of the return path, $address" \
		"there  1500;back   1500, 1400 behind hop 6, black hole above 1300 behind hop 7;" "$(mtu_lines)"
done
