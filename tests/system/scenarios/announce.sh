#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The examples of service/bird: two hosts announce one address by BGP while they are well, and only then.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/anycast-lib.sh"

start_lab 3 4 --twin
start_bgp
for host in target twin; do start_host "$host"; done
is "before the first check nothing is announced" ", " "$(hosts_of)"
start_announcing target
goes "one host" "target"
start_announcing twin
goes "two hosts" "target twin"
is "the log has one line" 1 "$(grep -c announced "$work/twin/announce.log")"

title="withdrawn: "
ctl_on target drain >/dev/null
goes "drained" "twin"
has "${title}the log says so" "withdrawn: uturnctl: draining, " "$(cat "$work/target/announce.log")"
ctl_on target drain off >/dev/null
goes "drained no longer" "target twin"
kill -STOP "${daemons[twin]}"
goes "uturnd hangs" "target"
kill -CONT "${daemons[twin]}"
goes "uturnd goes on" "target twin"
kill -KILL "${daemons[twin]}"
wait "${daemons[twin]}" 2>/dev/null
goes "uturnd is killed" "target"
start_daemon twin
goes "uturnd is back" "target twin"
kill "${announcers[twin]}"
goes "uturn-announce ends" "target"
start_announcing twin
goes "and is back" "target twin"

title="BIRD: "
kill -KILL "${birds[twin]}"
wait "${birds[twin]}" 2>/dev/null
goes "killed" "target"
wait_for "$work/twin/announce.log" 'cannot announce: '
rm -f "$work/twin.bird.ctl"
start_bird twin
goes "restarted" "target twin"
is "the log has one line about it" 1 "$(grep -c 'cannot announce' "$work/twin/announce.log")"
# protocols HOST -> state of the static ones, and since when
protocols() { birdc_on "$1" show protocols | grep '^uturn'; }
before=$(protocols twin)
has "${title}both are up" "^uturn4 .* up .*uturn6 .* up " "$(tr '\n' ' ' <<<"$before")"
is "${title}a reload" "Reconfigured" "$(birdc_on twin configure | tail -n 1)"
is "${title}a reload changes nothing" "$before" "$(protocols twin)"
ctl_on twin drain >/dev/null
goes "drained" "target"
is "${title}a reload while drained" "Reconfigured" "$(birdc_on twin configure | tail -n 1)"
is "${title}a reload while drained announces nothing" "down down" "$(protocols twin | awk '{ print $4 }' | paste -sd " ")"
ctl_on twin drain off >/dev/null
goes "drained no longer" "target twin"

title="wrong: "
# misused CASE WORDS ARGUMENT...
misused() {
	output=$("$bird_folder/uturn-announce" "${@:3}" 2>&1)
	is "${title}$1: exit status" 2 $?
	has "${title}$1" "^uturn-announce: $2" "$output"
}
misused "no arguments" "expected bird or frr, and names"
misused "no names" "expected bird or frr, and names" bird
misused "another daemon" "'gobgp' is neither bird nor frr" gobgp uturn4
misused "never" "'0' is not a number above 0" -f 0 bird uturn4
