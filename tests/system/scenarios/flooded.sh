#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Probes from 65,000 forged sources, many times the limit for all together: a prober whose network sent
# nothing lately still gets complete traces. First uturnd alone sees to that, then the rules as well.

. "$(dirname "$0")/../helpers/lib.sh"

flood=$compiled/flood
start_lab 3 4
apply_rules --state ipset # a recent list holds 100 sources
limits="limit 5000/s total"
start_uturnd "$secondary"

sent() { [ "$(tail -n 1 "$work/sent" | cut -d ' ' -f 1)" -ge "$1" ] 2>/dev/null; }

# beside_flood TARGET NETWORK RATE: into $complete how many of five traces were; adds to $forged and $lasted
beside_flood() {
	local pid

	complete=0
	"$uturn_lab" run f3 "$flood" probes "$1" "$2" "$3" >"$work/sent" &
	pid=$!
	hang=600 eventually sent $(($3 * 4)) # so that what was quiet before has been used up
	for _ in {1..5}; do
		! prober timeout "$patience" traceroute.db -n -w 5,0,0 "$1" | hops | sed -E 's/([a-z0-9])\*/\1/g' |
			grep -qx "$there second $back target" || complete=$((complete + 1))
	done
	kill -0 "$pid" 2>/dev/null
	is "$title$1: the flood lasts" 0 $?
	kill "$pid"
	wait "$pid"
	read -r sent seconds < <(tail -n 1 "$work/sent")
	forged=$((forged + sent)) lasted=$((lasted + ${seconds%.*} + 1))
	echo "# $title$1: $complete of 5 traces complete, $sent forged in $seconds s"
}

# flooded TARGET NETWORK: ten times what may come in; where this machine has no time for that, five or three times
flooded() {
	local rate

	forged=0 lasted=0
	for rate in 50000 25000 15000; do
		beside_flood "$1" "$2" "$rate"
		[ "$complete" -lt 3 ] || break
	done
	is "$title$1: traces beside it are complete" 1 "$((complete >= 3))"
}
title=""
flooded "$target4" 10.66.0.0
flooded "$target6" fd00:66::
counted=$(target "$build/uturnctl" --socket "$control" counters)
echo "# $(grep -E 'limit_|turned|overrun' <<<"$counted" | tr -s ' ' | tr '\n' ';')"
has "all together are limited" '^ *limit_total +[1-9][0-9]{0,2},[0-9]{3}' "$counted"
has "and one /48" '^ *limit_network +[1-9][0-9]{0,2},[0-9]{3}' "$counted"

# 256 networks of which 40 a second are quiet, those of all others 5,000: 15,240 a second, and 38,000 at once
limits=""
apply_rules --state ipset --limit-total 5000/s
restart_uturnd "$secondary"
title="by the rules: "
flooded "$target4" 10.66.0.0
came=$(queued)
most=$(((lasted * 15240 + 38000) * 6 / 5))
echo "# $title$came of $forged in the queue, $most may be$([ "$forged" -gt "$most" ] || echo ": this machine sends too few to be limited")"
is "${title}what comes into the queue is limited" 1 "$((came < most))"
