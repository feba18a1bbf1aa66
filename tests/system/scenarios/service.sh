#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturnd as a service manager hears it: ready, reloading, stopping, and that its loop turns.

. "$(dirname "$0")/../helpers/lib.sh"

alive() { grep -c '^WATCHDOG=1$' "$work/heard"; }

start_lab 1 1
apply_rules
start_manager
export NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=400000
start_uturnd
kill -HUP "$uturnd_pid" # the process of `run`, which has become uturnd
before=$(alive)
sleep 2
is "watchdog: twice in 0.4 s" 1 "$(($(alive) - before >= 8 && $(alive) - before <= 11))"
is "told as it happens" "READY=1 RELOADING=1 READY=1" \
	"$(sed 's/ .*//' "$work/heard" | grep -v WATCHDOG | paste -sd " ")"
has "a reload with its time" '^RELOADING=1 MONOTONIC_USEC=[1-9][0-9]*$' "$(cat "$work/heard")"

kill -STOP "$uturnd_pid"
sleep 0.3
before=$(alive)
sleep 1
is "watchdog: silent while it hangs" 0 "$(($(alive) - before))"
kill -CONT "$uturnd_pid"
sleep 0.5
is "watchdog: back with it" 1 "$(($(alive) - before > 0))"

stop_uturnd
is "ends well" 0 "$stopped"
is "says so before" "STOPPING=1" "$(tail -n 1 "$work/heard")"

title="two workers: "
config
sed -i 's/^queue .*/queue 5:6/' "$work/uturnd.conf"
start_configured
second=$(target cat /proc/net/netfilter/nfnetlink_queue | awk '$1 == 6 { print $2 }')
before=$(alive)
sleep 1
is "${title}watchdog: alive" 1 "$(($(alive) - before >= 4))"
kill -STOP "$second"
sleep 0.5
before=$(alive)
sleep 1
is "${title}watchdog: silent while the other one hangs" 0 "$(($(alive) - before))"
kill -CONT "$second"
sleep 0.6
is "${title}watchdog: back with it" 1 "$(($(alive) - before > 0))"
stop_uturnd
is "${title}ends well" 0 "$stopped"

title="nobody listens: "
kill "$manager_pid"
wait "$manager_pid" 2>/dev/null
start_uturnd
sleep 0.5
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
