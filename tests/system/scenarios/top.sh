#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturnctl top in a terminal (tmux): what it shows at several sizes, its keys, an uturnd that goes and comes back, and a
# terminal that is as it was, however it ends. PICTURES=DIR keeps what was on the screen, with its colours.

. "$(dirname "$0")/../helpers/lib.sh"

terminal=(tmux -S "$work/tmux" -f /dev/null)

on_screen() { "${terminal[@]}" capture-pane -p -t top | grep -Eq -- "$1"; }
off_screen() { ! on_screen "$1"; }
keys() { "${terminal[@]}" send-keys -t top "$@"; }
resize() { "${terminal[@]}" resize-window -t top -x "$1" -y "$2"; }
lines() { "${terminal[@]}" capture-pane -p -t top | sed -n "$1"; }
wider() { lines p | awk -v most="$1" 'length($0) > most'; }

# shows CASE REGEX: sooner or later
shows() {
	eventually on_screen "$2"
	[ -z "${PICTURES-}" ] || "${terminal[@]}" capture-pane -e -N -p -t top >"$PICTURES/${1//[^a-z0-9A-Z]/-}.ansi"
	has "$1" "$2" "$("${terminal[@]}" capture-pane -p -t top)"
}

# hides CASE REGEX: sooner or later
hides() {
	eventually off_screen "$2"
	is "$1" 0 $?
}

# begin COLUMNS LINES [VARIABLE=VALUE...]: in a shell that says how it ended
begin() {
	"${terminal[@]}" new-session -d -s top -x "$1" -y "$2" \
		"cd '$work'; stty -g >before; $uturn_lab run target env LC_ALL=C ${*:3} '$build/uturnctl' --socket '$control' top; s=\$?
		stty -g >after; cmp before after && echo as it was; echo \"status \$s\"; cat"
}

# ends CASE STATUS: the screen is left, the terminal as it was
ends() {
	shows "$1: exit status" "^status $2\$"
	has "$1: the terminal is as it was" '^as it was$' "$(lines p)"
	"${terminal[@]}" kill-session -t top
}

# running: the process, below the shell of the terminal
running() {
	local pid

	pid=$("${terminal[@]}" display-message -p -t top '#{pane_pid}')
	while [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm")" != uturnctl ]; do pid=$(pgrep -P "$pid" | head -n 1); done
	echo "$pid"
}

# slowly OPTION... TARGET: traces one after the other, with one probe at a time, so that there is always one that goes on
slowly() {
	while prober traceroute -n -N 1 -z 0.2 "$@" >/dev/null; do :; done &
}

# shellcheck disable=SC2046 # numbers
trap 'kill $(jobs -p) 2>/dev/null; "${terminal[@]}" kill-server 2>/dev/null; clean_up' EXIT
command -v tmux >/dev/null || { skip "a terminal" "needs tmux" && exit; }
start_lab 3 4
apply_rules
begin 80 24
shows "no uturnd" "^uturnd does not answer: No such file or directory \(is uturnd running\?\)"
start_uturnd
shows "it is found when it comes" "^uturnd [0-9.]+, up 0 min [0-9]+ s"
shows "nobody traces" "^no trace goes on"
shows "what it knows of this host" "^rules not kept   queue 5: 0 waiting, 0 lost"
slowly "$target4"
slowly "$target6"
slowly -I "$target4"
slowly -T -p 443 "$target6"
shows "a trace" "^10\.1\.1\.10 +uturn +udp +[0-9]+ +[0-9]+ +([0-9]+ %|-) +([0-9.]+ ms|-) +[0-9.]+ s"
shows "one over IPv6" "^fd00:1:1::10 +uturn +udp"
shows "hops that have answered, and the last time" "^10\.1\.1\.10 +uturn +udp +[0-9]+ +[1-9] +[0-9]+ % +[0-9.]+ ms"
shows "one of TCP" "^fd00:1:1::10 +uturn +tcp"
shows "one of ICMP" "^10\.1\.1\.10 +uturn +icmp"
shows "rates" "^probes [0-9.]+/s   turned [0-9.]*[1-9][0-9.]*/s   relayed [0-9.]*[1-9][0-9.]*/s   flights [0-9]+ of 65536   probers 2"
shows "events" "^[0-9:]{8}  relayed +udp/[0-9]+  10\.1\.1\.10  ttl [0-9]+  10\.2\.[0-9]\.1  [0-9.]+ ms"
is "80x24: no line is wider" "" "$(wider 80)"
has "80x24: the last line has the keys" "^q quit  p hold  s sort \(age\)  / filter  Enter hops  \? help" "$(lines 24p)"
resize 120 40
shows "120x40: a column more" "^Prober +Target +Front end +Proto +TTL +Back +Answered +RTT +Age"
shows "120x40: targets" "^10\.1\.1\.10 +203\.0\.113\.80 +uturn"
eventually on_screen '^q quit'
has "120x40: the last line has the keys" "^q quit" "$(lines 40p)"
resize 40 10
shows "40x10: less" "^Prober +Front end"
is "40x10: no line is wider" "" "$(wider 40)"
resize 80 24
shows "80x24 again" "^Last events"

keys s
shows "s: by prober" "s sort \(prober\)"
shows "the lower address first" "^10\.1\.1\.10 "
keys / 'fd00'
shows "/: while it is typed" "^/fd00_"
hides "/: others are left out" "^10\.1\.1\.10 +uturn"
keys Enter
shows "/: kept" "/ filter fd00"
keys Escape
shows "Escape: all again" "^10\.1\.1\.10 +uturn"
keys '?'
shows "?: help" "^p +hold: the screen stays"
keys '?'
hides "?: and back" "^p +hold: the screen stays"
keys Enter
shows "Enter: hop by hop" "^10\.1\.1\.10 to 203\.0\.113\.80, uturn, (udp|icmp): the return path"
shows "a hop, with its times" "^  2  10\.2\.2\.1  [0-9.]+ ms"
keys Enter
shows "Enter: and back" "^Prober "
keys p
shows "p: held" "^held: uturnd"
before=$(lines 1,22p)
sleep 2.2 # two rounds
is "p: the screen stays as it is" "$before" "$(lines 1,22p)"
keys p
hides "p: and goes on" "^held: "
shows "rates again" "turned [0-9.]*[1-9][0-9.]*/s"

stop_uturnd
shows "uturnd is gone" "^uturnd does not answer: "
start_configured
shows "and is back" "^uturnd [0-9.]+, up 0 min [0-9]+ s"
shows "with traces" "^10\.1\.1\.10 +uturn +udp"
kill -STOP "$uturnd_pid"
shows "uturnd hangs" "^uturnd does not answer: timed out: socket "
kill -CONT "$uturnd_pid"
shows "and goes on" "^uturnd [0-9.]+, up "
keys q
ends "q" 0

for signal in INT TERM HUP; do
	begin 80 24
	shows "$signal: it runs" "^uturnd [0-9.]+, up "
	kill -"$signal" "$(running)"
	ends "$signal" 0
done
begin 80 24 TERM=no-such-terminal
shows "an unknown terminal" "^uturnctl: top: TERM=no-such-terminal is not in the terminfo database \(set TERM"
ends "an unknown terminal" 2
output=$(target "$build/uturnctl" --socket "$control" top 2>&1 </dev/null)
is "no terminal: exit status" 2 $?
has "no terminal" "^uturnctl: top: standard input and output are not a terminal \(uturnctl status needs none\)$" "$output"
stop_uturnd
is "uturnd ends well" 0 "$stopped"
