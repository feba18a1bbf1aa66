#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-trace(1): every path there, and where the host helps every path back, of both families and all protocols;
# with privilege and as nobody; and what it says and returns where something is wrong.

. "$(dirname "$0")/../helpers/lib.sh"

trace=$build/uturn-trace
prober4=10.1.1.10
prober6=fd00:1:1::10

# traced [OPTION...] TARGET: into $got, with its exit status in $status
traced() {
	got=$(prober "$trace" --no-resolve "$@" 2>"$work/stderr")
	status=$?
}

# The hops of $got in one line: addresses, those of one hop joined by "/", in the order of their numbers
hop_list() {
	awk '/^(there|back)/ {line = line sep "|"; sep = " "; next}
		/^ *[0-9]+  / {line = line sep $2; sep = " "; next}
		/^    [0-9a-f*]/ {line = line "/" $1}
		END {print line}' <<<"$got"
}

# so many routers at each of the two hops that are wide
width() { awk '/^ *[0-9]+  / {hop = $1} /^ *[0-9]+  |^    [0-9a-f]/ {n[hop]++} END {print n[2], n[6]}' <<<"$got"; }

forward4="| 10.1.1.1 10.1.2.1 10.1.3.1 $target4"
forward6="| fd00:1:1::1 fd00:1:2::1 fd00:1:3::1 $target6"
return4="| 10.2.1.1 10.2.2.1 10.2.3.1 10.2.4.1 $prober4"
return6="| fd00:2:1::1 fd00:2:2::1 fd00:2:3::1 fd00:2:4::1 $prober6"

# both_ways CASE [OPTION...]: forward and return path complete, of both families
both_ways() {
	traced "${@:2}" "$target4"
	is "$1" "0 $forward4 $return4" "$status $(hop_list)"
	traced "${@:2}" "$target6"
	is "$1, IPv6" "0 $forward6 $return6" "$status $(hop_list)"
}

# ---- without uturnd ----

start_lab 3 4
for protocol in udp tcp icmp; do
	traced --"$protocol" "$target4"
	is "a host without uturnd, $protocol" "0 $forward4" "$status $(hop_list)"
	traced --"$protocol" "$target6"
	is "a host without uturnd, $protocol, IPv6" "0 $forward6" "$status $(hop_list)"
done

# ---- uturnd ----

apply_rules --request
start_uturnd
for protocol in udp tcp icmp; do both_ways "return path, $protocol" --"$protocol"; done
restart_uturnd "$secondary"
both_ways "another address at the inflection point"
restart_uturnd "answer-from self"
both_ways "answers from uturnd's own address"
restart_uturnd "request on"
for protocol in udp tcp icmp; do both_ways "by request, $protocol" --reverse request --"$protocol"; done
traced --reverse none "$target4"
is "--reverse none" "0 $forward4" "$status $(hop_list)"
target "$build/uturn-rules" remove >/dev/null
target "$build/uturn-rules" apply --request --hops 1 >/dev/null 2>&1
traced "$target4"
has "--reverse auto asks a server where nothing is turned" "^back, by request" "$got"

# ---- files ----

prober "$trace" --no-resolve --format json "$target4" >"$work/trace.json"
prober "$trace" --no-resolve -o "$work/saved.json" -o "$work/saved.txt" "$target4" >"$work/nothing"
is "-o writes files, and nothing else" " 1 1" "$(cat "$work/nothing") $(grep -c '^{"uturn-trace":1' "$work/saved.json") $(grep -c ' probes, ' "$work/saved.txt")"
is "JSON is valid" 0 "$(python3 -m json.tool "$work/trace.json" >/dev/null 2>&1 || perl -MJSON::PP -e 'local $/; decode_json(<>)' "$work/trace.json" >/dev/null; echo $?)"
is "show prints the same JSON again" "$(cat "$work/trace.json")" "$("$trace" show --format json "$work/trace.json")"
has "show as text" "^203.0.113.80, udp, [0-9]+ flows; anything missing: less than" "$("$trace" show "$work/trace.json")"
has "show as dot" "^	t1a -> t2a " "$("$trace" show --format dot "$work/trace.json")"
# the third line has the flows
sed -E 's/"sport":[0-9]+/"sport":70000/' "$work/trace.json" >"$work/wrong.json"
has "a wrong file" "^uturn-trace: .*/wrong.json: line [0-9]+: \"sport\" is 70000, not 0..65535" \
	"$("$trace" show "$work/wrong.json" 2>&1)"

# ---- exit statuses and errors ----

# fails CASE STATUS REGEX COMMAND...
fails() {
	local said status

	said=$(prober "${@:4}" 2>&1 >/dev/null)
	status=$?
	is "$1: exit status" "$2" "$status"
	has "$1" "$3" "$said"
}

fails "no such host" 2 "^uturn-trace: example.invalid: (no such host|Temporary failure in name resolution)" "$trace" example.invalid
fails "no target" 2 "a target is missing" "$trace"
fails "two targets" 2 "one target at a time" "$trace" a b
fails "a wrong option" 2 "^uturn-trace: --rate: '0' is not a number between 1 and 10000" "$trace" --rate 0 "$target4"
fails "no file" 2 "^uturn-trace: /nowhere: No such file or directory" "$trace" show /nowhere
traced --reverse none --max-ttl 2 "$target4"
is "not reached" "1 | 10.1.1.1 10.1.2.1" "$status $(hop_list)"
has "not reached is said" "^not reached" "$got"
traced --deadline 4s --timeout 300ms 203.0.113.99
is "an address that nobody has" 1 "$status"

# ^C: what is known so far. A rate of one probe a second takes longer than we wait.
prober "$trace" --no-resolve --rate 4 "$target4" >"$work/out" 2>&1 &
pid=$!
sleep 2 # time for some of its answers
tracing=$(pgrep -P "$pid" -x uturn-trace || echo "$pid")
is "while it runs: no privileges to be had, a filter of system calls" "0000000000000000 1 2" \
	"$(awk '/^CapPrm/ {c = $2} /^NoNewPrivs/ {n = $2} /^Seccomp:/ {s = $2} END {print c, n, s}' "/proc/$tracing/status")"
kill -INT "$tracing"
wait "$pid"
is "^C: exit status" 130 $?
has "^C prints what is known" " probes, [0-9.]+ s" "$(cat "$work/out")"

# ---- without privilege ----

nobody=$work/nobody
install -m 755 "$trace" "$nobody"
chmod 755 "$work"
if [ "$users" = 1 ] || ! command -v setpriv >/dev/null; then
	skip "as nobody" "needs root, and setpriv"
else
	as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$nobody" --no-resolve)
	fails "tcp as nobody" 3 \
		"^uturn-trace: tcp needs CAP_NET_RAW: setcap cap_net_raw\\+ep /usr/bin/uturn-trace \\(udp works without\\)" \
		"${as_nobody[@]}" --tcp "$target4"
	target "$build/uturn-rules" remove >/dev/null
	got=$(prober "${as_nobody[@]}" "$target4" 2>"$work/stderr")
	is "as nobody" "$forward4" "$(hop_list)"
	has "as nobody: what is missing" "^uturn-trace: without CAP_NET_RAW" "$(cat "$work/stderr")"
	apply_rules
	for inflection in target silent auto; do
		restart_uturnd "inflection $inflection"
		got=$(prober "${as_nobody[@]}" --plain "$target4" 2>"$work/stderr")
		is "as nobody, return path, inflection $inflection" "$forward4 $return4" "$(hop_list)"
		is "as nobody, --plain says nothing, inflection $inflection" "" "$(cat "$work/stderr")"
		got=$(prober "${as_nobody[@]}" --plain "$target6")
		is "as nobody, return path, IPv6, inflection $inflection" "$forward6 $return6" "$(hop_list)"
	done
fi
stop_uturnd
lab down

# ---- the limits of a stock Linux: six ICMP errors at once, then one a second to each prober ----

# at_once_too CASE HOPS [OPTION...] TARGET: nothing is waited for
at_once_too() {
	traced "${@:3}"
	is "$1" "0 $2 at once" "$status $(hop_list) $(awk 'END {print ($3 < 1) ? "at once" : $0}' <<<"$got")"
}

start_lab 3 4 --icmp-limit
for host in 11 12 13; do # each has answers of its own
	lab run prober ip address add "10.1.1.$host/24" dev lan
	lab run prober ip address add "fd00:1:1::$host/64" dev lan nodad
done
at_once_too "stock limits" "$forward4" --source 10.1.1.11 "$target4"
at_once_too "stock limits, IPv6" "$forward6" --source fd00:1:1::11 "$target6"
at_once_too "stock limits, --plain" "$forward4" --plain --source 10.1.1.12 "$target4"
at_once_too "stock limits, --plain, IPv6" "$forward6" --plain --source fd00:1:1::12 "$target6"
apply_rules
start_uturnd
at_once_too "stock limits, return path" "$forward4 ${return4/$prober4/10.1.1.13}" --source 10.1.1.13 "$target4"
at_once_too "stock limits, return path, IPv6" "$forward6 ${return6/$prober6/fd00:1:1::13}" --source fd00:1:1::13 "$target6"
stop_uturnd
lab down

# ---- behind a NAT box, where the other end sees another address of this host ----

start_lab 3 4 --nat=firewall
apply_rules --request
start_uturnd "request on"
traced --reverse request "$target4"
is "behind NAT, by request" "0 ${forward4/|/| 192.168.7.1} ${return4/$prober4/192.168.7.10}" "$status $(hop_list)"
traced "$target4"
is "behind NAT" "0 ${forward4/|/| 192.168.7.1} ${return4/$prober4/$prober4 192.168.7.10}" "$status $(hop_list)"
stop_uturnd
lab down

# ---- load balancers, and what changes ----

# compare: two traces of the same eight routers, and one after w7 has left
compare() {
	local i hops="" watching inode

	for i in 1 2; do prober "$trace" --no-resolve --format json "$target4" >"$work/$i.json"; done
	# round-trip times change on a busy machine, and that is all
	is "diff: nothing has changed" "" "$("$trace" diff "$work/1.json" "$work/2.json" | grep -vE '^(there|back) +hop [0-9]+\+? +(delay|maybe|remapped) ')"
	for i in 1 2 3 4 5 6; do hops+=" nexthop via 10.3.$i.1"; done
	prober "$trace" --no-resolve --watch 1s -o "$work/watched.json" "$target4" >"$work/watched" 2>&1 &
	watching=$!
	eventually [ -e "$work/watched.json" ] || give_up "--watch: the first trace" "$(tr '\n' '|' <"$work/watched")"
	inode=$(stat -c %i "$work/watched.json")
	# shellcheck disable=SC2086 # words
	lab run f1 ip route replace 203.0.113.0/24 nexthop via 10.1.2.1 $hops
	wait_for "$work/watched" "^....-..-..T..:..:..Z  there  hop 2 +path .*10\.3\.7\.1.* gone"
	ok "--watch: a router has left"
	isnt_that() { [ "$(stat -c %i "$work/watched.json")" != "$inode" ]; }
	eventually isnt_that
	is "--watch: -o is written again" 0 $?
	kill -INT "$(pgrep -P "$watching" -x uturn-trace || echo "$watching")"
	wait "$watching"
	is "--watch: ^C" 130 $?
	prober "$trace" --no-resolve --format json "$target4" >"$work/3.json"
	got=$("$trace" diff "$work/2.json" "$work/3.json")
	is "diff: a router has left, exit status" 1 $?
	has "diff: a router has left" "^there  hop 2 +path +10.3.7.1 gone  [0-9]+ of [0-9]+ flows moved" "$got"
	prober "$trace" --no-resolve --tcp --format json "$target4" >"$work/4.json"
	got=$("$trace" diff "$work/3.json" "$work/4.json" 2>&1)
	is "diff: of another protocol, exit status" 2 $?
	has "diff: of another protocol" "^uturn-trace: .*/3.json is udp to $target4, .*/4.json tcp to $target4: nothing to compare" "$got"
}

# wide_path CASE "THERE BACK" [OPTION...] TARGET: so many routers at the hops that are wide
wide_path() {
	for _ in 1 2; do # wrong in one run of twenty at most; twice in one of four hundred
		traced "${@:3}"
		[ "$(width)" != "$2" ] || break
	done
	is "$1, ${*: -1}" "$2" "$(width)"
	echo "# $(tail -n 1 <<<"$got"), $(head -n 1 <<<"$got")"
}

for direction in there back; do
	start_lab 3 4 --wide-$direction 8
	apply_rules
	start_uturnd
	[ $direction = there ] && widths="8 1" || widths="1 8"
	for address in "$target4" "$target6"; do
		wide_path "8 routers in parallel $direction" "$widths" "$address"
		wide_path "8 routers in parallel $direction, --plain" "$widths" --plain "$address"
	done
	stop_uturnd
	lab down
done

for wide in 2 8 16 64; do
	start_lab 3 4 --wide $wide
	apply_rules
	start_uturnd
	for address in "$target4" "$target6"; do wide_path "$wide routers in parallel" "$wide $wide" "$address"; done
	[ "$wide" != 8 ] || compare
	stop_uturnd
	lab down
done

# what the limits of a stock Linux leave unknown at the deadline is said
start_lab 3 4 --wide 8 --icmp-limit
traced --deadline 4s "$target4"
has "stock limits: the bound" "^$target4, udp, [0-9]+ flows; bound [0-9.]+, wanted 0.05: " "$got"
has "stock limits: the limited router" "^ 1  10.1.1.1 .* limited, " "$got"
is "stock limits: the deadline" 0 "$(awk 'END {print ($3 < 4 || $3 > 10)}' <<<"$got")"
lab down
