#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Probes of unusual size and form: larger than a packet, as large as one, without a payload or a
# checksum, with extension headers. A large one that may be fragmented is turned as a smaller one.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules
start_uturnd "$secondary"

clients "$there second $back target" <<-'END'
	46 | traceroute.db -n TARGET 3000
	46 | traceroute.db -n -I TARGET 3000
	4  | traceroute.db -n -F TARGET 1500
	46 | traceroute.db -n TARGET 1500
	46 | traceroute.db -n -I TARGET 1500
	4  | traceroute.db -n TARGET 28
	6  | traceroute.db -n TARGET 48
	4  | traceroute.db -n -I TARGET 28
	6  | traceroute.db -n -I TARGET 48
END
for form in empty zero-sum; do expect_hops "$there second $back target" "" "$helpers/odd-trace" "$form" "$target4"; done
for form in empty hop-by-hop destination both; do
	expect_hops "$there second $back target" "" "$helpers/odd-trace" "$form" "$target6"
done
# the kernel itself takes the header of an only fragment away, and it is missing in the quotes
expect_hops "$there second!Q ${back// /!Q }!Q target!Q" "" "$helpers/odd-trace" fragment "$target6"
# routers may treat packets with IPv4 options specially, so they are left to the kernel
expect_hops "$there target" "" "$helpers/odd-trace" options "$target4"

# leaves REGEX TRACEROUTE-OPTION...: what is turned leaves like this
leaves() {
	local capture

	: >"$work/capture.err"
	target timeout "$hang" tcpdump -nnvvlc 1 -i b1 "greater 1000 and (src host $target4 or src host $target6)" >"$work/capture" 2>"$work/capture.err" &
	capture=$!
	wait_for "$work/capture.err" listening
	prober traceroute.db -n -q 3 -N 1 -w 1 -f 5 -m 5 "${@:2}" >/dev/null
	wait "$capture"
	has "traceroute ${*:2}: leaves as $1" "$1" "$(tr '\n' ' ' <"$work/capture")"
}

prober traceroute.db -n "$target4" >/dev/null
prober traceroute.db -n "$target6" >/dev/null
leaves 'flags \[none\].*length 1280\)' "$target4" 3000
leaves 'flags \[none\].*length 1280\)' "$target4" 1500
leaves 'flags \[DF\].*length 1500\)' -F "$target4" 1500
leaves 'payload length: 1240\)' "$target6" 3000
