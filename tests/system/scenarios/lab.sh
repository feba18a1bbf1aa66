#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab itself, without uturnd: traces end at the target, and the return path is not the forward path.

. "$(dirname "$0")/../helpers/lib.sh"

for size in "3 4" "1 1" "20 20"; do
	# shellcheck disable=SC2086
	start_lab $size
	title="$size: "
	clients "$there target" <<-'END'
		46 | traceroute -n TARGET
	END
	for prober in 10.1.1.10 fd00:1:1::10; do
		is "${title}return path to $prober" "$back prober" \
			"$(target traceroute -n "$prober" | hops | sed "s/$prober\$/prober/")"
	done
	lab down
done
title=""
is "down leaves nothing" "" "$(ip netns list; ls -A /run/netns 2>/dev/null)"

output=$(lab run prober true 2>&1)
is "run without a lab: exit status" 1 $?
has "run without a lab: remedy" "create it with: uturn-lab up" "$output"

start_lab 3 4
output=$(lab up 2>&1)
is "up twice: exit status" 1 $?
has "up twice says so" "already up with 3 routers forward and 4 back" "$output"
lab run f2 sh -c 'exit 7'
is "run gives the command's exit status" 7 $?
output=$(lab run f2 no-such 2>&1)
has "run of what there is not says so" "^uturn-lab: .*no-such: not found" "$output"
output=$(lab run f9 true 2>&1)
has "run names the nodes there are" "no node 'f9' .* f1..f3 and b1..b4" "$output"

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
output=$(unshare -mrun bash -c '"$0" up && "$0" run prober traceroute.db -n -w 5,0,0 203.0.113.80 && "$0" down' "$uturn_lab" 2>&1)
is "without privilege, in unshare -mrun" "$there target" "$(hops <<<"$output")"
output=$(unshare -rn "$uturn_lab" up 2>&1)
has "without a place for the names of namespaces" "unshare -mrun" "$output"

# lab_is OPTIONS HOPS-OF-THE-PROBER4 HOPS-OF-THE-PROBER6: ordinary traces through it
lab_is() {
	# shellcheck disable=SC2086
	lab up $1
	is "$1" "$2" "$(prober traceroute.db -n -w 5,0,0 "$target4" | hops)"
	is "$1, IPv6" "$3" "$(prober traceroute.db -n -w 5,0,0 "$target6" | hops)"
}

title=""
lab_is "--nat" "n f1 f2 f3 target" "n f1 f2 f3 target"
has "status of it" "^  n       192.168.7.1 +fd00:7:7::1$" "$(lab status)"
is "--nat: from outside it is the box" "b1 b2 b3 b4 10.1.1.10" "$(target traceroute.db -n -w 5,0,0 10.1.1.10 | hops)"
is "--nat: IPv6 is routed" "b1 b2 b3 b4 n fd00:7:7::10" "$(target traceroute.db -n -w 5,0,0 fd00:7:7::10 | hops)"
lab down
lab_is "--nat=firewall --cgn" "n c f1 f2 f3 target" "n c f1 f2 f3 target"
is "--nat=firewall: no packet gets in" "b1 b2 b3 b4 c *" "$(target traceroute.db -n -q 1 -w 0.2 -m 6 fd00:7:7::10 | hops)"
lab down
lab_is "--ecmp" "f1 f2 f3 target" "f1 f2 f3 target"
has "--ecmp" "^b1 (b2/b2b|b2b/b2) b3 b4 10.1.1.10$" "$(both_ways target traceroute.db -n -w 5,0,0 -q 10 10.1.1.10)"
lab down
lab_is "--twin" "f1 f2 f3 target" "f1 f2 f3 target"
# from an address that it has alone, to which b4 answers over the lan
is "--twin: the same return path from it" "b1 b2 b3 b4 10.1.1.10" \
	"$(lab run twin traceroute.db -n -w 5,0,0 -s 10.1.104.2 10.1.1.10 | hops | sed 's/f0/b4/')"
has "--twin: both have the address" "target 3 twin 3" "$(for host in target twin; do echo "$host $(lab run "$host" ip -o addr show dev lo | grep -cE '203.0.113|127.0.0.1')"; done | paste -sd ' ')"
lab down
lab_is "--mtu-back 1400" "f1 f2 f3 target" "f1 f2 f3 target"
has "--mtu-back" "Resume: pmtu 1400" "$(target tracepath -n 10.1.1.10)"
lab down
lab_is "--bcp38" "f1 f2 f3 target" "f1 f2 f3 target"
target ping -qc1 -W2 -I 10.1.4.2 10.1.1.10 >/dev/null
is "--bcp38 lets no other source out" 1 $?
lab down
lab_is "--accept-local 0 --rp-filter strict --icmp-limit" "f1 f2 f3 target" "f1 f2 f3 target"
is "--icmp-limit" "1000" "$(lab run b1 cat /proc/sys/net/ipv4/icmp_ratelimit)"
lab down
output=$(lab up --ecmp --back 2 2>&1)
is "--ecmp with too few routers: exit status" 2 $?
has "--ecmp with too few routers says so" "need --back 3 or more" "$output"
