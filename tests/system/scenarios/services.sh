#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ordinary services are left alone: with the rules loaded and uturnd running, a packet that is
# not a probe never enters the queue, and nothing is lost.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules
start_uturnd
start_services

title="with rules: "
served
is "${title}none of it was queued" 0 "$(queued)"

title="from far away: "
prober bash -c 'echo 25 >/proc/sys/net/ipv4/ip_default_ttl; echo 25 >/proc/sys/net/ipv6/conf/all/hop_limit'
served
is "${title}none of it was queued" 0 "$(queued)"
prober bash -c 'echo 64 >/proc/sys/net/ipv4/ip_default_ttl; echo 64 >/proc/sys/net/ipv6/conf/all/hop_limit'

title="beside a trace: "
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
	46 | traceroute.db -n -T -p 7 TARGET
	46 | traceroute.db -n -U -p 7 TARGET
END
before=$(queued)
is "${title}the counter that stayed 0 does count" 1 "$((before > 0))"
served
is "${title}nothing more was queued" "$before" "$(queued)"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END

# devices answer a search for UPnP with TTL 2, to a socket that is bound to no address and connected to nobody
title="a neighbour's answer with TTL 2: "
# shellcheck disable=SC2016 # perl's
listen() { target timeout "$hang" perl -MIO::Socket::IP -e '
	my $s = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 40000, Type => SOCK_DGRAM, V6Only => 1) or die;
	$| = 1; print "waiting\n"; recv $s, my $m, 100, 0; print "got $m\n"' "$1" >"$work/answer" 2>&1; }
# shellcheck disable=SC2016 # perl's
say() { lab run f3 perl -MIO::Socket::IP -MSocket=:all -e '
	my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 40000, Type => SOCK_DGRAM) or die;
	setsockopt $s, IPPROTO_IP, IP_TTL, 2; setsockopt $s, IPPROTO_IPV6, 16, 2; send $s, "found", 0' "$1"; }
for pair in "0.0.0.0 $target4" ":: $target6"; do
	listen "${pair% *}" &
	wait_for "$work/answer" waiting
	say "${pair#* }"
	eventually said "$work/answer" got
	is "${title}${pair#* }" "got found" "$(tail -n 1 "$work/answer")"
	wait $!
done

title="a long connection: "
# shellcheck disable=SC2016 # for the inner shell
answer=$(prober timeout "$hang" bash -c 'exec 3<>"/dev/tcp/$0/7"
	echo one >&3 && read -r one <&3
	traceroute.db -n -w 5,0,0 "$0" | tail -n 1 >&2
	echo two >&3 && read -r two <&3
	echo "$one $two"' "$target4" 2>"$work/last")
is "${title}goes on across a trace" "one two" "$answer"
has "${title}and the trace across it" "^ 9  $target4" "$(cat "$work/last")"
