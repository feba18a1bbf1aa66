#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A probe forged in the name of a connection's peer, with the sequence number that would end it:
# connections of this host survive it, those to a service of its own and those to another host's.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 2 2
apply_rules
start_uturnd "$secondary"
target "$helpers/echo-server" 80 >"$work/service" &
service=$!
started "the service" "$work/service" "$service"

for address in "$target4" "$target6"; do
	is "a connection to port 80 of $address" "another RST, alive" \
		"$(prober timeout "$hang" "$helpers/spoil" connect "$address" 80 8 2>&1)"
done
before=$(queued)
for address in 10.1.1.10 fd00:1:1::10; do
	: >"$work/spoil"
	prober timeout "$hang" "$helpers/spoil" accept "$address" 7000 8 >"$work/spoil" 2>&1 &
	spoil=$!
	eventually said_or_gone "$work/spoil" ready "$spoil"
	target timeout "$hang" "$helpers/spoil" echo "$address" 7000 2>"$work/echo"
	wait "$spoil"
	is "a connection to $address" "no RST, alive" "$(sed 1d "$work/spoil"; cat "$work/echo")"
done
is "nothing of it was queued" "$before" "$(queued)"
kill "$service"
wait "$service" 2>/dev/null
true
