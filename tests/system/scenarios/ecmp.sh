#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two return paths of equal cost: b1 spreads flows over b2 and its twin b2b by addresses and ports. A flow
# has one return path, the one that real answers in it take; a client that tries many flows sees both.

. "$(dirname "$0")/../helpers/lib.sh"

open_lab() {
	start_lab 3 4 --ecmp
	apply_rules
	start_uturnd "$secondary"
}

# sixth COMMAND...: which router answered at hop 6 of traces with 16 source ports, one line each
sixth() {
	local port

	for port in {40001..40016}; do
		prober traceroute.db -n -w 5,0,0 -q 2 "${@//PORT/$port}" | hops | cut -d ' ' -f 6
	done
}

traces() {
	open_lab
	for target in "$target4" "$target6"; do
		for method in "-U -p 53 --sport=PORT" "-T -p 80 --sport=PORT"; do
			# shellcheck disable=SC2086
			is "traceroute -q 2 $method $target: one path each, both paths together" "b2 b2b" \
				"$(sixth $method "$target" | sort -u | tr '\n' ' ' | sed 's/ $//')"
		done
		has "traceroute -q 10 $target: both at one hop" "^$there second b1 b2b?/b2b? b3 b4 target$" \
			"$(both_ways prober traceroute.db -n -w 5,0,0 -q 10 "$target")"
		has "30 probes of one flow to $target take one path" "^b2b?$" \
			"$(prober traceroute.db -n -w 5,0,0 -U -p 53 --sport=40001 -f 6 -m 6 -q 10 "$target" | hops)"
	done

	# the flow of a real answer: what the target's service sends back takes the path that was shown
	start_services
	for port in {40001..40006}; do
		shown=$(prober traceroute.db -n -w 5,0,0 -U -p 7 --sport="$port" -q 1 "$target4" | hops | cut -d ' ' -f 6)
		before=$(lab run "$shown" cat /sys/class/net/b1/statistics/rx_packets)
		# shellcheck disable=SC2016 # for the inner shell
		prober bash -c 'for i in {1..20}; do echo; done | nc -u -p "$0" -w 1 203.0.113.80 7' "$port" >/dev/null
		after=$(lab run "$shown" cat /sys/class/net/b1/statistics/rx_packets)
		is "UDP from port $port: its answers take the path shown" 1 "$((after > before))"
	done

	has "dublin-traceroute -n 16: both" "^b2 b2b $" \
		"$(cd "$work" && prober dublin-traceroute -n 16 "$target4" | sed -n 's/^6 /1 /p' | while read -r hop; do hops <<<"$hop"; done |
			sort -u | tr '\n' ' ')"
}

# tracelb METHOD ADDRESS: scamper draws the whole diamond: its four links
tracelb() {
	open_lab
	is "scamper tracelb -P $1 $2: links of the diamond" 4 \
		"$(prober timeout 60 scamper -O text -c "tracelb -w 1 -P $1" -i "$2" |
			grep -cE '^(10.2.|fd00:2:)(1[.:]+1 -> .*2(.1|::1)|(10)?2[.:]+1 -> .*3(.1|::1))$')"
}

beside traces traces
if [ "$can_scamper" ]; then
	beside udp4 tracelb udp-sport "$target4"
	beside udp6 tracelb udp-sport "$target6"
	beside tcp4 tracelb tcp-sport "$target4" # not for IPv6: this scamper sends nothing
else
	skip "scamper tracelb" "$scamper_needs"
fi
end_beside
