#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A stranger invents 100,000 Time Exceeded messages a second about a prober whom he knows to trace,
# guessing ports and labels: none is relayed, and the prober's traces go on.

. "$(dirname "$0")/../helpers/lib.sh"

flood=$compiled/flood
start_lab 3 4
apply_rules
start_uturnd "$secondary"

# forged TARGET PROBER: with what the flood said in $sent
forged() {
	local complete=0 traces=0 pid

	lab run b1 "$flood" errors "$1" "$2" 100000 4 >"$work/sent" &
	pid=$!
	sleep 0.2
	while kill -0 "$pid" 2>/dev/null; do
		traces=$((traces + 1))
		# one answer of three may get lost where a hundred thousand others come in
		! prober timeout 20 traceroute.db -n -w 2,0,0 "$1" | hops | sed -E 's/([a-z0-9])\*/\1/g' |
			grep -qx "$there second $back target" || complete=$((complete + 1))
	done
	wait "$pid"
	sent=$(cat "$work/sent")
	echo "# $1: $complete of $traces traces complete, $sent forged"
	is "$1: nine of ten traces beside the flood are complete" 1 "$((complete * 10 >= traces * 9))"
	is "$1: there were some" 1 "$((traces > 3))"
	is "$1: 100,000 a second" 1 "$((sent > 390000))"
}

prober timeout 60 tcpdump -lni lan 'src 192.0.2.66 or src 2001:db8:66::66' >"$work/heard" 2>"$work/tcpdump" &
heard=$!
until grep -q listening "$work/tcpdump"; do sleep 0.02; done
forged "$target4" 10.1.1.10
forged "$target6" fd00:1:1::10
sleep 0.5
kill "$heard"
counted=$(target "$build/uturnctl" --socket "$control" counters)
echo "# $(grep -E 'no_flight|capture_dropped|relayed|guessed' <<<"$counted" | tr -s ' ' | tr '\n' ';')"
is "none is relayed" "" "$(head -n 3 "$work/heard")"
has "the traces' own are" '^ *relayed +[1-9]' "$counted"
has "and what was forged is counted" '^ *no_flight +[1-9][0-9]{2},[0-9]{3}' "$counted"
