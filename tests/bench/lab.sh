# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # what is set here is used there, and the other way round
#
# What the benchmarks share: the lab, the generator, programs that run in the target. Sourced inside a
# network namespace of its own, with $here, $build, $uturnd, $family, $seconds and $sources set.

export XTABLES_LOCKFILE=/run/xtables.lock
work=/run/bench
lab=$here/../../tools/uturn-lab/uturn-lab

inside() { ip netns exec "uturn-$1" "${@:2}"; }

take_down() {
	"$lab" down >/dev/null 2>&1 || true
}

# The probers: a network behind the prober without hosts, so that answers cost nothing once they were seen.
start_lab() {
	mount -t tmpfs -o mode=0755 uturn-lab /run
	mkdir "$work"
	trap take_down EXIT
	"$lab" up --there 3 --back 4
	for node in f1 b4; do inside "$node" ip route add "$network/$length" via "$prober"; done
	inside prober ip route add blackhole "$network/$length"
	# the bridge is no part of what is measured, nor is what the host does with bridged packets
	inside lan sysctl -q net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 2>/dev/null || true
	gateway=$(inside f1 cat /sys/class/net/lan/address)
}

if [ "$family" = 4 ]; then
	network=10.9.0.0 length=16 prober=10.1.1.10 target=203.0.113.80 router=10.2.%d.1 expired=11,0 unreachable=3,3
else
	network=fd00:9:: length=64 prober=fd00:1:1::10 target=2001:db8:80::80 router=fd00:2:%d::1 expired=3,0 unreachable=1,4
fi

# hops: what arrives with TTL 1 ends at the target, with 2..5 at b1..b4
here_hop="--hop 4,$expired,$target"
kernel_hop="--hop 4,$unreachable,$target"
back_hops=""
for i in 1 2 3 4; do
	# shellcheck disable=SC2059 # the format is the router's address
	back_hops+=" --hop $((4 + i)),$expired,$(printf "$router" "$i")"
done

generate() {
	inside prober "$build/tests/bench/generate" --interface lan --gateway "$gateway" --network "$network" \
		--target "$target" --sources "$sources" --seconds "$seconds" "$@"
}

# limits that nobody reaches here, and that cost what limits cost
limits=(--limit 1000000/s --limit-total 1000000/s)
queue=5 # or a range, with a worker each

rules() {
	if [ -x "$build/uturn-rules" ]; then
		inside target "$build/uturn-rules" "$1" "-$family" --queue "$queue" "${limits[@]}" >"$work/rules.log" 2>&1 || fail "$(cat "$work/rules.log")"
		return
	fi
	local tables=iptables ttl=(-m ttl --ttl-lt 33)
	[ "$family" = 4 ] || tables=ip6tables ttl=(-m hl --hl-lt 33)
	inside target "$tables" -t mangle "-${1:0:1}" INPUT -p udp "${ttl[@]}" -j NFQUEUE --queue-num 5 --queue-bypass
}

# ---- programs that run in the target ----

pid=""

# start PROGRAM...: until it says "ready"; how long that took is in $started_ms
start() {
	local from=${EPOCHREALTIME/./} line

	rm -f "$work/said"
	mkfifo "$work/said"
	ip netns exec uturn-target "$@" >"$work/said" 2>&1 &
	pid=$!
	exec 3<"$work/said"
	while read -r line <&3; do
		[[ $line != *ready ]] || break
		printf '%s\n' "$line" >&2
	done
	started_ms=$(((${EPOCHREALTIME/./} - from + 500) / 1000))
	kill -0 "$pid" 2>/dev/null || fail "$1 did not start"
	# shellcheck disable=SC2046 # a list
	renice -n "$(($(nice) - 10))" -p $(processes) >/dev/null 2>&1 || true # as the service has it; without privilege it stays what it is
}

stop() {
	kill "$pid"
	wait "$pid" 2>/dev/null || true
	exec 3<&-
	pid=""
}

# the program, and those it has started
processes() { echo "$pid" && { pgrep -P "$pid" || true; }; }

# of_all FILE: that of each of them in /proc
of_all() {
	local p

	for p in $(processes); do cat "/proc/$p/$1"; done
}

# ticks of 10 ms: "USER SYSTEM"
ticks() { of_all stat | sed 's/.*) //' | awk '{ user += $12; kernel += $13 } END { print user, kernel }'; }

# the most memory they ever had, in kB
resident() { of_all status | awk '$1 == "VmHWM:" { n += $2 } END { print n }'; }

start_uturnd() {
	cat >"$work/uturnd.conf" <<-END
		user root
		queue $queue
		control $work/control
		limit 100000000/s per-prober
		limit 100000000/s total
		in-flight ${flights:-65536}
		keep ${keep:-5s}
		inflection target
	END
	start "$uturnd" -f "$work/uturnd.conf"
}

# field JSON NAME
field() { sed -E "s/.*\"$2\":([0-9.]+).*/\1/" <<<"$1"; }

machine() {
	cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	cores=$(nproc)
	kernel=$(uname -r)
	commit=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
	load=$(cut -d' ' -f1 /proc/loadavg)
	date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
}
