#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A probe forged in the name of a connection's peer, with the sequence number that would end it:
# connections of this host survive it, those to a service of its own and those to another host's. It is not even queued,
# while a service's port is traced like any other.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 2 2
start_uturnd
target "$helpers/echo-server" 80 >"$work/service" &
service=$!
started "the service" "$work/service" "$service"

for backend in legacy nft; do
	title="$backend: "
	apply_rules --backend "$backend"
	before=$(queued)
	for address in "$target4" "$target6"; do
		is "${title}a connection to port 80 of $address" "no RST, alive" \
			"$(prober timeout "$hang" "$helpers/spoil" connect "$address" 80 8 2>&1)"
	done
	is "${title}nothing of it was queued" "$before" "$(queued)"
	clients "$path" <<-'END'
		46 | traceroute.db -n -T -p 80 TARGET
	END
	[ "$backend" = nft ] || target "$build/uturn-rules" remove --backend "$backend" >/dev/null
done
title="a service with one address: "
for address in "$target4" "$target6"; do
	# shellcheck disable=SC2016 # for perl
	target perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 81, Listen => 1) or die;
		$| = 1;
		print "ready\n";
		sleep 600' "$address" >"$work/bound.$address" 2>&1 &
	bound+=($!)
	started "a service on $address" "$work/bound.$address" $!
done
clients "$path" <<-'END'
	46 | traceroute.db -n -T -p 81 TARGET
END
kill "${bound[@]}"
title=""
target sysctl -qw net.ipv4.tcp_early_demux=0
for address in "$target4" "$target6"; do # the sequence number that is not to be chosen is left
	is "a connection to port 80 of $address, without early demultiplexing" "another RST, alive" \
		"$(prober timeout "$hang" "$helpers/spoil" connect "$address" 80 8 2>&1)"
done
target sysctl -qw net.ipv4.tcp_early_demux=1
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
