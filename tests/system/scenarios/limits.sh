#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Routers that limit their ICMP errors as Linux does by itself: six at once to one host, which is us,
# then one a second. That is enough for two traces with three queries a hop, or one mtr; where uturnd
# paces its return probes, for one query of each prober.

. "$(dirname "$0")/../helpers/lib.sh"

refilled=7 # seconds until a router has all of its six errors again, one a second: here it is time that counts
start_lab 3 4 --icmp-limit
lan=$(prober ip -o -4 addr show to 10.1.1.10 | awk '{ print $2 }')
for i in {21..24}; do
	prober ip addr add "10.1.1.$i/24" dev "$lan"
	prober ip addr add "fd00:1:1::$i/64" dev "$lan" nodad
done
apply_rules

# source N ADDRESS: the N-th address of the prober in that family
source_of() {
	[[ $2 != *:* ]] && echo "10.1.1.$((20 + $1))" || echo "fd00:1:1::$((20 + $1))"
}

# seen OPTION...: how many of the 12 answers of the 4 routers on the return path are shown, of how many routers
seen() {
	prober traceroute.db -n -w 5,0,0 "$@" | awk '
		/ (10\.2\.|fd00:2:)/ { routers++; for (i = 3; i <= NF; i++) n += $i == "ms" }
		END { print n + 0, "of", routers + 0 }'
}

# crowd ADDRESS: four probers at once; how many of them see all four routers
crowd() {
	local i pids=()

	for i in {1..4}; do
		seen -s "$(source_of "$i" "$1")" "$1" >"$work/seen.${1//:/_}.$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	cat "$work/seen.${1//:/_}".* | grep -c 'of 4$'
}

before() {
	local got

	is "pace off, $1: two traces" "12 of 4, 12 of 4" "$(seen "$1"), $(seen "$1")"
	for _ in {1..5}; do # a busy machine spreads them
		sleep "$refilled"
		got=$(crowd "$1")
		[ "$got" = 4 ] || break
	done
	has "pace off, $1: of four probers at once not all see every router" "^[0-3]$" "$got"
}

after() {
	local i got row

	is "$1: first prober" "12 of 4" "$(seen -s "$(source_of 1 "$1")" "$1")"
	is "$1: second prober" "12 of 4" "$(seen -s "$(source_of 2 "$1")" "$1")"
	is "$1: a third one at once, with 40 queries, finds the routers' limit" 1 \
		"$(($(seen -q 10 -N 90 -s "$(source_of 3 "$1")" "$1" | cut -d' ' -f1) < 36))"
	sleep 12 # and those that uturnd has put off
	for _ in {1..3}; do # a busy machine spreads them, and IPv6 routers of Linux answer four a second
		got=$(crowd "$1")
		[ "$got" != 4 ] || break
		sleep 12
	done
	is "$1: then all of four at once see every router" 4 "$got"
	sleep "$refilled"
	is "$1: one alone sees everything: -I" "12 of 4" "$(seen -I "$1")"
	sleep "$refilled"
	for _ in {1..3}; do # a machine too busy to forward in time brings the traces closer together
		row=""
		for i in {1..5}; do row+="$(seen "$1" | cut -d' ' -f2-) "; done
		[ "$row" != "of 4 of 4 of 4 of 4 of 4 " ] || break
		sleep 12
	done
	is "$1: five in a row see every router" "of 4 of 4 of 4 of 4 of 4 " "$row"
	sleep "$refilled"
	expect_hops "$there second $back target" "" mtr -n -r -c 3 "$1"
}

# both FUNCTION: the limits of one family are not those of the other
both() {
	"$1" "$target4" >"$work/out4" &
	other=$!
	"$1" "$target6"
	wait "$other"
	cat "$work/out4"
}

within=20
start_uturnd "pace off
$secondary"
both before
restart_uturnd "$secondary"
sleep "$refilled"
both after
counters=$(target "$build/uturnctl" --socket "$control" counters)
has "what was refused is counted" "paced +[1-9]" "$counters"
