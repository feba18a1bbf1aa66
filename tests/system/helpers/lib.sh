#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every scenario of tests/system needs; sourced by it. A scenario runs in a world of its
# own (see run), starts a lab and uturnd in it, and states cases. Each case is one line:
#
#     ok SCENARIO: CASE (seconds)  |  not ok SCENARIO: CASE: expected ... got ...  |  skip SCENARIO: CASE: why
#
# A scenario whose exit status is not 0 has failed. After "title=..." every case says so first.

# shellcheck disable=SC2034,SC2119,SC2120 # used by the scenarios

set -u

helpers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$helpers/../../.." && cd "${BUILD:-build}" && pwd) || exit 1
compiled=$build/tests/helpers # those in C, which run and matrix have built
scenario=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/uturn-$scenario.XXXXXX")
PATH=/usr/sbin:/sbin:$PATH # where ordinary users do not look; and lft is LFT there, but traceroute's own imitation in /usr/bin
export XTABLES_LOCKFILE=$work/xtables.lock

target4=203.0.113.80
target6=2001:db8:80::80
second4=203.0.113.81
second6=2001:db8:80::81
secondary="inflection $second4
inflection $second6" # for the configuration
within=3             # seconds that a case takes on a quiet machine; a line says so when it was more
patience=60          # after so many seconds a client hangs, and is ended
hang=60              # and so does what an event is waited for
uturnd_pid=""
control=$work/control

# A traceroute a person starts fits the default limit of 200 probes a second; dozens of them in
# a row do not, so scenarios raise it. limits="" keeps the defaults.
limits="limit 100000/s per-prober"

# Linux traceroute waits for the other probes of a hop only three times as long as the first one
# took (-w MAX,HERE,NEAR). In a lab of microseconds that is less than a time slice of the CPU, and
# stars appear though no answer was lost, with or without uturnd; other clients have their own limits.
# Hence: a client is started as people start it, and where it misses an answer it is asked again, and
# told to wait (see patiently); what it shows then counts. One that is told so at first has one try only.
tries=3

# scamper gives up its groups, and in a user namespace of one user it cannot
read -r _ _ users </proc/self/uid_map
can_scamper=$([ "$users" = 1 ] || echo yes)
scamper_needs="needs root: scamper gives up its groups, and in a user namespace of one user it cannot"

# ---- the lines we print ----

ok() { verdict=ok && printf 'ok %s: %s\n' "$scenario" "$1"; }
not_ok() { verdict="not ok" && printf 'not ok %s: %s: %s\n' "$scenario" "$1" "$2"; }
skip() { printf 'skip %s: %s: %s\n' "$scenario" "$1" "$2"; }

# is CASE EXPECTED GOT
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected '$2' got '$3'"
	fi
}

# has CASE REGEX TEXT
has() {
	if grep -Eq -- "$2" <<<"$3"; then
		ok "$1"
	else
		not_ok "$1" "expected a line like '$2' got '$(tr '\n' '|' <<<"$3")'"
	fi
}

# give_up WHY: what follows would only repeat the failure
give_up() {
	not_ok "$1" "${2:-expected to work}"
	exit 1
}

# eventually COMMAND...: waits until it succeeds; fails when that takes so long that it never will
eventually() {
	local end=$((SECONDS + hang))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return
		sleep 0.02
	done
}

# said FILE REGEX [COUNT]: so many lines are like it
said() { [ "$(grep -Ecs -- "$2" "$1")" -ge "${3:-1}" ] 2>/dev/null; }

# wait_for FILE REGEX [COUNT]: until so many lines are like it
wait_for() { eventually said "$@" || give_up "wait for '$2' in ${1##*/}" "$(tail -n 5 "$1" | tr '\n' '|')"; }

# started NAME LOG PID [REGEX]: until the log has it, "ready" if it is left out; ends us if the process has ended, or says nothing
started() {
	eventually said_or_gone "$2" "${4:-\\<ready\\>}" "$3"
	said "$2" "${4:-\\<ready\\>}" || give_up "start $1" "$(tr '\n' '|' <"$2")"
}

said_or_gone() { said "$1" "$2" || ! kill -0 "$3" 2>/dev/null; }

# ---- the lab, the rules, uturnd ----

uturn_lab=$helpers/../../../tools/uturn-lab/uturn-lab
lab_name="" # another one, for labs beside each other
lab() { "$uturn_lab" ${lab_name:+--name "$lab_name"} "$@"; }
prober() { lab run prober "$@"; }
target() { lab run target "$@"; }

clean_up() {
	[ "${#beside[@]}" = 0 ] || kill "${!beside[@]}" 2>/dev/null
	lab down >/dev/null 2>&1
	rm -rf "$work"
}
beside=() # names of the labs beside this one, by process; see beside()
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# names PREFIX N -> "f1 f2 f3"
names() { seq -f "$1%g" -s " " "$2"; }

# start_lab THERE BACK [OPTION...]: also sets $there and $back to the names of the routers, and $path
# to the hops of a complete trace whose inflection point answers as the target itself
start_lab() {
	lab up --there "$1" --back "$2" "${@:3}" || give_up "start the lab"
	there=$(names f "$1")
	[[ $* != *--cgn* ]] || there="c $there"
	[[ $* != *--nat* && $* != *--cgn* ]] || there="n $there"
	back=$(names b "$2")
	path="$there target $back target"
}

apply_rules() {
	target "$build/uturn-rules" apply ${limits:+--limit none --limit-total none} "$@" >"$work/rules.log" 2>&1 ||
		give_up "apply the rules" "$(tr '\n' '|' <"$work/rules.log")"
}

# config TEXT: writes $work/uturnd.conf
config() { printf 'user root\ncontrol %s\nqueue 5\n%s\n%s\n' "$control" "$limits" "${1:-}" >"$work/uturnd.conf"; }

# start_uturnd [TEXT]: with these lines of configuration; returns when uturnd says it is ready
start_uturnd() {
	config "${1:-}"
	start_configured
}

# start_configured [COMMAND...]: with $work/uturnd.conf as it is, through a command if there is one
start_configured() {
	: >"$work/uturnd.log"
	"$uturn_lab" ${lab_name:+--name "$lab_name"} run target "$@" "$build/uturnd" -f "$work/uturnd.conf" 2>"$work/uturnd.log" &
	uturnd_pid=$!
	started uturnd "$work/uturnd.log" "$uturnd_pid"
}

# stop_uturnd [SIGNAL] -> its exit status in $stopped
stop_uturnd() {
	kill "-${1:-TERM}" "$uturnd_pid"
	wait "$uturnd_pid" 2>/dev/null
	stopped=$?
	uturnd_pid=""
}

# restart_uturnd TEXT: the same lab and rules, another configuration
restart_uturnd() {
	stop_uturnd
	start_uturnd "${1:-}"
}

# start_manager: a service manager that everybody may send to; every message it gets is a line of $work/heard
start_manager() {
	# shellcheck disable=SC2016 # perl's
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die;
		chmod 0666, $ARGV[0];
		$| = 1;
		while (defined recv $s, my $m, 1024, 0) { $m =~ s/\n/ /g; print "$m\n" }' "$work/notify" >"$work/heard" 2>&1 &
	manager_pid=$!
	eventually test -S "$work/notify" || give_up "start the service manager" "$(cat "$work/heard")"
}

# packets given to the queue since the rules were applied, both families, either backend
queued() {
	local save

	for save in iptables-legacy-save ip6tables-legacy-save iptables-nft-save ip6tables-nft-save; do
		! command -v "$save" >/dev/null || target "$save" -c 2>/dev/null
	done | sed -nE 's/^\[([0-9]+):.*-j NFQUEUE.*/\1/p' | awk '{ n += $1 } END { print n + 0 }'
}

# ---- several labs at the same time ----

# beside NAME COMMAND...: in the background, in a lab of its own
beside() {
	(live_beside "$@") >"$work/$1.out" 2>&1 &
	beside[$!]=$1
}

live_beside() {
	beside=()
	trap clean_up EXIT
	trap 'exit 143' TERM
	lab_name=$1
	work=$work/$1
	control=$work/control
	mkdir "$work"
	"${@:2}"
}

# wait for them, and say what each had to say
end_beside() {
	local i

	wait
	for i in "${!beside[@]}"; do cat "$work/${beside[i]}.out"; done
	beside=()
}

# at_once COUNT COMMAND...: as many at the same time, in the prober; SOURCE stands for 11, 12, ... -> how they ended, and how many did so
at_once() {
	local i pids=() words=("${@:2}")

	for ((i = 11; i < 11 + $1; i++)); do
		prober timeout "$patience" "${words[@]/SOURCE/$i}" >"$work/trace.$i" 2>&1 3>&- &
		pids[i]=$!
	done
	for i in "${!pids[@]}"; do
		wait "${pids[i]}"
		echo "status $? $(hops <"$work/trace.$i")"
	done >"$work/traces"
	sort "$work/traces" | uniq -c | sed 's/^ *//'
}

# together CASE HOPS COUNT COMMAND...: at_once, and all of them show these hops; asked again, as in expect_hops,
# for a busy machine may keep a probe waiting until it is too old to be answered
together() {
	local got expected="$3 status 0 $2" try

	for ((try = 1; try <= tries; try++)); do
		got=$(at_once "${@:3}")
		[ "$got" != "$expected" ] || break
	done
	[ "$try" = 1 ] || set -- "$1, try $((try > tries ? tries : try))"
	is "${title:-}$1" "$expected" "$got"
}

# ---- hops: a client's output as one line of names ----

# Any of the clients' output on stdin. A hop without an answer is *, one that lost some of its
# answers is NAME*, one with several addresses NAME/NAME, a mark such as !X is kept: NAME!X.
hops() {
	awk '
	function name(a,  part) {
		if (a ~ /^10\.[12]\.[0-9]+\.(1|254)$/ || a ~ /^fd00:[12]:[0-9]+::(1|254)$/) {
			split(a, part, /[.:]+/)
			if (part[4] == 254) part[3]--                       # the other end of the same link
			if (part[3] == 102) return "b2b"                    # --ecmp: the twin, and the way from it
			return (part[2] == 1 ? "f" : "b") part[3] % 100
		}
		if (a ~ /^(192\.168\.7\.1|fd00:7:7::1|fd00:1:1::7|fd00:7:8::10)$/) return "n"
		if (a ~ /^(100\.64\.7\.1|fd00:7:8::1|fd00:1:1::8)$/) return "c"
		if (a == "203.0.113.80" || a == "2001:db8:80::80") return "target"
		if (a ~ /^(203\.0\.113\.8[12]|2001:db8:80::8[12])$/) return "second" # --twin: of either host
		return a
	}
	function address(a) {
		gsub(/^[^0-9a-f]*(ip=)?|[(),]|\)$/, "", a)
		if (a ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(:[0-9]+)?$/) { sub(/:.*/, "", a); return a }
		return a ~ /^[0-9a-f:]+::[0-9a-f]*$/ ? a : ""
	}
	function hop(number,  i, a, who, seen, lost, marks) {
		for (i = 1; i <= NF; i++) {
			a = address($i)
			if (a != "") a = name(a)
			if (a != "" && !(a in seen)) { seen[a]; who = who (who == "" ? "" : "/") a }
			if ($i == "*" || $i ~ /^(100|[1-9][0-9]?)\.[0-9]%$/) lost = "*"
			if ($i ~ /^!/) marks = marks $i
		}
		if (who == "") { who = "*"; lost = "" }
		if (number == last && who == before) return
		last = number
		before = who
		line = line (line == "" ? "" : " ") who lost marks
	}
	/\[LOCALHOST\]/ { next }                                # tracepath
	/^ *[0-9]+\?: reply received/ { line = line " reply"; next } # tracepath: an answer without its address
	/^hop=[0-9]+ hoprtt/ { next }                           # hping3 ...
	/^hop=/ || /^len=/ || /^ICMP .*Unreachable from/ { hop(-NR); next }
	/^== Flow ID/ { line = "" }                             # dublin: the last flow counts
	/^[0-9a-f][0-9a-f.:]+ -> / {                            # scamper tracelb: its links
		for (i = 1; i <= NF; i += 2) {
			a = $i == "*" ? a "*" : name($i)                # a silent hop is known by the one before
			if (i < NF && !(a in linked)) { linked[a]; line = line (line == "" ? "" : " ") ($i == "*" ? "*" : a) }
		}
		final = " " a
	}
	/^\*\*/ { hop(-NR); next }                              # lft, about hops without an answer
	/^ *[0-9]+(:|\.\|--|\.)?[ \t]/ { hop($1 + 0) }          # all the others
	END { print line final }'
}

# both_ways COMMAND...: its hops; of ten flows all take one of two paths once in 500 times, so of
# the first of three that took both
both_ways() {
	local line

	for _ in 1 2 3; do
		line=$("$@" | hops)
		[[ $line != */* ]] || break
	done
	echo "$line"
}

# what two shown paths may differ in; scenarios have their own
settle() { cat; }

# patiently COMMAND...: into the array patient_words, the same client, told to wait longer for an answer
patiently() {
	local option value=5 name=1 i

	case $1 in
	traceroute.db) option=-w value=5,0,0 ;; # -w MAX,HERE,NEAR
	busybox) option=-w name=2 ;;
	inetutils-traceroute | tcptraceroute* | rltraceroute6 | tracert6) option=-w ;;
	mtr) option=-G ;;
	lft) option=-t value=2000 ;;
	scamper) patient_words=("${@/-w 1/-w 5}") && return ;;
	*) patient_words=("$@") && return ;; # waits for three seconds or more as it is
	esac
	patient_words=("${@:1:name}" "$option" "$value")
	for ((i = name + 1; i <= $#; i++)); do
		if [ "${!i}" = "$option" ]; then i=$((i + 1)); else patient_words+=("${!i}"); fi
	done
}

# expect_hops HOPS ENDING COMMAND...: the command shows exactly these hops, ends by itself, with status
# 0, and if ENDING (a regular expression) is given, in its own way; leaves what it showed in $got, and
# the seconds it took in $took
expect_hops() {
	local expected=$1 ending=$2 output started status try words=("${@:3}")
	local case=${title:-}${*:3}

	if ! command -v "$3" >/dev/null; then
		skip "$case" "$3 is not installed"
		return
	fi
	for ((try = 1; try <= tries; try++)); do
		started=$EPOCHREALTIME
		output=$(cd "$work" && prober timeout -k 1 "$patience" "${words[@]}" 2>"$work/client.err")
		status=$?
		took=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $started }")
		got=$(hops <<<"$output" | settle)
		[[ $got == *\** && $got != "$expected" && "$*" != *" -w 5,0,0"* ]] || break
		patiently "${@:3}"
		words=("${patient_words[@]}")
	done
	if [ "$got" != "$expected" ]; then
		not_ok "$case" "expected '$expected' got '$got' ($took s)"
	elif [ "$status" = 124 ]; then
		not_ok "$case" "expected to end by itself got no end in $patience s"
	elif [ "$status" != 0 ]; then
		not_ok "$case" "expected exit status 0 got $status: $(tr '\n' '|' <"$work/client.err")"
	elif [ -n "$ending" ] && ! grep -Eq -- "$ending" <<<"$output"; then
		not_ok "$case" "expected the ending '$ending' got '$(tail -n 3 <<<"$output" | tr '\n' '|')'"
	else
		[ "$try" = 1 ] || case+=", try $try"
		ok "$case ($took s$(awk "BEGIN { if ($took > $within) print \", more than $within\" }"))"
	fi
}

# clients HOPS <<TABLE: rows of "families | command | ending", where TARGET stands for the address;
# the ending may be left out; title, if set, is put before the name of every case
clients() {
	local expected=$1 families command ending words

	while IFS='|' read -r families command ending; do
		[[ $families =~ ^\ *(#|$) ]] && continue
		ending=$(sed -E 's/^ +| +$//g' <<<"$ending")
		read -ra words <<<"$command"
		[[ $families != *4* ]] || expect_hops "$expected" "$ending" "${words[@]//TARGET/$target4}"
		[[ $families != *6* ]] || expect_hops "$expected" "$ending" "${words[@]//TARGET/$target6}"
	done
}

# `answer-from self` with a second address: every hop of the return path is that address, and names its router
answers_from_self() {
	# shellcheck disable=SC2086
	clients "$there second $(printf 'second %.0s' $back)target" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T -p 80 TARGET
	END
	# RFC 5837: class 2, an incoming interface's address: AFI, reserved, the router; hex up to traceroute 2.1.3
	has "${title}names the router (IPv4)" "5  $second4 <(2/4:00010000,?0a020101>|INC:.*10\.2\.1\.1)" \
		"$(prober traceroute.db -n -w 5,0,0 -e -q 1 "$target4")"
	has "${title}names the router (IPv6)" "5  $second6 <(2/4:00020000,?fd000002,?0001|INC:.*fd00:2:1::1)" \
		"$(prober traceroute.db -n -w 5,0,0 -e -q 1 "$target6")"
}

# ---- ordinary services on the target, and clients of them ----

# start_services: a TCP and a UDP echo on port 7, both families
start_services() {
	: >"$work/services.log"
	target "$helpers/echo-server" 7 >"$work/services.log" 2>&1 &
	started "the services" "$work/services.log" $!
}

# ask tcp|udp ADDRESS -> what the service echoed
ask() {
	# shellcheck disable=SC2016 # for the inner shell
	prober timeout 30 bash -c 'exec 3<>"/dev/$0/$1/7" && echo "hello $0" >&3 && head -n 1 <&3' "$@" 2>&1
}

# served: three cases a family
served() {
	local address

	for address in "$target4" "$target6"; do
		is "${title:-}TCP service on $address" "hello tcp" "$(ask tcp "$address")"
		is "${title:-}UDP service on $address" "hello udp" "$(ask udp "$address")"
		has "${title:-}ping $address" "3 received, 0% packet loss" "$(prober ping -nc3 -i0.1 -W10 "$address")"
	done
}
