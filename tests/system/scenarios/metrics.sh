#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Figures for Prometheus: of `uturnctl metrics`, with uturnd and without, on standard output and in a file.

. "$(dirname "$0")/../helpers/lib.sh"

# metrics [OPTION...]: into $text, and the exit status into $status
metrics() {
	text=$(target timeout "$hang" "$build/uturnctl" --socket "$control" metrics "$@" 2>&1)
	status=$?
}

# value SAMPLE: its value in $text
value() { awk -v name="$1" '$1 == name {print $2}' <<<"$text"; }

# valid CASE: promtool has nothing to object to
valid() { is "$1: promtool check metrics" "0 " "$(promtool check metrics <<<"$text" >"$work/said" 2>&1; echo "$? $(cat "$work/said")")"; }

start_lab 3 4
metrics
is "no uturnd: exit status" 0 "$status"
is "no uturnd: is a figure" 0 "$(value uturn_up)"
valid "no uturnd"

start_uturnd
"$uturn_lab" run target "$build/uturn-rules" keep --config "$work/uturnd.conf" >"$work/keep.log" 2>&1 &
keep_pid=$!
started keep "$work/keep.log" "$keep_pid"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
metrics
valid "uturnd runs"
is "up" 1 "$(value uturn_up)"
version=$("$build/uturnctl" --version)
is "version" 1 "$(value "uturn_build_info{version=\"${version#* }\"}")"
counted=$(target "$build/uturnctl" --socket "$control" --json counters | grep -oE '"relayed": ?[0-9]+' | grep -oE '[0-9]+$')
is "a counter is that of uturnctl counters" "$counted" "$(value 'uturn_packets_total{class="did",outcome="relayed"}')"
is "capacity" 65536 "$(value uturn_flights_capacity)"
is "nothing waits in the queue" 0 "$(value 'uturn_queue_length{queue="5"}')"
is "nor was anything lost" "0 0" \
	"$(value 'uturn_queue_dropped_total{queue="5",why="full"}') $(value 'uturn_queue_dropped_total{queue="5",why="overrun"}')"
is "rules are there" "1 1" "$(value 'uturn_rules_present{family="ipv4"}') $(value 'uturn_rules_present{family="ipv6"}')"
is "and were not repaired" "0 0" \
	"$(value 'uturn_rules_repaired_total{family="ipv4"}') $(value 'uturn_rules_repaired_total{family="ipv6"}')"
is "no address" "" "$(grep -E '([0-9]+\.){3}|::' <<<"${text//$version/}")"

# ---- in a file ----

mkdir "$work/folder"
umask 077
metrics --textfile "$work/folder/uturn.prom"
is "textfile: exit status" 0 "$status"
is "textfile: nothing is printed" "" "$text"
is "textfile: anyone may read it" 644 "$(stat -c %a "$work/folder/uturn.prom")"
text=$(cat "$work/folder/uturn.prom")
valid "textfile"
is "textfile: the same figures" 1 "$(value uturn_up)"
number=$(stat -c %i "$work/folder/uturn.prom")
lines=$(wc -l <<<"$text")
exec 9<"$work/folder/uturn.prom"
stop_uturnd
metrics -t "$work/folder/uturn.prom"
is "textfile: a new file" different "$([ "$number" = "$(stat -c %i "$work/folder/uturn.prom")" ] || echo different)"
is "textfile: who reads has all of the old one" "$lines" "$(wc -l <&9)"
exec 9<&-
is "textfile: uturnd is gone" "uturn_up 0" "$(grep '^uturn_up ' "$work/folder/uturn.prom")"
is "textfile: no other file is left" "uturn.prom" "$(ls -A "$work/folder")"
metrics -t "$work/missing/uturn.prom"
is "textfile: a folder that is not there: exit status" 1 "$status"
has "textfile: says so" "^uturnctl: metrics: .*/missing/uturn.prom: No such file or directory$" "$text"
mkdir "$work/folder/taken"
metrics -t "$work/folder/taken"
is "textfile: the name of a folder" "1 taken uturn.prom" "$status $(ls -A "$work/folder" | paste -sd ' ')"
kill "$keep_pid"
wait "$keep_pid"
metrics
is "rules that are not kept" "" "$(grep rules <<<"$text")"

# ---- an uturnd that hangs ----

start_uturnd
kill -STOP "$uturnd_pid"
metrics
is "uturnd hangs" "0 0" "$status $(value uturn_up)"
kill -CONT "$uturnd_pid"
stop_uturnd
is "uturnd ends well" 0 "$stopped"
