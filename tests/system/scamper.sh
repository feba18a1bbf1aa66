#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scamper, the measurement tool: loop rule, gap limit, and matching by IP id, checksum or flow label.

. "$(dirname "$0")/lib.sh"

read -r _ _ users </proc/self/uid_map
if [ "$users" = 1 ]; then
	skip "all" "needs root: scamper gives up its groups, and in a user namespace of one user it cannot"
	exit
fi

start_lab 3 4
apply_rules
start_uturnd "$secondary"

# trace ADDRESS
trace() {
	local method

	for method in udp udp-paris icmp icmp-paris tcp tcp-ack; do
		expect_hops "$there second $back target" "" scamper -O text -c "trace -P $method" -i "$1"
	done
}

within=4
trace "$target4"
trace "$target6"
