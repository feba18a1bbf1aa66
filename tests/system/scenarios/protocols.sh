#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# UDP-Lite, DCCP and unassigned protocols: left to the kernel, or turned if both the rules
# and the configuration say so.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4

traces() {
	clients "$1" <<<'46 | traceroute.db -n -UL TARGET'
	clients "$2" <<<'4 | traceroute.db -n -P 253 TARGET'
	clients "$3" <<<'6 | traceroute.db -n -P 253 TARGET'
	expect_hops "$4" "" "$helpers/odd-trace" dccp "$target4"
}

# the kernel knows UDP-Lite, and answers the others: Protocol Unreachable, Parameter Problem
left_to_kernel() {
	traces "$there target" "$there target!P!P!P" "$there target!<4-1>!<4-1>!<4-1>" "$there target!<3-2>"
	expect_hops "$there target!<4-1>" "" "$helpers/odd-trace" dccp "$target6"
}

title="other-protocols pass: "
apply_rules --protocols udp,tcp,icmp,udplite,dccp,253
start_uturnd "$secondary"
left_to_kernel

title="other-protocols turn: "
restart_uturnd "other-protocols turn
$secondary"
complete="$there second $back target"
traces "$complete" "$complete" "$complete" "$complete"
expect_hops "$complete" "" "$helpers/odd-trace" dccp "$target6"

title="not in the rules: "
apply_rules
left_to_kernel
