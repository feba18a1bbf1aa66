#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two uturn hosts: the prober runs uturnd as well. What comes back to its own traceroutes is not
# a probe of another host: uturnd recognises it, and leaves it to the kernel.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 2 2
apply_rules
start_uturnd "$secondary"
prober "$build/uturn-rules" apply --limit none --limit-total none >/dev/null 2>&1 || give_up "apply the rules at the prober"
printf 'user root\ncontrol %s/prober\nqueue 5\n' "$work" >"$work/prober.conf"
: >"$work/prober.log"
prober "$build/uturnd" -f "$work/prober.conf" 2>"$work/prober.log" &
started "the prober's uturnd" "$work/prober.log" $!

title="both run uturnd: "
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n -w 5,0,0 TARGET
	46 | traceroute.db -n -w 5,0,0 -I TARGET
	46 | traceroute.db -n -w 5,0,0 -T TARGET
	46 | traceroute.db -n -w 5,0,0 -U -p 53 TARGET
	4  | inetutils-traceroute TARGET
	46 | busybox traceroute -n TARGET
	46 | mtr -n -r -c 1 -G 1 -u TARGET
	46 | mtr -n -r -c 1 -G 1 TARGET
END
counted=$(prober "$build/uturnctl" --socket "$work/prober" counters)
has "the prober's uturnd knew what came back" '^ *return_probe +[1-9]' "$counted"
is "and turned none of it" "" "$(grep -w turned <<<"$counted")"
has "the prober's uturnd is there" ' ready$' "$(cat "$work/prober.log")"
