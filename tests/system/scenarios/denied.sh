#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deny-file: a list that another program writes. A banned prober sees what it saw without uturnd; a reload takes a new
# list, refuses a wrong one and keeps the old, in every worker. --deny-set: ipsets that another program fills, which the
# rules ask; nothing is reloaded.

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

# ---- --deny-set, on both backends ----

rules() { target "$build/uturn-rules" "$@" --backend "$backend" 2>&1; }
saved() { for save in iptables ip6tables; do target "$save-$backend-save" | sed '/^[#:]/d'; done; }
sets=(--deny-set f2b-sshd --deny-set f2b-sshd6)

for backend in nft legacy; do
	title="--deny-set, $backend: "
	target ipset create f2b-sshd hash:ip timeout 600
	target ipset create f2b-sshd6 hash:net family inet6
	target ipset create ports hash:ip,port
	before=$(saved)
	said=$(rules apply --deny-set f2b-sshd --deny-set nobodys)
	is "${title}a set that is not there: exit status" 1 $?
	has "${title}it is named, with the remedy" \
		"^uturn-rules: --deny-set nobodys: .* does not exist \(create it first: ipset create NAME hash:net, .*inet6\)" "$said"
	has "${title}a set of ports" "--deny-set ports: an ipset of type hash:ip,port, whose entries are not just addresses" \
		"$(rules apply --deny-set ports)"
	has "${title}a set of the other family" \
		"--deny-set f2b-sshd6: an ipset of family inet6, and these are rules for IPv4 only \(name one of family inet\)" \
		"$(rules apply -4 --deny-set f2b-sshd6)"
	is "${title}nothing was changed" "$before" "$(saved)"
	has "${title}a family that has none is told" "^uturn-rules: IPv6: no set of --deny-set holds its addresses" \
		"$(rules apply --deny-set f2b-sshd)"

	apply_rules --backend "$backend" "${sets[@]}"
	rules check --limit none --limit-total none "${sets[@]}" >/dev/null
	is "${title}check knows them" 0 $?
	has "${title}check misses them" "^unexpected: -A UTURN -m set --match-set f2b-sshd6 src -g UTURN-denied" \
		"$(rules check --limit none --limit-total none)"
	config
	start_configured
	title="--deny-set, $backend, empty: "
	shows "$path"
	title="--deny-set, $backend, added while it runs: "
	target ipset add f2b-sshd 10.1.1.10
	target ipset add f2b-sshd6 fd00:1:1::/64
	before=$(queued)
	shows "$there target"
	is "${title}nothing is queued" "$before" "$(queued)"
	for family in 4 6; do
		has "${title}status counts them" "^IPv$family: loaded .*, [1-9][0-9]* denied" "$(rules status)"
	done
	title="--deny-set, $backend, taken out: "
	target ipset del f2b-sshd 10.1.1.10
	target ipset del f2b-sshd6 fd00:1:1::/64
	shows "$path"

	title="--deny-set, $backend, a list of both: "
	target ipset create everybody list:set
	target ipset add everybody f2b-sshd
	target ipset add everybody f2b-sshd6
	apply_rules --backend "$backend" --deny-set everybody
	target ipset add f2b-sshd 10.1.1.10
	target ipset add f2b-sshd6 fd00:1:1::/64
	shows "$there target"
	stop_uturnd
	title="--deny-set, $backend: "
	rules remove >/dev/null
	is "${title}remove leaves the sets and what is in them" 2 "$(target ipset list | grep -cE '^(10.1.1.10 timeout [0-9]+|fd00:1:1::/64)$')"
	is "${title}remove leaves no rule" "" "$(saved | grep UTURN)"
	eventually target ipset destroy everybody 2>/dev/null # nf_tables lets go of it a moment later
	eventually target ipset destroy f2b-sshd 2>/dev/null
	eventually target ipset destroy f2b-sshd6 2>/dev/null
	target ipset destroy ports
	is "${title}and nothing that uses them" "" "$(target ipset list -n)"
done
