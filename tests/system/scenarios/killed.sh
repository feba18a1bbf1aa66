#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Without uturnd the host answers as if nothing were installed, rules or no rules; with it
# back, the next trace is complete.

. "$(dirname "$0")/../helpers/lib.sh"

probes='
	46 | traceroute.db -n TARGET
	46 | traceroute.db -n -I TARGET
	46 | traceroute.db -n -T -p 80 TARGET
'

start_lab 3 4
apply_rules
start_services

title="before its start: "
clients "$there target" <<<"$probes"

title="running: "
start_uturnd
clients "$path" <<<"$probes"

title="killed: "
stop_uturnd KILL
clients "$there target" <<<"$probes"
served

title="started again: "
start_uturnd
clients "$path" <<<"$probes"
served

title="terminated: "
stop_uturnd TERM
is "${title}exit status" 0 "$stopped"
[ ! -e "$work/control" ]
is "${title}no control socket left" 0 $?
clients "$there target" <<<"$probes"

title="rules removed: "
target "$build/uturn-rules" remove >"$work/rules.log" 2>&1
is "${title}exit status" 0 $?
clients "$there target" <<<"$probes"
served
