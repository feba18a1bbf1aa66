#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Visitors of uturn-web far away: every hop is shown, and no more probes leave than three a hop and four, over HTTP and
# TLS, IPv4 and IPv6, also where a router is silent, and where one packet in twenty is lost.
# How long a visitor waits behind the request is printed. INBAND_RTTS="0 20 100 200 300": in ms, instead of 100.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"
. "$helpers/line-lib.sh"

chmod 755 "$work"
make_pair first
start_lab 3 4
web_in=("$uturn_lab" run target)
start_uturnd "inband on"
start_web "listen [::]:80
listen [::]:443 tls
certificate $work/first.crt
key $work/first.key
resolve no
user root
limit 100000/m traces-per-prefix
limit 100000/m traces
limit 1000 connections-per-prefix"

# the first connection of all has to find its neighbours
prober curl -sSk --max-time "$hang" "http://$target4/json" "http://[$target6]/json" >/dev/null

# visit URL -> $shown, $probes, and how long it took behind the request in $took
visit() {
	local seconds pretransfer

	prober curl -sSkN --max-time "$hang" -w '%{stderr}%{time_total} %{time_pretransfer}\n' -o "$work/json" "$1" 2>"$work/times"
	read -r seconds pretransfer <"$work/times"
	took=$(awk "BEGIN { printf \"%.0f\", ($seconds - $pretransfer) * 1000 }")
	shown=$(sed -nE 's/.*"done":true.*/&/p; s/.*("done":true)/\1/p' "$work/json" | grep -oE '"ttl":[0-9]+,"ip":("[^"]*"|null)' | sort -u -t: -k2n |
		sed -E 's/"ttl":([0-9]+),"ip":"(.*)"/ \1  \2/; s/"ttl":([0-9]+),"ip":null/ \1  */' | hops |
		sed -E 's/(10\.1\.1\.10|fd00:1:1::10)$/you/')
	probes=$(sed -nE 's/.*"done":true.*"probes":([0-9]+).*/\1/p; s/.*"probes":([0-9]+).*"done":true.*/\1/p' "$work/json" | head -n 1)
}

# visits PATH MOST: over every HTTP
visits() {
	local url

	for url in "http://$target4" "http://[$target6]" "https://$target4" "https://[$target6]"; do
		visit "$url/json"
		is "$title$url" "$1" "$shown"
		is "$title$url: $probes probes, $2 at most" 1 "$((probes <= $2))"
		echo "# $title$url took $took ms, $probes probes"
	done
}

for rtt in ${INBAND_RTTS:-100}; do
	lengthen "$rtt"
	title="$rtt ms: "
	visits "$back you" 19
	lab run b2 iptables -A OUTPUT -p icmp --icmp-type time-exceeded -j DROP
	lab run b2 ip6tables -A OUTPUT -p icmpv6 --icmpv6-type time-exceeded -j DROP
	title="$rtt ms, a silent router: "
	visits "b1 * b3 b4 you" 20
	lab run b2 iptables -F OUTPUT
	lab run b2 ip6tables -F OUTPUT
	shorten
	lengthen "$rtt" 20
	title="$rtt ms, one in twenty is lost: "
	visits "$back you" 23
	shorten
done
