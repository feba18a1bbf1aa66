#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What uturnd tells a service manager: ready, reloading, stopping, and the watchdog's keep-alive.

. "$(dirname "$0")/../helpers/lib.sh"

alive() { grep -c '^WATCHDOG=1$' "$work/heard"; }

# keeps_alive COUNT: so many keep-alives came since $before
keeps_alive() { [ "$(($(alive) - before))" -ge "$1" ]; }

# none_comes: for a second; that nothing comes is no event, and can be seen by time alone
none_comes() {
	local before

	before=$(alive)
	sleep 1
	! keeps_alive 1
}

start_lab 1 1
apply_rules
start_manager
export NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=400000
start_uturnd
kill -HUP "$uturnd_pid" # the process of `run`, which has become uturnd
before=$(alive)
from=$EPOCHREALTIME
eventually keeps_alive 8
is "watchdog: keep-alives" 0 $?
echo "# 8 keep-alives, two for each 0.4 s, came within $(awk "BEGIN { print $EPOCHREALTIME - $from }") s"
eventually said "$work/heard" '^READY=1' 2
is "told as it happens" "READY=1 RELOADING=1 READY=1" \
	"$(sed 's/ .*//' "$work/heard" | grep -v WATCHDOG | paste -sd " ")"
has "a reload with its time" '^RELOADING=1 MONOTONIC_USEC=[1-9][0-9]*$' "$(cat "$work/heard")"

kill -STOP "$uturnd_pid"
eventually none_comes
is "watchdog: silent while it hangs" 0 $?
before=$(alive)
kill -CONT "$uturnd_pid"
eventually keeps_alive 1
is "watchdog: back with it" 0 $?

stop_uturnd
is "ends well" 0 "$stopped"
eventually said "$work/heard" '^STOPPING=1'
is "says so before" "STOPPING=1" "$(tail -n 1 "$work/heard")"

title="two workers: "
config
sed -i 's/^queue .*/queue 5:6/' "$work/uturnd.conf"
start_configured
second=$(target cat /proc/net/netfilter/nfnetlink_queue | awk '$1 == 6 { print $2 }')
before=$(alive)
eventually keeps_alive 4
is "${title}watchdog: alive" 0 $?
kill -STOP "$second"
eventually none_comes
is "${title}watchdog: silent while the other one hangs" 0 $?
before=$(alive)
kill -CONT "$second"
eventually keeps_alive 1
is "${title}watchdog: back with it" 0 $?
stop_uturnd
is "${title}ends well" 0 "$stopped"

title="no service manager: "
kill "$manager_pid"
wait "$manager_pid" 2>/dev/null
start_uturnd
sleep 0.5 # two of its keep-alives are refused
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
