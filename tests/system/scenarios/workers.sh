#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several queues, a process each: every answer reaches the worker that sent the probe, for every protocol and client;
# statistics are summed, events of all can be watched, a reload reaches all, and none of them outlives the others.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
client=$compiled/request_client
user=root

# start_workers RANGE [TEXT]
start_workers() {
	apply_rules --queue "$1" ${rules:+$rules}
	config "${2:-}"
	sed -i "s/^queue .*/queue $1/; s/^user .*/user $user/" "$work/uturnd.conf"
	start_configured
}

# one line a queue: QUEUE PROCESS LENGTH MODE RANGE DROPPED LOST PACKETS; a process that is not bound to it has none
queues() { target cat /proc/net/netfilter/nfnetlink_queue; }
processes() { queues | awk '{ print $2 }' | paste -sd " "; }
seen() { queues | awk '{ n += $8 } END { print n + 0 }'; }

# number OP NAME: of what uturnctl says in JSON
number() { target "$ctl" --socket "$control" --json "$1" | grep -oE "\"$2\": *[0-9]+" | grep -oE '[0-9]+$'; }

# nothing_left CASE PROCESS...: soon neither they nor their queues nor the socket (but for kill -9)
nothing_left() {
	eventually all_gone "${@:2}"
	is "${title}$1: nothing is left" "" "$left"
}

all_gone() {
	local pid

	# a zombie has no executable: when it is reaped is up to its new parent
	left=$(for pid; do ! readlink "/proc/$pid/exe" >/dev/null || echo "$pid"; done; queues)
	[ -z "$left" ]
}

# sixteen NAME HOPS COMMAND...
sixteen() { together "sixteen sources, $1" "$2" 16 "${@:3}"; }

all_sources() {
	local patient="traceroute.db -n -w 5,0,0"

	# shellcheck disable=SC2086
	{
		sixteen "UDP" "$1" $patient -s 10.1.1.SOURCE "$target4"
		sixteen "ICMP" "$1" $patient -I -s 10.1.1.SOURCE "$target4"
		sixteen "TCP" "$1" $patient -T -s 10.1.1.SOURCE "$target4"
		sixteen "UDP, IPv6" "$1" $patient -s fd00:1:1::SOURCE "$target6"
		sixteen "ICMP, IPv6" "$1" $patient -I -s fd00:1:1::SOURCE "$target6"
		sixteen "TCP, IPv6" "$1" $patient -T -s fd00:1:1::SOURCE "$target6"
	}
}

start_lab 3 4
for i in {11..26}; do
	lab run prober ip addr add "10.1.1.$i/24" dev lan
	lab run prober ip addr add "fd00:1:1::$i/64" dev lan nodad
done
rules=""

# ---- every answer finds its worker ----

for range in 5:8 5:7 5:6; do
	count=$((${range#*:} - 4))
	title="queue $range: "
	start_workers "$range" "inflection target"
	is "${title}$count processes, one a queue" "$count $count" "$(queues | wc -l) $(queues | awk '{ print $2 }' | sort -u | wc -l)"
	is "${title}and it says so" "$count" "$(number status workers)"
	all_sources "$path"
	has "${title}more than one had probes" '^[2-8]$' "$(queues | awk '$8 > 0' | wc -l)"
	probes=$(($(number counters inflection) + $(number counters turned) + $(number counters paced) + $(number counters queue_stale)))
	is "${title}what they count is what they had" "$(seen)" "$probes"
	# a check may bring a second answer
	is "${title}and no answer went astray" "1 0" "$(($(number counters no_flight) <= $(number counters checked))) $(number counters guessed)"
	# the echo reply that ends a trace is answered by nothing, and its flight expires
	has_flights() { prober traceroute.db -n -q 1 -I "$target4" >/dev/null && [ "$(number status flights)" -gt 0 ]; }
	eventually has_flights
	is "${title}flights of all" 0 $?
	clients "$path" <<-'TABLE'
		46 | traceroute.db -n -w 5,0,0 TARGET
		46 | traceroute.db -n -w 5,0,0 -T TARGET
		46 | traceroute.db -n -w 5,0,0 -I TARGET
		4  | inetutils-traceroute TARGET
		4  | tcptraceroute -n TARGET
	TABLE
	workers=$(processes)
	stop_uturnd
	is "${title}ends well" 0 "$stopped"
	# shellcheck disable=SC2086
	nothing_left "stopped" $workers
done

# ---- statistics, events, signals ----

title="queue 5:8: "
[ -z "$can_scamper" ] || user=nobody
chmod 755 "$work"
control=$work/run/control
start_workers 5:8 "inflection target"
workers=$(processes)
for pid in $workers; do
	awk '/^(NoNewPrivs|Seccomp|CapPrm|CapEff|Uid):/ { print $1, $2 }' "/proc/$pid/status"
done | sort | uniq -c | awk '{ print $1, $2, $3 }' >"$work/shut"
has "${title}each has no new privileges, a filter of system calls" "4 NoNewPrivs: 1.*4 Seccomp: 2" "$(paste -sd " " "$work/shut")"
if [ -n "$can_scamper" ]; then
	has "${title}each has two capabilities, and another user" \
		"4 CapEff: 0000000000003000 4 CapPrm: 0000000000003000.*4 Uid: $(id -u nobody)\$" "$(paste -sd " " "$work/shut")"
else
	skip "${title}each has two capabilities, and another user" "needs root: in a user namespace is only one user"
fi
memory=$(for pid in $workers; do awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup"; done | awk '{ n += $1 } END { print n }')
has "${title}small" "^yes\$" "$([ "$memory" -lt 24576 ] && echo yes || echo "$memory kB")"

"$uturn_lab" run target "$ctl" watch --json --socket "$control" >"$work/watched" 2>&1 &
watcher=$!
watched() { prober traceroute.db -n -q 1 "$target4" >/dev/null && said "$work/watched" '"event":"turned"'; }
eventually watched
# how many it has not seen, which does not change any more once it has seen them all
missed() { echo "$(($(number counters turned) - $(grep -c '"event":"turned"' "$work/watched")))"; }
is_level() { [ "$(missed)" = "$before" ]; }
prober traceroute.db -n -w 5,0,0 "$target4" >/dev/null
sleep 0.2 # what is told on the way is not counted twice
before=$(missed)
turned=$(number counters turned)
at_once 16 traceroute.db -n -w 5,0,0 -s 10.1.1.SOURCE "$target4" >/dev/null
turned=$(($(number counters turned) - turned))
eventually is_level
is "${title}a watcher sees what all of them do" "$before yes" "$(missed) $([ "$turned" -ge 128 ] && echo yes)"
kill "$watcher"
wait "$watcher" 2>/dev/null

kill -USR2 "$uturnd_pid"
eventually said "$work/uturnd.log" '^uturnd: worker of queue [678]: the last' 3
eventually said "$work/uturnd.log" '^uturnd: the last'
is "${title}SIGUSR2 reaches all" "1 3" \
	"$(grep -c '^uturnd: the last' "$work/uturnd.log") $(grep -c '^uturnd: worker of queue [678]: the last' "$work/uturnd.log")"

sed 's/^inflection.*/&\nmax-ttl 1/' "$work/uturnd.conf" >"$work/uturnd.new"
mv "$work/uturnd.new" "$work/uturnd.conf"
has "${title}a reload" '"reloaded":true' "$(target "$ctl" reload --json --socket "$control" 2>&1)"
sixteen "after a reload" "$there target target" traceroute.db -n -w 5,0,0 -s 10.1.1.SOURCE "$target4"
has "${title}what it cannot change stays" "1" "$(sed -i 's/^queue.*/queue 5:6/' "$work/uturnd.conf"
	kill -HUP "$uturnd_pid"; wait_for "$work/uturnd.log" "queue: stays as it was until"; grep -c "queue: stays as it was until" "$work/uturnd.log")"
is "${title}all are there" "$workers" "$(processes)"

# ---- none outlives the others ----

read -r first second _ <<<"$workers"
is "${title}the first is uturnd" 1 "$(target "$ctl" status --json --socket "$control" | grep -c "\"pid\":${first}[,}]")"
kill -KILL "$second"
wait "$uturnd_pid"
is "${title}a worker is killed: uturnd ends with it" 1 "$?"
has "${title}and says which" "^uturnd: error: worker of queue 6: killed by signal 9" "$(tail -n 2 "$work/uturnd.log")"
# shellcheck disable=SC2086
nothing_left "a worker is killed" $workers
[ ! -e "$control" ]
is "${title}no socket either" 0 "$?"
clients "$there target" <<-'TABLE'
	46 | traceroute.db -n TARGET
TABLE

start_workers 5:8
workers=$(processes)
kill -KILL "$uturnd_pid"
wait "$uturnd_pid" 2>/dev/null
# shellcheck disable=SC2086
nothing_left "uturnd is killed" $workers

start_workers 5:8
workers=$(processes)
for pid in $workers; do kill -STOP "$pid"; done
kill -KILL "$uturnd_pid"
wait "$uturnd_pid" 2>/dev/null
# shellcheck disable=SC2086
nothing_left "uturnd is killed, and the others hang" $workers

start_workers 7
workers=$(processes)
seventh=$uturnd_pid
cp "$work/uturnd.conf" "$work/seventh.conf"
config
sed -i "s/^queue .*/queue 5:8/; s/^user .*/user $user/; s,^control .*,control $work/other," "$work/uturnd.conf"
output=$(target timeout "$hang" "$build/uturnd" -f "$work/uturnd.conf" 2>&1)
is "${title}one of them is taken: it does not start" 1 "$?"
has "${title}and says which" "^uturnd: error: queue 7: taken by another program" "$output"
is "${title}nor does anything of it stay" "$workers" "$(processes)"
uturnd_pid=$seventh
stop_uturnd

# ---- the other front ends ----

title="queue 5:8, request: "
rules=--request
start_workers 5:8 "request on"
for address in "$target4" "$target6"; do
	for protocol in udp tcp icmp; do
		is "${title}$protocol from $address" "$back prober" \
			"$(prober "$client" trace "$address" "$protocol" 33000 | hops | sed -E 's/(10\.1\.1\.|fd00:1:1::)[0-9]+$/prober/')"
	done
done
stop_uturnd

title="queue 5:8, inband: "
rules=""
start_workers 5:8 "inband on
inband-ports all
inflection target"
start_services
"$uturn_lab" run prober bash -c "exec 3<>/dev/tcp/$target4/7 && printf '%4000d\n' 1 >&3 && sleep 600" >/dev/null 2>&1 &
visitor=$!
has_peer() {
	peer=$(target ss -Htn "sport = :7" | awk '{ print $5 }' | sed 's/\[::ffff:\(.*\)\]/\1/')
	[ -n "$peer" ]
}
eventually has_peer
sleep 0.2 # the probes are bytes that it has sent before, and were acknowledged
is "${title}every hop of a connection" "$back 10.1.1.10" \
	"$(target timeout "$hang" "$ctl" --socket "$control" trace "$target4:7" "$peer" 2>&1 | hops)"
before=$(number counters no_flight)
sixteen "TCP beside it" "$path" traceroute.db -n -w 5,0,0 -T -s 10.1.1.SOURCE "$target4"
is "${title}each answer is counted once" "$before" "$(number counters no_flight)"
kill "$visitor"
