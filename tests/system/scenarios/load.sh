#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# More probes than can be answered: those that waited too long are dropped and counted.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 1 1
apply_rules
start_uturnd

# counted REASON
counted() { "$build/uturnctl" counters --json --socket "$control" | sed -nE "s/.*\"$1\": ?([0-9]+).*/\1/p"; }

title="stopped for a second: "
kill -STOP "$uturnd_pid"
prober timeout 5 traceroute.db -n -q 1 -w 0.1 -N 16 -m 4 "$target4" >/dev/null 2>&1
sleep 1 # it is their age that counts
kill -CONT "$uturnd_pid"
all_dropped() { [ "$(counted queue_stale)" = 3 ]; }
eventually all_dropped
is "${title}old probes are dropped" 3 "$(counted queue_stale)"
is "${title}and not answered late" 0 "$(counted turned)"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
