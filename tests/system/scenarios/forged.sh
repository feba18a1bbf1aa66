#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An off-path attacker forges 100,000 Time Exceeded messages a second about a prober that is known to
# trace, guessing ports and tags: none is relayed, and the prober's traces go on.

. "$(dirname "$0")/../helpers/lib.sh"

flood=$compiled/flood
start_lab 3 4
apply_rules
start_uturnd "$secondary"

sent() { [ "$(tail -n 1 "$work/sent" | cut -d ' ' -f 1)" -ge "$1" ] 2>/dev/null; }

# beside_flood TARGET PROBER RATE: into $complete how many of ten traces were, and what the flood says into $flooded
beside_flood() {
	local pid

	complete=0
	"$uturn_lab" run b1 "$flood" errors "$1" "$2" "$3" >"$work/sent" &
	pid=$!
	eventually sent 1 || give_up "a flood"
	for _ in {1..10}; do
		# one answer of three may get lost where a hundred thousand others come in
		! prober timeout "$patience" traceroute.db -n -w 5,0,0 "$1" | hops | sed -E 's/([a-z0-9])\*/\1/g' |
			grep -qx "$there second $back target" || complete=$((complete + 1))
	done
	hang=600 eventually sent 400000
	kill "$pid"
	wait "$pid"
	flooded=$(tail -n 1 "$work/sent")
	echo "# $1: $complete of 10 traces complete, forged in how many seconds: $flooded"
}

# forged TARGET PROBER: at the highest rate that leaves this machine the time for ten traces
forged() {
	local rate

	for rate in 100000 50000 25000 12500; do
		beside_flood "$1" "$2" "$rate"
		[ "$complete" -lt 9 ] || break
	done
	is "$1: nine of ten traces beside the flood are complete" 1 "$((complete >= 9))"
	is "$1: 400,000 were forged" 1 "$((${flooded% *} >= 400000))"
}

# of answers to a ping too, so that the last of them can be waited for
prober timeout 1200 tcpdump -lni lan 'src 192.0.2.66 or src 2001:db8:66::66 or icmp[icmptype] == icmp-echoreply' \
	>"$work/heard" 2>"$work/tcpdump" &
heard=$!
wait_for "$work/tcpdump" listening
forged "$target4" 10.1.1.10
forged "$target6" fd00:1:1::10
prober ping -nqc1 -W10 "$target4" >/dev/null
wait_for "$work/heard" "echo reply"
kill "$heard"
counted=$(target "$build/uturnctl" --socket "$control" counters)
echo "# $(grep -E 'no_flight|capture_dropped|relayed|guessed' <<<"$counted" | tr -s ' ' | tr '\n' ';')"
is "none is relayed" "" "$(grep -v "echo reply" "$work/heard" | head -n 3)"
has "the traces' own are" '^ *relayed +[1-9]' "$counted"
has "and what was forged is counted" '^ *no_flight +[1-9][0-9,]*[0-9]{2},[0-9]{3}' "$counted"
