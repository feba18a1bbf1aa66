#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every system and library call of a running uturnd fails in turn (faults.c, faults.sh): it goes on, and
# the next traces are complete, also those along a TCP connection, which is not disturbed.

. "$(dirname "$0")/../helpers/lib.sh"

faults=$build/tests/uturnd-faults
ctl=$build/uturnctl
make -s -C "$helpers/../../.." BUILD="$build" faults >"$work/make.log" 2>&1 || give_up "build it" "$(tail -n 3 "$work/make.log")"

counter_of_faults() { grep -c '^fault: ' "$work/uturnd.log"; }

# connect: a TCP connection of the target, which lives through all that follows
connect() {
	target "$compiled/inband_talk" serve 80 "$control" >"$work/served" 2>&1 &
	wait_for "$work/served" '^ready'
	mkfifo "$work/in"
	prober "$compiled/inband_talk" visit "$target4" 80 1 <"$work/in" >"$work/visited" 2>&1 &
	exec 9>"$work/in"
	wait_for "$work/visited" '^ready'
	peer=10.1.1.10:$(head -n 1 "$work/visited")
}

trace_it() { target timeout "$1" "$ctl" --socket "$control" trace "$target4:80" "$peer" 2>&1; }

# whatever may make it call: traces of both front ends, requests, a watcher, a reload, signals
everything() {
	target timeout 3 "$ctl" watch --json --socket "$control" >/dev/null 2>&1 &
	local watcher=$!
	echo trace >&9 # the server asks, and hands its socket over
	kill -USR2 "$uturnd_pid"
	prober timeout 2 traceroute.db -n -q 2 -w 0.1,0,0 -m 9 "$target4" >/dev/null 2>&1
	prober timeout 2 traceroute.db -n -q 2 -w 0.1,0,0 -m 9 "$target6" >/dev/null 2>&1
	for op in status counters reload; do
		target timeout 1 "$ctl" "$op" --socket "$control" >/dev/null 2>&1
	done
	trace_it 2 >/dev/null
	kill -HUP "$uturnd_pid"
	kill "$watcher" 2>/dev/null
	wait "$watcher" 2>/dev/null
	! said "$work/uturnd.log" 'capture lost' || eventually said_or_gone "$work/uturnd.log" 'capture is back' "$uturnd_pid"
}

is_traced() {
	traced=$(trace_it "$hang")
	[ "$(hops <<<"$traced")" = "$back 10.1.1.10" ]
}

# runs NAME ERRNO TIMES
runs() {
	export UTURN_FAULT=$1:$2:run:$3
	start_configured
	unset UTURN_FAULT
	everything
	if [ "$(counter_of_faults)" = 0 ]; then
		stop_uturnd
		return
	fi
	if ! kill -0 "$uturnd_pid" 2>/dev/null; then
		wait "$uturnd_pid"
		not_ok "running, $1 $2" "expected to go on got status $?: $(tail -n 1 "$work/uturnd.log")"
		return
	fi
	happened=$((happened + 1))
	before=$verdict
	clients "$path" >"$work/traces" <<-'END'
		46 | traceroute.db -n TARGET
	END
	! grep -v '^ok' "$work/traces" | sed "s/faults: /&running, after $1 $2: /" | grep . || verdict="not ok"
	[ "$before" = ok ] || verdict=$before
	eventually is_traced # the server may still be served
	[ "$(hops <<<"$traced")" = "$back 10.1.1.10" ] ||
		not_ok "running, after $1 $2: along a TCP connection" "expected every hop got '$(tr '\n' '|' <<<"$traced")'"
	stop_uturnd
	[ "$stopped" = 0 ] || not_ok "running, $1 $2" "expected to end with 0 got $stopped"
	[ ! -e "$control" ] || [ "$1" = unlink ] || [ "$1" = lstat ] || not_ok "running, $1 $2" "expected no socket to be left"
	rm -f "$control"
}

begin() {
	start_lab 3 4
	apply_rules
	config "inband on
inband-ports all"
	connect
}

# part N: every third row of the table from there
part() {
	begin
	build=$build/faulty
	happened=0
	verdict=ok
	while read -r name _ words; do
		times=3
		[ "$name" != pcap_dispatch ] || times=1 # each costs a second without a capture
		for word in $words; do runs "$name" "$word" "$times" </dev/null; done
	done < <(awk -v n="$1" 'NR % 3 == n' "$work/../calls")
	echo "send 100000" >&9
	eventually said "$work/visited" '^(exact|broken)'
	is "part $1: the TCP connection was not disturbed" exact "$(tail -n 1 "$work/visited")"
	[ "$verdict" != ok ] || ok "part $1: it went on $happened times"
	echo "$happened" >"$work/../happened.$1"
}

mkdir -p "$build/faulty"
ln -sf "$faults" "$build/faulty/uturnd"
lab_name=count
begin
build=$build/faulty UTURN_FAULT=count start_configured >"$work/counted"
everything
stop_uturnd
lab down
lab_name=""
exec 9>&-
awk '$2 > 0 && NF > 2' "$work/counted" >"$work/calls" # a row without errno values has "0"
for n in 0 1 2; do beside "part$n" part "$n"; done
end_beside
is "most of them have happened" 1 "$(($(cat "$work"/happened.* | paste -sd +) > 60))"
