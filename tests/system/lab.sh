#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab itself, without uturnd: plain traces end at the target, and the way back is the other way.

. "$(dirname "$0")/lib.sh"

for size in "3 4" "1 1" "20 20"; do
	# shellcheck disable=SC2086
	start_lab $size
	title="$size: "
	clients "$there target" <<-'END'
		46 | traceroute -n TARGET
	END
	for prober in 10.1.1.10 fd00:1:1::10; do
		is "${title}way back to $prober" "$back prober" \
			"$(target traceroute -n "$prober" | hops | sed "s/$prober\$/prober/")"
	done
	lab down
done
title=""
is "down leaves nothing" "" "$(ip netns list; ls -A /run/netns 2>/dev/null)"

output=$(lab run prober true 2>&1)
is "run without a lab: exit status" 1 $?
has "run without a lab says how to make one" "make one with: uturn-lab up" "$output"

start_lab 3 4
output=$(lab up 2>&1)
is "up twice: exit status" 1 $?
has "up twice says so" "already up with 3 there and 4 back" "$output"
lab run f2 sh -c 'exit 7'
is "run gives the command's exit status" 7 $?
output=$(lab run f9 true 2>&1)
has "run names the nodes there are" "no 'f9' .* f1..f3 and b1..b4" "$output"

lab --name other up --there 1 --back 2 && lab --name other run prober ping -qc1 "$target6" >/dev/null
is "a second lab beside it" 0 $?
before=$(ip netns list | sort)
mkdir "$work/bin"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/ping"
chmod +x "$work/bin/ping"
output=$(PATH=$work/bin:$PATH lab --name broken up 2>&1)
is "a failed up: exit status" 1 $?
has "a failed up says what failed" "carries no packets" "$output"
is "a failed up undoes itself" "$before" "$(ip netns list | sort)"

"$uturn_lab" run target sleep 1000 &
disown
lab down
! kill -0 $! 2>/dev/null
is "down ends what runs in the lab" 0 $?
is "down leaves the other lab alone" "other-target" "$(ip netns list | grep -o other-target)"
lab --name other down

# shellcheck disable=SC2016 # for the inner shell
output=$(unshare -mrun bash -c '"$0" up && "$0" run prober traceroute.db -n 203.0.113.80 && "$0" down' "$uturn_lab" 2>&1)
is "without privilege, in unshare -mrun" "$there target" "$(hops <<<"$output")"
output=$(unshare -rn "$uturn_lab" up 2>&1)
has "without a place for the names of namespaces" "unshare -mrun" "$output"
