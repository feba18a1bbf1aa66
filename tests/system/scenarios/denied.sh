#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deny-file: a list that another program writes. A banned prober sees what it saw without uturnd; a reload takes a new
# list, refuses a wrong one and keeps the old, in every worker.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
bans=$work/bans/list
counter() { target "$ctl" counters --json --socket "$control" | grep -oE "\"$1\":[0-9]+" | grep -oE '[0-9]+$'; }

# lists LINE...: a new file, as a program that bans writes it
lists() {
	printf '%s\n' "$@" >"$bans.new"
	mv "$bans.new" "$bans"
}

# many: a hundred thousand, none of them the prober
many() { awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%d.%d.%d.0/24\n", 20 + i / 65536, i / 256 % 256, i % 256 }'; }

reload() { target "$ctl" reload --socket "$control" 2>&1; }

shows() {
	clients "$1" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T TARGET
	END
}

start_lab 3 4
chmod 755 "$work" # mktemp's is private
mkdir "$work/bans"
lists "# nobody yet"
user=root
[ -z "$can_scamper" ] || user=nobody
control=$work/run/control

for queue in 5 5:6; do
	title="queue $queue: "
	apply_rules --queue "$queue"
	lists "# nobody yet"
	config "deny-file $bans"
	sed -i "s/^queue .*/queue $queue/; s/^user .*/user $user/" "$work/uturnd.conf"
	start_configured
	shows "$path"

	lists "10.1.1.0/24 # the prober's" "fd00:1:1::10" "$(many)"
	from=$EPOCHREALTIME
	is "${title}reloads a hundred thousand" reloaded "$(reload)"
	echo "# ${title}in $(awk "BEGIN { print $EPOCHREALTIME - $from }") s"
	before=$(counter denied)
	shows "$there target"
	is "${title}counted as denied" 1 "$(($(counter denied) > before))"

	lists "10.1.1.0/24" "fd00:1:1::10" "10.1.2.3/24"
	has "${title}a wrong line" "^uturnctl: $bans:3: deny-file: 10.1.2.3/24 has host bits set, did you mean '10.1.2.0/24'\\?" "$(reload)"
	rm "$bans"
	has "${title}no file" "^uturnctl: deny-file $bans: No such file or directory \\(create it; it may be empty\\)" "$(reload)"
	title+="the old list stays: "
	shows "$there target"

	title="queue $queue: an allow that is longer: "
	lists "10.1.0.0/16" "fd00:1::/32"
	echo "allow 10.1.1.10
allow fd00:1:1::/48
deny 192.168.0.0/16
deny fd00:2::/32" >>"$work/uturnd.conf"
	is "${title}reloads" reloaded "$(reload)"
	shows "$path"

	title="queue $queue: "
	mkdir "$work.elsewhere" # not below the directory of the configuration, which is permitted
	echo 10.1.1.10 >"$work.elsewhere/list"
	chmod -R a+rX "$work.elsewhere"
	echo "deny-file $work.elsewhere/list" >>"$work/uturnd.conf"
	said=$(reload)
	rm -r "$work.elsewhere"
	if grep -q "no Landlock" "$work/uturnd.log"; then
		skip "${title}a directory that was not named at the start" "this kernel has no Landlock"
	else
		has "${title}a directory that was not named at the start" \
			"^uturnctl: deny-file $work.elsewhere/list: Permission denied .*takes a restart" "$said"
	fi
	stop_uturnd
	is "${title}ends well" 0 "$stopped"
	[ ! -e "$control" ]
	is "${title}leaves no socket" 0 $?
	target "$build/uturn-rules" remove >/dev/null
done

title="at the start: "
config "deny-file $bans"
lists "10/8"
has "${title}a wrong line" "$bans:1: deny-file: '10/8' is not a prefix" "$(target timeout "$hang" "$build/uturnd" -f "$work/uturnd.conf" 2>&1)"
is "${title}exit status" 2 "$(target timeout "$hang" "$build/uturnd" -f "$work/uturnd.conf" 2>/dev/null; echo $?)"
has "${title}uturnd -n" "$bans:1: deny-file: '10/8' is not a prefix" "$(target "$build/uturnd" -n -f "$work/uturnd.conf" 2>&1)"
