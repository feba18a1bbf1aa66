#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two u-turn hosts with one address behind a router that spreads flows over both, and every ICMP error arrives at the
# host that did not cause it. They are peers: traces by every protocol, both families, one or a hundred at once, are
# complete, also the next one after a host has died, and no answer is lost.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/anycast-lib.sh"

talk=$compiled/inband_talk
client=$compiled/request_client

# peers_of HOST -> its lines of configuration about peers, who know each other by the link that they have
peers_of() {
	printf 'peer 10.2.106.1\npeer 10.2.106.2\npeer-key %s\npeer-listen 10.2.106.%s\n' \
		"$work/key" "$([ "$1" = target ] && echo 1 || echo 2)"
}

# total COUNTER: of both hosts
total() { echo $(($(counter target "$1") + $(counter twin "$1"))); }

whole="f1 f2 f3 second b1 b2 b3 b4 target"

# spread CASE: traces whose probes f3 spreads over the hosts
spread() {
	title="$1: "
	clients "$whole" <<-'END'
		46 | traceroute.db -n -w 5,0,0 TARGET
		46 | traceroute.db -n -w 5,0,0 -T TARGET
	END
	title=""
}

# requests: what the protocol of requests finds
requests() {
	is "request, IPv4" "$back 10.1.1.10" "$(prober "$client" trace "$target4" udp 33000 | hops)"
	is "request, IPv6" "$back fd00:1:1::10" "$(prober "$client" trace "$target6" udp 33000 | hops)"
	is "request, ICMP" "$back 10.1.1.10" "$(prober "$client" trace "$target4" icmp | hops)"
	is "request, TCP" "$back fd00:1:1::10" "$(prober "$client" trace "$target6" tcp 33000 | hops)"
}

# inband FAMILY ADDRESS PEER: sixteen connections, which both hosts have some of, and the path of each
inband() {
	local port host local_end peer_end connections=0

	rm -f "$work/in"
	mkfifo "$work/in"
	: >"$work/visited"
	"$uturn_lab" run prober "$talk" visit "$2" 80 16 <"$work/in" >"$work/visited" 2>&1 &
	exec 9>"$work/in"
	wait_for "$work/visited" '^ready'
	: >"$work/paths"
	for host in target twin; do
		mapfile -t ports < <(lab run "$host" ss -tnH "sport = :80" | awk '/ESTAB/ { sub(/.*:/, "", $5); print $5 }')
		connections=$((connections + ${#ports[@]}))
		for port in "${ports[@]:0:3}"; do
			local_end=$2:80 peer_end=$3:$port
			[ "$1" = 4 ] || local_end="[$2]:80" peer_end="[$3]:$port"
			# on a busy machine some of the three answers of a hop come after the end of a trace that takes a millisecond
			echo "$host: $(ctl_on "$host" trace "$local_end" "$peer_end" | hops | sed -E 's/([^ ])\*/\1/g')" >>"$work/paths"
		done
	done
	echo bye >&9
	exec 9>&-
	is "in-band, IPv$1: every path of both hosts" "target: $back $3|twin: $back $3" "$(sort -u "$work/paths" | paste -sd '|')"
	is "in-band, IPv$1: of all connections" 16 "$connections"
}

# probes COUNT ADDRESS: so many of one prober, a thousand a second, for the four routers of the return path
probes() {
	# shellcheck disable=SC2016 # perl's
	prober perl -MSocket=:all -MTime::HiRes=sleep -e '
		my ($count, $address) = @ARGV;
		my $is_four = $address !~ /:/;
		socket my $s, $is_four ? AF_INET : AF_INET6, SOCK_DGRAM, 0 or die;
		for my $i (0 .. $count - 1) {
			my ($ttl, $port) = (5 + $i % 4, 33434 + $i % 20000);
			$is_four ? setsockopt($s, 0, 2, $ttl) : setsockopt($s, 41, 16, $ttl) or die;
			send $s, "x" x 32, 0, $is_four ? pack_sockaddr_in($port, inet_aton($address))
				: pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) or die;
			sleep 0.01 if $i % 10 == 9;
		}' "$@"
}

# hundred -> how a hundred traces of as many probers at once have ended, and how many did so
hundred() {
	# shellcheck disable=SC2016 # for the inner shell
	prober bash -c 'for i in {11..110}; do
		timeout "$2" traceroute.db -n -w 5,0,0 -q 1 -s "10.1.1.$i" "$0" >"$1/trace.$i" 2>&1 &
	done
	wait' "$target4" "$work" "$patience"
	for i in {11..110}; do hops <"$work/trace.$i"; done | sort | uniq -c | sed 's/^ *//'
}

# none_lost COUNT ADDRESS
none_lost() {
	local turned relayed matched

	turned=$(total turned) relayed=$(total relayed) matched=$(total peer_matched)
	probes "$1" "$2" || give_up "send probes"
	all_over() { [ $(($(total turned) - turned)) = "$1" ] && [ $(($(total relayed) - relayed)) = "$1" ]; }
	eventually all_over "$1"
	is "$1 probes to $2: turned, relayed, by way of the other host" "$1 $1 $1" \
		"$(($(total turned) - turned)) $(($(total relayed) - relayed)) $(($(total peer_matched) - matched))"
}

start_lab 3 4 --twin
cross_errors
start_bgp
"$build/uturnctl" peer-key "$work/key" >/dev/null || give_up "make a key"
for host in target twin; do
	start_host "$host" "$(peers_of "$host")
request on
inband on
pace off
limit 100000/s total
peer-limit 20000/s"
	start_announcing "$host"
	: >"$work/$host/served"
	"$uturn_lab" run "$host" "$talk" serve 80 "$work/$host/control" >"$work/$host/served" 2>&1 &
	wait_for "$work/$host/served" '^ready'
done
goes "both announce the address" "target twin"

spread "two hosts"
title="two hosts: "
clients "$whole" <<-'END'
	46 | traceroute.db -n -w 5,0,0 -I TARGET
	46 | mtr -n -r -c 1 -G 1 TARGET
	46 | mtr -n -r -c 1 -G 1 -u TARGET
END
title=""
for host in target twin; do
	is "$host has had probes" yes "$([ "$(counter "$host" turned)" -gt 10 ] && echo yes)"
	answers=$(($(counter "$host" relayed) + $(counter "$host" arrived) + $(counter "$host" check_expired)))
	is "all answers to its probes came by way of the other host" "$(counter "$host" peer_matched)" "$answers"
done
requests
inband 4 "$target4" 10.1.1.10
inband 6 "$target6" fd00:1:1::10
none_lost 5000 "$target4"
none_lost 5000 "$target6"
for i in {11..110}; do echo "addr add 10.1.1.$i/24 dev lan"; done | lab run prober ip -batch -
for ((try = 1; try <= tries; try++)); do # a busy machine may keep a probe waiting until it is too old to be answered
	got=$(hundred)
	[ "$got" != "100 $whole" ] || break
done
is "100 traces at once, try $try" "100 $whole" "$got"

title="uturnd killed: "
prober timeout "$patience" traceroute.db -n -N 1 -q 1 -w 1,0,0 -z 300 "$target4" >"$work/interrupted" 2>&1 &
interrupted=$!
wait_for "$work/interrupted" '^ *3 '
kill -KILL "${daemons[twin]}"
wait "${daemons[twin]}" 2>/dev/null
goes "its announcement is withdrawn" "target"
expect_hops "$whole" "" traceroute.db -n -w 5,0,0 "$target4"
echo "# ${title}the next trace was complete $took s after the withdrawal"
wait "$interrupted"
is "${title}the trace in the middle ends by itself" 0 $?
spread "one host"
start_daemon twin
goes "it is announced again" "target twin"
spread "two hosts again"

# as by a loss of power
title="host killed: "
lab run twin ip link set f3 down
lab run twin ip link set b1 down
lab run twin ip link set target down
goes "its announcement is withdrawn" "target"
expect_hops "$whole" "" traceroute.db -n -w 5,0,0 "$target4"
expect_hops "$whole" "" traceroute.db -n -w 5,0,0 "$target6"
echo "# ${title}the next trace was complete $took s after it began"
