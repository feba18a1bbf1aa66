#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SOAK_SECONDS (20; `make soak`: 600) of honest traces from 500 probers beside forged errors and junk
# of all kinds, reloads, and an interface that comes and goes. At the end every honest trace was
# complete, uturnd has not grown, and what came in is what was answered and what was refused.

. "$(dirname "$0")/lib.sh"

ctl=$build/uturnctl
seconds=${SOAK_SECONDS:-20}
junk=probe,bad-sum,options,fragment,short,protocol,syn,xmas,echo,timestamp,forged,forged-sum,forged-short,forged-unreachable,bytes

resident() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status"; }
descriptors() { find "/proc/$pid/fd" -mindepth 1 | wc -l; }

# honest WORKER: one trace after the other, each from another of 500 addresses
honest() {
	local n=$1 shown address

	while [ "$SECONDS" -lt "$end" ]; do
		address=10.1.$((2 + n % 500 / 250 + 98)).$((1 + n % 250))
		n=$((n + 4))
		for _ in 1 2 3; do # as in expect_hops: a hop in microseconds may be missed without anybody's fault
			shown=$(prober timeout 20 traceroute.db -n -w 5,0,0 -s "$address" "$target4" 2>&1 | hops)
			[ "$shown" != "$path" ] || break
		done
		echo "$shown"
	done >"$work/honest.$1"
}

disturb() {
	while [ "$SECONDS" -lt "$end" ]; do
		kill -HUP "$pid"
		target sh -c 'ip link add away type veth peer name home; ip addr add 10.99.0.1/24 dev away; ip link set away up'
		sleep 1.5
		target ip link del away
		sleep 1.5
	done
}

start_lab 3 4
for network in 100 101; do
	seq -f "addr add 10.1.$network.%g/32 dev lan" 1 250
done | lab run prober ip -batch - || give_up "500 addresses"
for router in f1 b4; do lab run "$router" ip route add 10.1.100.0/23 via 10.1.1.10 || give_up "routes to them"; done
for router in f2 f3; do
	lab run "$router" ip route replace 10.1.100.0/23 via "$(lab run "$router" ip -4 route show 10.1.1.0/24 |
		sed -n 's/.*via \([0-9.]*\).*/\1/p')" || give_up "routes to them"
done
apply_rules
start_uturnd "limit 1000000/s total"
pid=$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
prober traceroute.db -n -s 10.1.100.1 "$target4" | hops >"$work/first"
is "a trace from one of the 500" "$path" "$(cat "$work/first")"
resident_before=$(resident)
descriptors_before=$(descriptors)

end=$((SECONDS + seconds))
for worker in 0 1 2 3; do
	honest "$worker" &
	workers[worker]=$!
done
disturb &
disturber=$!
lab run prober "$here/junk" "$junk" $((seconds * 1000)) "$target4" 10.1.101.1 1000 >"$work/junk" 2>&1 &
junker=$!
wait "${workers[@]}" "$disturber" "$junker"
sleep 6 # the last flights

traces=$(cat "$work"/honest.* | wc -l)
is "all of $traces honest traces are complete" "" \
	"$(cat "$work"/honest.* | grep -vxF "$path" | sort | uniq -c | sort -rn | head -n 3)"
is "junk of every kind has left" 1 "$(grep -c 'probe=[1-9].* bytes=[1-9]' "$work/junk")"
is "no descriptor is lost" "$descriptors_before" "$(descriptors)"
grown=$(($(resident) - resident_before))
is "it has not grown ($grown kB)" 1 "$((grown < 8192))"
is "it is still the same" "$pid" \
	"$(target "$ctl" status --json --socket "$control" | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')"
target "$ctl" counters --json --socket "$control" | sed 's/[{}"]//g; s/,/\n/g' >"$work/counters"
has "honest and forged errors were told apart" '^no_flight:[1-9]' "$(cat "$work/counters")"
# every packet of the queue ended in one of these ways
accounted=$(awk -F: '$1 ~ /^(inflection|silent|turned|truncated|version|options|fragment|protocol|shape|checksum|ttl_range|prober_address|target_address|denied|limit_prober|limit_total|return_probe|paced|too_large|queue_stale)$/ { n += $2 }
	END { print n }' "$work/counters")
is "what came in is what was answered and what was refused" "$(queued)" "$accounted"
