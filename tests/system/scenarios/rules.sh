#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hop-counting rules on real packets, without uturnd: what is queued is what the rules
# count, as --queue-bypass lets it go on. On both backends, both families and both kinds of
# state. Runs by itself as well as under `run`, as anybody: it makes its own world.

read -r _ _ users </proc/self/uid_map
if [ "$(id -u)" != 0 ] || [ "$users" != 1 ]; then
	UTURN_RULES_ALONE=1 exec unshare -mrun bash "$0" "$@"
fi
mount -t tmpfs rules /run || exit 1

. "$(dirname "$0")/../helpers/lib.sh"

rules=${UTURN_RULES:-$build/uturn-rules}
send=$compiled/rules_send
title=""
failed=0
passed=0

ok() {
	passed=$((passed + 1))
	printf 'ok %s: %s\n' "$scenario" "$title$1"
}
not_ok() {
	failed=$((failed + 1))
	printf 'not ok %s: %s: %s\n' "$scenario" "$title$1" "$2"
}
clean_up() {
	[ -z "${listener:-}" ] || kill "$listener" 2>/dev/null
	rm -rf "$work"
}

. "$helpers/rules_world"
. "$helpers/rules-lib.sh"
. "$helpers/rules-nft.sh"

# ---- cases, each on a backend, in a family, with a kind of state ----

counts_hops() {
	local k

	new_source
	for k in {1..20}; do probe udp "$k"; done
	queues "TTL 1..20 are queued once each" "$(seq -s ' ' 20)/20"
	new_source
	for k in 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5 6 6 6 7 7 7 8 8 8; do probe udp $k $((33434 + k)); done
	queues "three probes a hop are queued" "1:3 2:3 3:3 4:3 5:3 6:3 7:3 8:3/24"
	new_source
	for k in 6 3 1 5 2 4 12 8 7 10 9 11 16 13 15 14; do probe udp "$k"; done
	queues "sixteen at once, out of order, are queued" "$(seq -s ' ' 16)/16"
	new_source
	for k in {1..32}; do probe udp "$k"; done
	probe udp 33
	queues "TTL 32 is the last" "$(seq -s ' ' 32)/32"
}

needs_to_be_seen() {
	new_source
	probe udp 20
	probe udp 14
	probe udp 7
	queues "an unseen source is not queued above TTL 6" "-/3"
	new_source
	probe udp 6
	probe udp 12
	queues "six hops further are queued" "6 12/2"
	new_source
	probe udp 1
	probe udp 7
	probe udp 8
	queues "from the first hop as well" "1 7 8/3"
	new_source
	probe udp 6
	probe udp 14
	queues "and what is left of a block of eight" "6 14/2"
	new_source
	probe udp 6
	probe udp 15
	queues "the next block is not" "6/2"
	new_source
	probe udp 9
	probe udp 6
	probe udp 15
	queues "a block is that of the TTL that was queued" "6/3"
	new_source
	probe udp 6
	probe udp 12
	probe udp 18
	probe udp 7
	queues "the way up keeps what is lower open" "6 7 12 18/4"
	new_source
	probe udp 64
	probe udp 255
	probe udp 40
	probe udp 7
	queues "what comes with a high TTL marks nothing" "-/1"
}

belongs_to_its_source() {
	new_source
	probe udp 6
	me=$near
	probe udp 12
	if [ "$family" = 4 ]; then
		queues "a neighbour is another prober" "6/2"
		return
	fi
	queues "a neighbour in the same /64 is the same prober" "6 12/2"
	me=fd00:9:$n:1::1
	at here ip addr add "$me/128" dev wire nodad
	probe udp 7
	queues "the next /64 is another prober" "-/1"
}

takes_probes_only() {
	local type error
	if [ "$family" = 4 ]; then type=8 error=3; else type=128 error=1; fi

	new_source
	probe icmp 2 $type
	probe syn 3 81
	probe ecn-syn 3 81
	probe ack 4 81
	probe udp 5 53
	queues "echo request, SYN, SYN with ECN, ACK and UDP are probes" "2 3:2 4 5/5"
	probe icmp 2 $type 1
	probe icmp 2 $error
	[ "$family" = 6 ] || probe icmp 2 13
	[ "$family" = 4 ] || probe icmp 2 129
	queues "other ICMP is not" "-/3"
	probe tcp-flags 3 81 44444 4
	probe tcp-flags 3 81 44444 20
	probe tcp-flags 3 81 44444 18
	probe tcp-flags 3 81 44444 24
	probe tcp-flags 3 81 44444 17
	probe tcp-flags 3 81 44444 0
	queues "RST, RST+ACK, SYN+ACK, PSH+ACK, FIN+ACK and no flag are not" "-/6"
	probe syn 1 179
	probe syn 1 40000 179
	probe syn 1 646
	for port in 520 521 646 1985 3784 3785 4784 4789 6784 8472; do
		probe udp 1 $port
		probe udp 1 40000 $port
	done
	queues "routing, liveness and tunnel ports are not" "-/23"
	if [ "$family" = 4 ]; then
		target=224.0.0.1
		probe udp 1
		target=10.9.255.255
		probe udp 1
		target=255.255.255.255
		probe udp 1
		queues "multicast and broadcast are not" "-/3"
	else
			target=ff02::1
		at here ip -6 route replace ff02::1 dev wire table local
		probe udp 1
		queues "multicast is not" "-/1"
	fi
	target=$([ "$family" = 4 ] && echo 10.9.0.2 || echo fd00:9::2)
	if [ "$family" = 4 ]; then # to us, and from where an answer would go to everybody on the wire
		me=10.9.255.255
		at here ip route del broadcast "$me" dev wire table local
		at here ip addr add "$me/32" dev wire
		probe syn 2 81
		probe icmp 2 $type
		queues "none that says it is from the broadcast address is" "-/2"
		at here ip addr del "$me/32" dev wire
		new_source
	fi
	probe udp 3 33434 44444 3000
	queues "a fragmented probe is one probe" "3/1"
}

leaves_traffic_alone() {
	new_source
	at here ping -c3 -i0.01 -W1 "$target" >/dev/null
	probe udp 64
	probe udp 64 53
	is "TTL 64: a connection works" hello "$(at here "$send" talk "$me" "$target" 64 7 64 2>&1)"
	queues "TTL 64: ping, UDP and TCP never come near" "-/0"
	is "TTL 1: a BGP session works" hello "$(at here "$send" talk "$me" "$target" 1 179 1 2>&1)"
	has "TTL 1: a BGP session is never queued" "^-/[1-9]" "$(counted)"
	is "TTL 3: an established connection works" hello "$(at here "$send" talk "$me" "$target" 64 7 3 2>&1)"
	has "TTL 3: segments of a connection are never queued" "^-/[1-9]" "$(counted)"
}

forgets() {
	local family me near target from4 from6 window

	for ((window = 4; window <= 64; window *= 2)); do # on a machine that is as busy as that
		world
		for family in 4 6; do counted >/dev/null; done
		apply --window "$window"
		family=4
		new_source
		from4=$me
		family=6
		new_source
		from6=$me
		! paced "$window" "$from4" "$from6" || break
	done
	for family in 4 6; do queues "IPv$family: the window is refreshed, and ends" "6 12:2/4"; done
}

limits() {
	apply --limit 10/s
	new_source
	at here "$send" flood "$me" "$target" 3 100
	floods "--limit ends a flood" 64 99
	new_source
	probe udp 3
	queues "--limit is per source" "3/1"
	apply --limit 1000/s --limit-total 50/s # 200/s are quiet
	new_source
	at here "$send" flood "$me" "$target" 3 1000
	floods "--limit-total ends a flood" 264 399
	apply --limit 50/s --limit-total 50/s # 10/s are quiet, and 128 at once
	at here "$send" sweep 250 "$target" 3
	floods "many sources of one network are not quiet" 192 230
	new_source
	for _ in {1..5}; do probe udp 3; done
	queues "--limit-total spares who is quiet" "3:5/5"
}

# Every prober in one window, block by block as far as the gap allows: not one is lost.
holds_many() {
	local probers=${PROBERS:-100000}

	apply --limit none --limit-total none
	for ttl in 1 14 22 30 32; do at here "$send" sweep "$probers" "$target" $ttl || not_ok "sweep" "expected to be sent"; done
	queues "$probers probers in one window, none is lost" \
		"1:$probers 14:$probers 22:$probers 30:$probers 32:$probers/$((5 * probers))"
}

without_tcp() {
	apply --protocols udp
	new_source
	probe udp 3 33434 44444 3000
	probe icmp 3 8
	probe syn 3
	queues "--protocols udp: UDP only, reassembled" "3/3"
	[ "$family" = 6 ] || return 0
	apply --protocols icmp # nothing asks for reassembly before INPUT
	new_source
	at here ping -q -c 1 -W 0.1 -t 3 -s 2000 -I "$me" "$target" >/dev/null 2>&1
	has "--protocols icmp: no fragment is queued" "^-/[1-9]" "$(counted)"
	probe icmp 3 128
	queues "--protocols icmp: a whole probe is" "3/1"
}

# ---- cases about the rules themselves ----

# foreigners: rules of others, with counters, that look a little like ours
foreigners() {
	local t

	for t in "$(tables 4)" "$(tables 6)"; do
		at there "$t" -t mangle -N OTHER
		at there "$t" -t mangle -A INPUT -p udp -m comment --comment "not -j UTURN" -j OTHER
		at there "$t" -t mangle -A OTHER -j RETURN
		at there "$t" -t mangle -P FORWARD DROP
		at there "$t" -t raw -A OUTPUT -p udp -m comment --comment "not -j UTURN-notrack" -j ACCEPT
		at there "$t" -t nat -A PREROUTING -p udp --dport 53 -m comment --comment "not -j UTURN" -j REDIRECT --to-ports 5353
		at there "$t" -A INPUT -p udp -m comment --comment UTURN -j ACCEPT
	done
	at here ping -c1 -W1 10.9.0.2 >/dev/null
	for family in 4 6; do
		new_source
		probe udp 64
	done
}

apply_and_remove() {
	local before after again t

	world
	if [ "$backend" = legacy ]; then # a legacy table cannot be taken away once somebody asked for it
		for t in iptables-legacy ip6tables-legacy; do
			at there "$t" -t mangle -S >/dev/null
			at there "$t" -t raw -S >/dev/null
			at there "$t" -t nat -S >/dev/null
		done
	fi
	before=$(save -c)
	uturn_rules apply --state "$state" || not_ok "apply" "$(cat "$work/err")"
	uturn_rules check --state "$state"
	is "check after apply" 0 $?
	has "check prints the capacity" "^capacity: [0-9]+ probers" "$(cat "$work/out")"
	[ "$state" = ipset ] || has "check warns of a small list" "above 100 probers the least recently active one is evicted" "$(cat "$work/err")"
	after=$(save)
	uturn_rules apply --state "$state"
	same "apply twice is apply once" "$after" "$(save)"
	uturn_rules check --state "$state" --hops 20
	is "check sees another plan" 1 $?
	uturn_rules apply --state "$state" --hops 12 --queue 5:8 --limit 300/s --limit-total none --window 7 --request
	uturn_rules check --state "$state" --hops 12 --queue 5:8 --limit 300/s --limit-total none --window 7 --request
	is "check after apply of another plan" 0 $?
	is "a shorter plan leaves no chain behind" "" "$(save | grep -E 'hop01[3-9]|hop0[23]|from017|seen015|ttl017')"
	uturn_rules remove
	same "remove leaves the tables as they were" "$before" "$(save -c)"
	is "remove leaves no set behind" "" "$(at there ipset list -n)"
	uturn_rules remove
	is "remove twice" 0 $?

	foreigners
	before=$(save -c)
	uturn_rules apply --state "$state"
	same "apply leaves the rules of others" "$before" "$(save -c | grep -vE '^:UTURN|-A UTURN|-j UTURN(-notrack)?$')"
	again=$(at there "$(tables 6)-save" -t mangle | grep -m1 "A INPUT")
	has "our jump is first" "-j UTURN$" "$again"
	has "and so is the one in PREROUTING" "-j UTURN$" "$(at there "$(tables 6)-save" -t nat | grep -m1 "A PREROUTING")"
	has "and so is the one in OUTPUT" "-j UTURN-notrack$" "$(at there "$(tables 4)-save" -t raw | grep -m1 "A OUTPUT")"
	uturn_rules apply --state "$state" --request
	again=$(at there "$(tables 6)-save" -t mangle | grep -m2 "A INPUT" | grep -c -- '-j UTURN')
	is "and so are both" 2 "$again"
	uturn_rules remove
	same "remove leaves the rules of others" "$before" "$(save -c)"
}

check_tells() {
	local t

	t=$(tables 4)
	world
	uturn_rules apply
	at there "$t" -t mangle -D UTURN-ttl001 6
	at there "$t" -t mangle -A UTURN-udp -s 192.0.2.1 -j ACCEPT
	uturn_rules check
	is "check of changed rules exits 1" 1 $?
	has "check names the rule that is missing" "^missing: -A UTURN-ttl001 .*--ttl-eq 3" "$(cat "$work/out")"
	has "check names the rule too much" "^unexpected: -A UTURN-udp -s 192.0.2.1" "$(cat "$work/out")"
	is "check names nothing else" 2 "$(grep -cE '^(missing|unexpected)' "$work/out")"
	uturn_rules apply
	uturn_rules check
	is "apply repairs" 0 $?
	at there "$t" -t raw -F UTURN-notrack
	uturn_rules check
	is "check looks at the raw table as well" 1 $?
	has "check names its rule" "^missing: -A UTURN-notrack -j CT --notrack" "$(cat "$work/out")"
	uturn_rules check --mark 0x99
	has "check sees another mark" "^missing: -A OUTPUT -m mark --mark 0x99 -j UTURN-notrack" "$(cat "$work/out")"
	uturn_rules apply --mark 0
	is "without a mark nothing is left in the raw table" "" "$(save | grep -i notrack)"
	uturn_rules apply
	at there "$t" -t nat -D UTURN-seen 1
	uturn_rules check
	has "check names a rule of the nat table as one" "^missing: -A UTURN-seen .*-j ACCEPT \(nat table\)$" "$(cat "$work/out")"
	uturn_rules apply --no-nat
	is "--no-nat: nothing is left in the nat table" "" "$(at there "$t-save" -t nat | grep -v '^[#*:]' | grep UTURN)"
	uturn_rules apply
	at there "$t" -t mangle -D INPUT 1
	uturn_rules check
	is "check misses the jump" 1 $?
	at there "$t" -t mangle -A INPUT -m ttl --ttl-lt 99 -j UTURN
	uturn_rules apply
	is "a jump with another TTL is replaced" "-A INPUT -m ttl --ttl-lt 33 -j UTURN" "$(at there "$t-save" | grep 'A INPUT')"
}

print_is_apply() {
	world
	uturn_rules remove
	for family in 4 6; do at there "$rules" print -$family --state ipset | sed -n 's/^# ipset /ipset /p' | at there sh; done
	for family in 4 6; do at there "$rules" print -$family --state ipset | at there "$(tables $family)-restore" --noflush; done
	uturn_rules check --state ipset
	is "print, fed to iptables-restore, is the plan" 0 $?
	uturn_rules remove
	for family in 4 6; do
		at there "$rules" print --shell -$family --state ipset --hops 9 --request | sed "s/^ip6*tables /$(tables $family) /" | at there sh
	done
	uturn_rules check --state ipset --hops 9 --request
	is "print --shell, fed to sh, is the plan" 0 $?
	uturn_rules remove
}

nothing_half_done() {
	local before path=$work/fake

	world
	at there "$(tables 4)" -t mangle -S >/dev/null
	at there "$(tables 4)" -t raw -S >/dev/null
	at there "$(tables 4)" -t nat -S >/dev/null
	mkdir -p "$path"
	before=$(save)
	printf '#!/bin/sh\ncat >/dev/null\necho "line 3 failed" >&2\nexit 1\n' >"$path/ip6tables-$backend-restore"
	chmod +x "$path/ip6tables-$backend-restore"
	PATH=$path:$PATH uturn_rules apply --state ipset
	is "IPv6 fails: exit 1" 1 $?
	same "IPv6 fails: IPv4 is as before" "$before" "$(save)"
	is "IPv6 fails: no set stays" "" "$(at there ipset list -n)"
	uturn_rules apply --hops 9
	before=$(save)
	PATH=$path:$PATH uturn_rules apply --state ipset
	same "IPv6 fails: IPv4 has its old plan" "$before" "$(save)"
	uturn_rules remove -4
	# shellcheck disable=SC2016 # for the fake
	printf '#!/bin/sh\nsed "/^.mangle/,\\$d" | /usr/sbin/%s-restore "$@"\necho "line 9 failed" >&2\nexit 1\n' "$(tables 4)" \
		>"$path/$(tables 4)-restore"
	chmod +x "$path/$(tables 4)-restore"
	PATH=$path:$PATH uturn_rules apply -4
	is "the second of two tables fails: exit 1" 1 $?
	is "the second of two tables fails: nothing of the first stays" "" "$(at there "$(tables 4)-save" | grep UTURN)"
	rm -r "$path"
}

tells_status() {
	world
	state=recent
	family=4
	uturn_rules apply --hops 8
	new_source
	probe udp 2
	probe udp 2
	uturn_rules status
	is "status exits 0" 0 $?
	has "status counts hop 2" "^ +2 +2 +0$" "$(cat "$work/out")"
	has "status shows a queue without a listener" "queue 5: no listener" "$(cat "$work/out")"
}

# with any TTL, from anybody; no other code, and nothing without --request
takes_requests() {
	local code icmp=8
	[ "$family" = 4 ] || icmp=128
	new_source
	uturn_rules apply --request
	probe icmp 64 $icmp 1
	probe icmp 1 $icmp 1
	for code in 0 2; do probe icmp 64 $icmp $code; done
	probe icmp 64 $((icmp == 8 ? 0 : 129)) 1
	uturn_rules status
	has "requests are counted" "^IPv$family: .*, 2 requests" "$(cat "$work/out")"
	uturn_rules apply
	probe icmp 64 $icmp 1
	uturn_rules status
	is "without --request there is no rule" "" "$(grep requests "$work/out")$(save | grep -i request)"
	at there ipset create "banned$family" hash:ip family "inet$([ "$family" = 4 ] || echo 6)"
	uturn_rules apply --request --deny-set "banned$family" "-$family"
	at there ipset add "banned$family" "$me"
	new_source
	probe icmp 64 $icmp 1
	me=$([ "$family" = 4 ] && echo 10.9.$((n - 1)).1 || echo fd00:9:$((n - 1))::1)
	probe icmp 64 $icmp 1
	probe udp 1
	uturn_rules status
	has "those of --deny-set are not" "^IPv$family: .*, 1 requests, 2 denied" "$(cat "$work/out")"
}

# [BACKEND...]: those of iptables, and nftables, unless some are named
[ $# -gt 0 ] || set -- nftables nft legacy
for backend; do
	[ "$backend" != nftables ] || { of_nftables; continue; }
	for state in recent ipset; do
		title="$backend, $state: "
		apply_and_remove
		world
		for family in 4 6; do
			title="$backend, $state, IPv$family: "
			apply
			counts_hops
			needs_to_be_seen
			belongs_to_its_source
			takes_probes_only
			leaves_traffic_alone
		done
	done
	title="$backend: "
	state=recent
	check_tells
	print_is_apply
	nothing_half_done
	tells_status
	world
	for family in 4 6; do
		title="$backend, IPv$family: "
		limits
		takes_requests
		without_tcp
		state=ipset
		holds_many
		state=recent
	done
done
# time is the kernel's, not the backend's
for state in $([[ " $* " != *" nft "* ]] || echo recent ipset); do
	backend=nft
	title="$backend, $state: "
	forgets
done
[ -z "${UTURN_RULES_ALONE:-}" ] || echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
