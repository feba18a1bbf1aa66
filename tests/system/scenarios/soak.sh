#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SOAK_SECONDS (20; `make soak`: 600) of honest traces from 500 probers, half of them over IPv6, beside
# forged errors and junk of all kinds over both, reloads, and an interface that comes and goes. At the
# end every honest trace was complete, uturnd has not grown, and what came in is what was answered and
# what was refused.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
seconds=${SOAK_SECONDS:-20}
kinds=probe,bad-sum,options,fragment,short,protocol,syn,xmas,echo,timestamp,forged,forged-sum,forged-short,forged-unreachable,bytes

# status NAME: a number of uturnd's own status
status() { target "$ctl" status --json --socket "$control" | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"; }

# what the heap and the tables take, and what is open, once in a second
watch() {
	while sleep 1; do
		echo "$(awk '$1 == "RssAnon:" { print $2 }' "/proc/$pid/status") $(find "/proc/$pid/fd" -mindepth 1 | wc -l)"
	done >"$work/samples"
}

# trace ADDRESS TARGET: says which try was the last one
trace() {
	local try shown

	for try in 1 2 3; do # the machine may keep a probe waiting until it is too old to be answered
		shown=$(prober timeout "$patience" traceroute.db -n -w 5,0,0 -s "$1" "$2" 2>&1 | hops)
		[ "$shown" != "$path" ] || break
	done
	echo "$try $1 $shown"
}

# honest WORKER: one trace after the other, each from another of 500 addresses
honest() {
	local n

	for ((n = $1; SECONDS < end; n += 4)); do
		trace "10.1.100.$((1 + n % 250))" "$target4"
		trace "fd00:100:0:$((1 + n % 250))::1" "$target6"
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

# via NODE FAMILY NETWORK: its gateway there
via() { lab run "$1" ip "-$2" route show "$3" | sed -n 's/.*via \([0-9a-f.:]*\).*/\1/p'; }

# 250 addresses of one network, and 250 networks of one address
live_there() {
	{
		seq -f "addr add 10.1.100.%g/32 dev lan" 1 250
		seq -f "addr add fd00:100:0:%g::1/128 dev lan nodad" 1 250
		echo "route add local fd00:100::/32 dev lo" # and every source that junk has
	} | lab run prober ip -batch - || return
	for router in f1 b4; do
		lab run "$router" ip route add 10.1.100.0/24 via 10.1.1.10 && lab run "$router" ip route add fd00:100::/32 via fd00:1:1::10 || return
	done
	for router in f2 f3; do
		lab run "$router" ip route add 10.1.100.0/24 via "$(via "$router" 4 10.1.1.0/24)" || return
		lab run "$router" ip route add fd00:100::/32 via "$(via "$router" 6 fd00:1:1::/64)" || return
	done
}

start_lab 3 4
live_there || give_up "500 addresses"
apply_rules --state ipset # a recent list holds 100 sources
start_uturnd "limit 1000000/s total
limit 1000000/s per-network
in-flight 4096" # tables that are soon in use from end to end: what grows later is lost
pid=$(status pid)
prober traceroute.db -n -w 5,0,0 -s 10.1.100.1 "$target4" | hops >"$work/first"
prober traceroute.db -n -w 5,0,0 -s fd00:100:0:1::1 "$target6" | hops >>"$work/first"
is "traces from two of the 500" "$path|$path" "$(paste -sd "|" "$work/first")"
descriptors=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)

end=$((SECONDS + seconds))
watch &
watcher=$!
for worker in 0 1 2 3; do
	honest "$worker" &
	workers[worker]=$!
done
disturb &
workers+=($!)
for goal in "$target4 10.1.100.1" "$target6 fd00:100:0:101::1"; do
	# shellcheck disable=SC2086 # target and source
	lab run prober "$helpers/junk" "$kinds" $((seconds * 500)) $goal 500 >>"$work/junk" 2>&1 &
	workers+=($!)
done
wait "${workers[@]}"
none_left() { [ "$(status flights)" = 0 ]; }
eventually none_left
samples=$(wc -l <"$work/samples")
eventually said "$work/samples" '' $((samples + 2)) # one of the time after
kill "$watcher"

cat "$work"/honest.* >"$work/honest"
traces=$(wc -l <"$work/honest")
is "all of $traces honest traces are complete, $(grep -c '^1 ' "$work/honest") at the first try" "" \
	"$(grep -vE "^[1-3] \S+ $path\$" "$work/honest" | cut -d " " -f 3- | sort | uniq -c | sort -rn | head -n 3)"
probers=$(cut -d " " -f 2 "$work/honest" | sort -u | wc -l)
is "from $probers addresses of both families" "1 1" \
	"$(grep -qE '^. 10' "$work/honest" && echo 1) $(grep -q '^. fd00' "$work/honest" && echo 1)"
is "junk of every kind has left, over both" 2 "$(grep -cE "^${kinds//,/=[1-9][0-9]* }=[1-9][0-9]*\$" "$work/junk")"
is "it is still the same" "$pid" "$(status pid)"
is "nothing is in flight" 0 "$(status flights)"

read -r early _ < <(sed -n "$((seconds / 4 + 1))p" "$work/samples")
read -r last open < <(tail -n 1 "$work/samples")
is "no descriptor is lost" "$descriptors" "$open"
is "memory is flat: $early kB, at the end $last" 1 "$((last - early <= 256))"

target "$ctl" counters --json --socket "$control" | sed 's/[{}"]//g; s/,/\n/g' >"$work/counters"
for reason in truncated options checksum error_truncated error_checksum no_flight; do
	has "some are refused as $reason" "^$reason:[1-9]" "$(cat "$work/counters")"
done
target "$build/uturn-rules" status >"$work/status"
read -r came waiting lost < <(awk '/^IPv[46]: loaded/ { sub(" queued.*", ""); came += $NF }
	/^queue / { waiting += $6; lost += $8 + $12 }
	END { print came, waiting, lost }' "$work/status")
is "the rules have queued" "$(queued)" "$came"
ways=$(sed -nE 's/^\tX\([A-Z_]+, ([a-z_]+), PROBE, .*/\1/p' "$helpers/../../../lib/packet/reason.h" | paste -sd "|")
ended=$(awk -F: -v ways="^($ways)\$" '$1 ~ ways { n += $2 } END { print n }' "$work/counters")
is "what came in is what was answered and what was refused, by reason (the kernel lost $lost)" "$came" "$((ended + waiting + lost))"
