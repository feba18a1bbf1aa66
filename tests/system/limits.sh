#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Routers that limit their ICMP errors as Linux does by itself: six at once to one host, which is us,
# then one a second. That is enough for two traces with three queries a hop, or one mtr.

. "$(dirname "$0")/lib.sh"

start_lab 3 4 --icmp-limit
apply_rules
start_uturnd "$secondary"

# seen OPTION...: how many of the 12 answers of the 4 routers on the way back are shown
seen() {
	prober traceroute.db -n -w 5,0,0 "$@" |
		awk '/ (10\.2\.|fd00:2:)/ { for (i = 3; i <= NF; i++) n += $i == "ms" } END { print n + 0 }'
}

# limit_of ADDRESS
limit_of() {
	is "$1: first trace" 12 "$(seen "$1")"
	is "$1: second trace" 12 "$(seen "$1")"
	is "$1: third trace at once finds the routers' limit" 1 "$(($(seen -w 1 "$1") < 12))"
	sleep 7
	is "$1: after 7 s, in other ways: -I" 12 "$(seen -I "$1")"
	is "$1: and -T" 12 "$(seen -T "$1")"
	sleep 7
	expect_hops "$there second $back target" "" mtr -n -r -c 3 "$1"
}
within=20
limit_of "$target4" >"$work/out4" &
other=$!
limit_of "$target6" # the limits of one family are not those of the other
wait "$other"
cat "$work/out4"
