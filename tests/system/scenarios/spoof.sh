#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturnctl spoof-check between two hosts, with a network between them that lets foreign sources
# pass, and one that does not; and what uturnd does then with `answer-from auto`.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
saved=/var/lib/uturn/spoof-check
listener_pid=""
mount -t tmpfs uturn-spoof /var/lib || give_up "a /var/lib of our own"

# start_listener [OPTION...]: on the prober; what it says is in $work/listener
start_listener() {
	: >"$work/listener"
	"$uturn_lab" run prober "$ctl" spoof-check --listen "$@" >"$work/listener" 2>&1 &
	listener_pid=$!
	started "the listener" "$work/listener" "$listener_pid" '^listening'
}

stop_listener() {
	kill -INT "$listener_pid"
	wait "$listener_pid"
	is "${title:-}the listener ends when it is told to" 0 $?
}

# check STATUS REGEX ARGUMENT...: spoof-check on the target
check() {
	local output status expected=$1 regex=$2

	shift 2
	output=$(target timeout "$hang" "$ctl" spoof-check "$@" 2>&1)
	status=$?
	is "${title:-}spoof-check $*: status" "$expected" "$status"
	has "${title:-}spoof-check $*" "$regex" "$output"
}

# source_validation: what its provider does to the target's packets on b1
source_validation() {
	lab run b1 iptables -A FORWARD -i target ! -s 203.0.113.0/24 -j DROP || give_up "filter on b1"
	lab run b1 ip6tables -A FORWARD -i target ! -s 2001:db8:80::/64 -j DROP || give_up "filter on b1"
}

prober4=10.1.1.10
prober6=fd00:1:1::10
start_lab 3 4

title="no listener: "
check 2 "^$target4 -> $prober4: cannot tell: nothing arrived \(.*UDP port 30068 open" "$prober4"
check 2 "^$target6 -> $prober6: cannot tell: nothing arrived \(.*UDP port 7 open" --port 7 "$prober6"
check 2 "cannot tell" --save "$prober4"
[ ! -e "$saved" ]
is "${title}nothing saved" 0 $?

title="foreign sources pass: "
start_listener
check 0 "^$target4 -> $prober4: packets with a foreign source arrive: answer-from router works here" "$prober4"
check 0 "^$target6 -> $prober6: packets with a foreign source arrive: answer-from router works here" "$prober6"
check 0 "1 of 1 arrived from 10.2.4.1" --from 10.2.4.1 "$prober4"
check 0 "^$target6 -> $prober6: packets.* arrive:" prober
umask 077 # uturnd, which is not root, has to read it nevertheless
check 0 "^\{\"family\":4,\"verdict\":\"router\",\"from\":\"$target4\",\"to\":\"$prober4\"" --json --save prober
has "${title}saved (IPv4)" "^answer-from4 router # .* 203.2.113.80 -> $prober4 arrives" "$(cat "$saved")"
has "${title}saved (IPv6)" "^answer-from6 router # .* 2001:db0:80::80 -> $prober6 arrives" "$(cat "$saved")"
umask 022
is "${title}saved for everybody to read, and nothing else" "755 /var/lib/uturn 644 $saved" \
	"$(stat -c '%a %n' /var/lib/uturn /var/lib/uturn/* | paste -sd " ")"
eventually said "$work/listener" ' arrived$' 7
has "${title}the listener tells of each test" "  $target4: 1 of its own, 1 from 10.2.4.1 arrived" "$(cat "$work/listener")"
is "${title}and of every one" 7 "$(grep -c ' arrived$' "$work/listener")"
stop_listener
start_listener --count 1 --port 7
check 0 "arrive:" --port 7 "$prober4"
wait "$listener_pid"
is "${title}--count ends the listener" 0 $?

title="source validation: "
start_listener
source_validation
check 1 "^$target4 -> $prober4: .* do not arrive: set 'answer-from self' \(uturnd.conf\(5\)\)" "$prober4"
check 1 "0 of 4 arrived from 2001:db0:80::80, 11 of 11 from our own" "$prober6"
has "${title}--save of one family keeps the other: status" "^1$" \
	"$(target "$ctl" spoof-check --save "$prober6" >/dev/null; echo $?)"
has "${title}--save of one family keeps the other" "^answer-from4 router # .*answer-from6 self # .* does not" \
	"$(tr '\n' ' ' <"$saved")"
check 1 "do not arrive" --save -4 prober
lab run b1 iptables -I FORWARD -i target -s 203.0.113.200 -j ACCEPT
check 0 " arrive:.*" --from 203.0.113.200 "$prober4"
title="a NAT: "
lab run b1 iptables -t nat -A POSTROUTING -o b2 -p udp -j SNAT --to 10.2.2.254
lab run b1 iptables -I FORWARD -i target -j ACCEPT
check 1 "our own address arrived as 10.2.2.254" "$prober4"
check 1 "4 more arrived with another source" "$prober4"
lab run b1 iptables -D FORWARD -i target -j ACCEPT
lab run b1 iptables -t nat -F
stop_listener

title="misused: "
check 2 "a host is missing" --save
check 2 "--listen takes no host" --listen prober
check 2 "no number from 1 to 65535" --port 0 prober
check 2 "no unicast host's address" --from 127.0.0.1 prober
check 2 "address of this host" --from "$second4" prober
check 2 "is this host itself" "$target4"
check 2 "no address to test in IPv6" -6 "$prober4"
has "${title}without CAP_NET_RAW" "needs CAP_NET_RAW" \
	"$(target setpriv --bounding-set -net_raw "$ctl" spoof-check "$prober4")"

# all that leaves the target is filtered still: only answers of its own arrive
title="answer-from auto: "
apply_rules
start_uturnd "answer-from auto
$secondary"
answers_from_self
rm "$saved"
restart_uturnd "answer-from auto
$secondary"
has "${title}without a verdict it is router" "^$there second \*" \
	"$(prober traceroute.db -n -q 1 -w 5,0,0 -m 8 "$target4" | hops)"
echo "answer-from4 slef" >"$saved"
has "${title}a broken verdict is an error" "^$saved:1: neither .*run \`uturnctl spoof-check --save\` again, or remove" \
	"$(target "$build/uturnd" -n -f "$work/uturnd.conf" 2>&1)"
