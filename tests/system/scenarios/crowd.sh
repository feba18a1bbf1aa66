#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many probers at once, and many traces of one prober: each sees its own hops.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules
limits="" # each has a limit of its own
start_uturnd
for i in {11..26}; do
	lab run prober ip addr add "10.1.1.$i/24" dev lan
	lab run prober ip addr add "fd00:1:1::$i/64" dev lan nodad
done

# crowd COUNT NAME COMMAND...
crowd() { together "$1 $2" "$path" "$1" "${@:3}"; }

patient="traceroute.db -n -w 5,0,0"
started=$SECONDS
# shellcheck disable=SC2086
{
	crowd 16 "sources, UDP" $patient -s 10.1.1.SOURCE "$target4"
	crowd 16 "sources, ICMP" $patient -I -s 10.1.1.SOURCE "$target4"
	crowd 16 "sources, TCP" $patient -T -s 10.1.1.SOURCE "$target4"

	limits="limit 100000/s per-prober" # all of a /64 are one prober
	restart_uturnd
	crowd 16 "sources, UDP, IPv6" $patient -s fd00:1:1::SOURCE "$target6"
	crowd 16 "sources, ICMP, IPv6" $patient -I -s fd00:1:1::SOURCE "$target6"
	crowd 16 "sources, TCP, IPv6" $patient -T -s fd00:1:1::SOURCE "$target6"

	# the raw sockets of traceroutes with one source address get each other's answers: some make
	# them lose packets, and a port that another one had before confuses traceroute -T
	crowd 16 "traces of one source, UDP" $patient "$target4"
	crowd 8 "traces of one source, ICMP" $patient -I "$target4"
	crowd 4 "traces of one source, TCP" $patient -T -p 80SOURCE "$target4"
}
echo "# all of them took $((SECONDS - started)) s"
