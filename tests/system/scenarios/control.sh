#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The control socket beside hostile clients: a thousand idle ones, floods of garbage and of
# requests, watchers that never read. The operator is served, and traces go on.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
talkers_pid=""

# talk COUNT MANNER: in the target, until hush
talk() {
	: >"$work/talkers"
	"$uturn_lab" run target "$helpers/talkers" "$control" "$@" >"$work/talkers" 2>&1 &
	talkers_pid=$!
	started "$1 clients" "$work/talkers" "$talkers_pid"
}

hush() {
	kill "$talkers_pid"
	wait "$talkers_pid" 2>/dev/null
}

resident() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$(target cat "$work/pid")/status"; }

# operator_served: asks five times, and says how long the five answers took
operator_served() {
	local served=0 from=$EPOCHREALTIME

	for _ in 1 2 3 4 5; do
		! target timeout 10 "$ctl" status --json --socket "$control" 2>&1 | grep -q '"ready":true' || served=$((served + 1))
	done
	is "${title}the operator is served" 5 "$served"
	echo "# ${title}five answers within $(awk "BEGIN { print $EPOCHREALTIME - $from }") s"
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
	END
}

start_lab 3 4
apply_rules
start_uturnd
target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p' >"$work/pid"
before=$(resident)

title="1000 idle clients: "
talk 1000 idle
operator_served
hush

title="8 clients flood with garbage: "
talk 8 garbage
operator_served
hush

title="8 clients flood with requests: "
talk 8 questions
operator_served
hush

title="16 watchers that never read: "
talk 16 watch
for _ in {1..10}; do prober traceroute.db -n -q 10 -N 50 -w 1,0,0 "$target4" >/dev/null 2>&1; done
operator_served
"$uturn_lab" run target "$ctl" watch --json --socket "$control" >"$work/watched" 2>&1 &
watcher=$!
relayed() { prober traceroute.db -n -q 1 "$target4" >/dev/null && said "$work/watched" '"event":"relayed"'; }
eventually relayed
has "${title}another one watches" '"event":"relayed"' "$(head -n 100 "$work/watched")"
kill "$watcher"
hush

title="files that cannot be closed: "
mkdir "$work/stuck"
said=$(target timeout "$hang" "$helpers/stuck-file" "$control" "$work/stuck" 40)
if [[ $said == cannot* ]]; then
	echo "# ${title}$said; test_control_hold shows it on any machine"
else
	is "${title}another client is served" served "$said"
	operator_served
	is "${title}16 stay open, and the log says so" "16 1" "$(grep -c 'not a socket' "$work/uturnd.log") $(grep -c 'until uturnd is restarted' "$work/uturnd.log")"
fi

title=""
# 32 clients have 32 buffers at most
is "it has not grown" 1 "$(($(resident) - before < 4096))"
is "the log has one line about too many clients" 1 "$(grep -c 'clients at once' "$work/uturnd.log")"
stop_uturnd
is "it ends well" 0 "$stopped"

# as USER GROUPS COMMAND: a client with no more than that
as() { target timeout "$hang" setpriv --reuid="$1" --regid="$(id -g "$1")" --groups="$2" "$ctl" "$3" --socket "$control" 2>&1; }

# as root with a user of its own: what is made for the socket is that user's to remove
if [ -z "$can_scamper" ]; then
	skip "socket of another user" "needs root: in a user namespace is only one user"
	exit
fi
chmod 755 "$work" # mktemp's is private
control=$work/run/control
config
sed -i 's/^user .*/user nobody/' "$work/uturnd.conf"
start_configured
is "socket: its user, group and mode" "nobody nogroup 660" "$(stat -c '%U %G %a' "$control")"
is "its directory: user, group and mode" "nobody nogroup 755" "$(stat -c '%U %G %a' "$work/run")"
has "root may ask" '"ready":true' "$(target "$ctl" status --json --socket "$control" 2>&1)"
for command in watch traces drain reload; do
	has "the socket's group may not $command" "^uturnctl: $command: permission denied \(root only; operator-group in uturnd.conf" \
		"$(as daemon nogroup "$command")"
	is "$command: exit status" 1 "$(as daemon nogroup "$command" >/dev/null; echo $?)"
done
has "the socket's group may ask for the status" '^ready +yes' "$(as daemon nogroup status)"
has "the socket's group may ask for the counters" '^nothing counted yet|[0-9]' "$(as daemon nogroup counters)"
has "uturnd's own user may reload" '^reloaded' "$(as nobody nogroup reload)"
has "others may not" "Permission denied" \
	"$(target setpriv --reuid=daemon --regid=daemon --clear-groups "$ctl" status --socket "$control" 2>&1)"
stop_uturnd

echo "operator-group operator" >>"$work/uturnd.conf"
start_configured
has "a member of operator-group may reload" '^reloaded' "$(as daemon nogroup,operator reload)"
has "another member of the socket's group may not" "^uturnctl: reload: permission denied \(root or a member of group operator\)" \
	"$(as daemon nogroup,games reload)"
"$uturn_lab" run target setpriv --reuid=daemon --regid=daemon --groups=nogroup,operator \
	"$ctl" watch --json --socket "$control" >"$work/watched" 2>&1 &
watcher=$!
eventually relayed
has "a member of operator-group may watch" '"event":"relayed"' "$(head -n 100 "$work/watched")"
kill "$watcher"
sed -i 's/^operator-group .*/operator-group games/' "$work/uturnd.conf"
has "another group takes a restart" "operator-group: unchanged until uturnd is restarted" \
	"$(as daemon nogroup,operator reload)"
stop_uturnd
sed -i 's/^operator-group .*/operator-group no-such-group/' "$work/uturnd.conf"
has "no such group" "operator-group no-such-group: does not exist \(groupadd --system no-such-group\)" \
	"$(target timeout "$hang" "$build/uturnd" -f "$work/uturnd.conf" 2>&1)"
sed -i '/^operator-group/d' "$work/uturnd.conf"
start_configured
stop_uturnd
is "stopped: exit status" 0 "$stopped"
[ ! -e "$control" ]
is "stopped: no socket is left" 0 $?
start_configured
stop_uturnd KILL
is "killed: the socket is left" 0 "$([ -S "$control" ]; echo $?)"
start_configured
is "started again: it is replaced" "nobody nogroup 660" "$(stat -c '%U %G %a' "$control")"
stop_uturnd
