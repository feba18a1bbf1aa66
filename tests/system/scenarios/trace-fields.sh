#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What uturn-trace(1) asks behind its search: by which fields the balancers choose, in both directions, and which
# addresses are one router. Linux balances by ports (fib_multipath_hash_policy 1), and over IPv6 not by the flow label
# then; its ids say nothing of routers.

. "$(dirname "$0")/../helpers/lib.sh"

trace=$build/uturn-trace

# traced [OPTION...] TARGET: into $got
traced() { got=$(prober "$trace" --no-resolve "$@" 2>"$work/stderr"); }

# balancers WORDS...: what $got says of each, with its hop
balancers() { sed -nE 's/^ *([0-9]+)  .*(balances: .*[^ ])$/\1 \2/p' <<<"$got"; }

start_lab 3 4 --wide 2
apply_rules
start_uturnd

ports="balances: source port, destination port"
for protocol in udp tcp; do
	traced --fields --"$protocol" "$target4"
	is "balancers, $protocol" "1 $ports; not dscp
5 $ports; dscp not tested" "$(balancers)"
	traced --fields --"$protocol" "$target6"
	is "balancers, $protocol, IPv6" "1 $ports; not dscp, label
5 $ports; not label; dscp not tested" "$(balancers)"
done
traced --fields --routers -o "$work/both.json" -o "$work/both.txt" "$target4"
