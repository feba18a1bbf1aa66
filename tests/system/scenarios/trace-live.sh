#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-trace --live in a terminal (tmux): sizes, keys, loss, and a terminal that is as it was, however
# it ends. PICTURES=DIR keeps what was on the screen.

. "$(dirname "$0")/../helpers/lib.sh"

trace=$build/uturn-trace
terminal=(tmux -S "$work/tmux" -f /dev/null)

# show NAME: what is on the screen, into $shown
show() {
	shown=$("${terminal[@]}" capture-pane -p -t live)
	[ -z "${PICTURES-}" ] || printf '%s\n' "$shown" >"$PICTURES/$1.txt"
}

wider() { LC_ALL=C tr -d '\200-\277' <<<"$shown" | awk -v most="$1" 'length($0) > most'; }
on_screen() { "${terminal[@]}" capture-pane -p -t live | grep -Eq -- "$1"; }
off_screen() { ! on_screen "$1"; }

# shows CASE REGEX: sooner or later
shows() {
	eventually on_screen "$2"
	show "${1// /-}"
	has "$1" "$2" "$shown"
}

# tracing: the process, below the shell of the terminal
tracing() {
	local pid

	pid=$("${terminal[@]}" display-message -p -t live '#{pane_pid}')
	while [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm")" != uturn-trace ]; do pid=$(pgrep -P "$pid" | head -n 1); done
	echo "$pid"
}

keys() { "${terminal[@]}" send-keys -t live "$@"; }

# begin COLUMNS LINES [VARIABLE=VALUE...] -- OPTION...: in a shell that says how it ended
begin() {
	local columns=$1 lines=$2 settings=()

	shift 2
	while [ "$1" != -- ]; do settings+=("$1") && shift; done
	"${terminal[@]}" new-session -d -s live -x "$columns" -y "$lines" \
		"cd '$work'; stty -g >before; $uturn_lab run prober env ${settings[*]} '$trace' --live --no-resolve ${*:2}; s=\$?
		stty -g >after; cmp before after && echo as it was; echo \"status \$s\"; cat"
}

# ends CASE STATUS: the screen is left, the terminal as it was
ends() {
	shows "$1: exit status" "^status $2\$"
	has "$1: the terminal is as it was" "^as it was\$" "$shown"
	"${terminal[@]}" kill-session -t live
}

trap '"${terminal[@]}" kill-server 2>/dev/null; clean_up' EXIT
command -v tmux >/dev/null || { skip "a terminal" "needs tmux" && exit; }
start_lab 3 4 --wide 4
apply_rules
start_uturnd

# ---- what it shows ----

begin 80 24 LANG=C.UTF-8 -- "$target4"
shows "there" "^ 1 10\.1\.1\.1 +[0-9.]+ "
shows "and back" "^ *[0-9]+ 10\.1\.1\.10 +[0-9.]+ "
shows "shares" "^ 2 10\.3\.[0-9]+\.1 +[1-9][0-9]? % +[0-9.]+ "
shows "medians, and bars of the last answers" "^ 1 10\.1\.1\.1 +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]* *[%]? +[▁▂▃▄▅▆▇█]{3}"
is "no line is wider than the screen" "" "$(wider 80)"
is "the last line has the keys" "d direction" "$(tail -n 1 <<<"$shown" | cut -c 1-11)"
keys d
shows "d: there alone" "^there"
eventually off_screen "^back"
is "d: without the return path" 0 $?
keys d
eventually off_screen "^there"
is "d: back alone" 0 $?
keys d p
shows "p: one path, and its port" "flow [0-9]+, port 2[0-9]{4}|flow [0-9]+, port 3[0-9]{4}"
keys '?'
shows "help" "^q|q +quit"
keys '?' Space
shows "space pauses" "^paused: "
keys Space
eventually off_screen "^paused: "
is "and goes on" 0 $?
keys s
shows "s saves" "^saved: uturn-trace-[0-9TZ]+\.json"
has "what it saved is a trace" " probes, " "$("$trace" show "$work"/uturn-trace-*Z.json)"
"${terminal[@]}" resize-window -t live -x 120 -y 40
shows "a larger screen has marks" "inflection point"
"${terminal[@]}" resize-window -t live -x 40 -y 10
shows "a small one has less" "^ 1 10\.1\.1\.1 +[0-9.]+"
is "no line is wider than the small screen" "" "$(wider 40)"
keys End
shows "End scrolls to this host" "^ *[0-9]+ 10\.1\.1\.10 "
keys q
ends "q" 0

# ---- loss is stated where it is ----

begin 100 30 LANG=C -- "$target4"
shows "no bars of UTF-8 where the terminal has none" "^ 1 10\.1\.1\.1 .* [_.~=+*#-]{3}"
lab run f3 iptables -A FORWARD -d "$target4" -m statistic --mode random --probability 0.4 -j DROP || give_up "lose packets"
shows "loss at the target" "^ 4 203\.0\.113\.80 .* [1-9][0-9] % "
keys C-c
ends "^C" 130

# ---- stopped, and ends ----

begin 80 24 LANG=C.UTF-8 -- "$target4"
shows "^Z: it runs" "^ 1 10\.1\.1\.1 "
pid=$(tracing)
is_stopped() { [ "$(awk '/^State:/ {print $2}' "/proc/$pid/status")" = T ]; }
keys C-z
eventually is_stopped
is "^Z: it is stopped" 0 $?
eventually off_screen "q quit"
is "^Z: the screen is left" 0 $?
kill -CONT -- "-$(ps -o pgid= -p "$pid" | tr -d ' ')"
shows "SIGCONT: it goes on" "q quit"
keys q
ends "SIGCONT" 0

for signal in TERM HUP QUIT; do
	begin 80 24 LANG=C.UTF-8 -- "$target4"
	shows "$signal: it runs" "^ 1 10\.1\.1\.1 "
	kill -"$signal" "$(tracing)"
	ends "$signal" 130
done

# fails CASE REGEX COMMAND...
fails() {
	local said status

	said=$(prober "${@:3}" 2>&1)
	status=$?
	is "$1: exit status" 2 "$status"
	has "$1" "$2" "$said"
}

fails "no terminal" "^uturn-trace: --live: standard input and output are not a terminal \(--watch needs none\)" "$trace" --live "$target4"
begin 80 24 TERM=dumb -- "$target4"
shows "a terminal that cannot" "^uturn-trace: --live: TERM=dumb cannot place the cursor \(set TERM to the type of"
ends "a terminal that cannot" 2
stop_uturnd
