#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Probes from 65,000 forged sources, many times what may come in all: a prober whose network had
# nothing lately still gets his traces. First uturnd alone sees to that, then the rules as well.

. "$(dirname "$0")/../helpers/lib.sh"

flood=$compiled/flood
start_lab 3 4
apply_rules --state ipset # a recent list holds 100 sources
limits="limit 5000/s total"
start_uturnd "$secondary"

# flooded TARGET NETWORK
flooded() {
	local complete=0 pid

	lab run f3 "$flood" probes "$1" "$2" 50000 12 >"$work/sent" &
	pid=$!
	sleep 4
	for _ in {1..5}; do
		! prober timeout 20 traceroute.db -n -w 2,0,0 "$1" | hops | sed -E 's/([a-z0-9])\*/\1/g' |
			grep -qx "$there second $back target" || complete=$((complete + 1))
	done
	kill -0 "$pid" 2>/dev/null
	is "$title$1: the flood lasts" 0 $?
	wait "$pid"
	echo "# $title$1: $complete of 5 traces complete, $(cat "$work/sent") forged"
	is "$title$1: traces beside it are complete" 1 "$((complete >= 3))"
	is "$title$1: 40,000 a second or more" 1 "$(($(cat "$work/sent") > 480000))"
}
title=""
flooded "$target4" 10.66.0.0
flooded "$target6" fd00:66::
counted=$(target "$build/uturnctl" --socket "$control" counters)
echo "# $(grep -E 'limit_|turned|overrun' <<<"$counted" | tr -s ' ' | tr '\n' ';')"
has "all together are limited" '^ *limit_total +[1-9][0-9]{0,2},[0-9]{3}' "$counted"
has "and one /48" '^ *limit_network +[1-9][0-9]{0,2},[0-9]{3}' "$counted"

# 256 networks of which 40 a second are quiet, those of all others 5,000: 180,000 in 12 s, and 38,000 at once
limits=""
apply_rules --state ipset --limit-total 5000/s
restart_uturnd "$secondary"
title="by the rules: "
flooded "$target4" 10.66.0.0
came=$(queued)
echo "# $title$came in the queue"
is "${title}a third of the flood comes into the queue" 1 "$((came < 260000))"
