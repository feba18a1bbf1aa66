#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-history: the traces of a real uturnd, over its socket and through a pipe; what it tells of two months of generated
# traces, in which it is known what has changed; and what it says about wrong lines.

. "$(dirname "$0")/../helpers/lib.sh"

history=$build/uturn-history
ctl=$build/uturnctl
db=$work/history.db
export TZ=UTC

# kept [OPTION...] COMMAND...: asked of the database
kept() { timeout "$hang" "$history" -D "$db" "$@" 2>&1; }
has_series() { [ "$(kept list | wc -l)" -ge "$1" ]; }
has_traces() { [ "$(kept -j stats | jq .traces 2>/dev/null)" -ge "$1" ] 2>/dev/null; }

# ---- a real uturnd ----

start_lab 2 3
apply_rules
start_uturnd
"$helpers/write-mmdb" "$work/as.mmdb" geolite
cat >"$work/history.conf" <<END
source $control web1
database $db
mmdb $work/as.mmdb
user root
END

title="record: "
"$uturn_lab" run target "$history" -d -f "$work/history.conf" record 2>"$work/record.log" &
recorder=$!
started record "$work/record.log" "$recorder"
prober traceroute.db -n -U "$target4" >/dev/null
prober traceroute.db -n -I "$target4" >/dev/null
prober traceroute.db -n -U "$target6" >/dev/null
eventually has_traces 3
is "${title}the series, a prober's prefix alone" "10.1.1.0/24 icmp
10.1.1.0/24 udp
fd00:1:1::/48 udp" "$(kept -j list | jq -r '"\(.remote) \(.protocol)"' | sort)"
is "${title}whose they are" web1 "$(kept -j list | jq -r .host | sort -u)"
is "${title}the address of the prober is nowhere in the file" "" \
	"$(kept list 10.1.1.0/24 | grep -F 10.1.1.10)$(kept export | grep -E '10\.1\.1\.10"|fd00:1:1::10"')"
id=$(kept -j list 10.1.1.10 | jq -r 'select(.protocol == "udp").last_trace')
is "${title}the return path, hop by hop" "$back 10.1.1.0" "$(kept show "$id" | tail -n +2 | hops)"
is "${title}as many routers for list" "1 2 3 4" "$(kept -j list 10.1.1.0/24 | jq -r 'select(.protocol == "udp").routers | map(.ttl) | join(" ")')"
is "${title}a trace that is not there" "1 uturn-history: show: no trace 1-1 (it may be older than what is kept)" \
	"$(kept show 1-1 >"$work/out"; echo "$? $(cat "$work/out")")"

title="uturnd restarts: "
restart_uturnd
wait_for "$work/record.log" 'closed the connection; it is tried again each second'
prober traceroute.db -n -U "$target4" >/dev/null
eventually has_traces 4
is "${title}nothing twice" 4 "$(kept -j stats | jq .traces)"

title="traces -f: "
"$uturn_lab" run target "$ctl" --socket "$control" traces -fj -n 1024 >"$work/followed" 2>"$work/followed.err" &
follower=$!
wait_for "$work/followed" '"hops":\[\{"ttl":1,'
prober traceroute.db -n -I "$target4" >/dev/null
wait_for "$work/followed" '"protocol":"icmp".*"hops":'
kill -INT "$follower"
wait "$follower"
is "${title}exit status" 0 $?
eventually has_traces 5
is "${title}what the pipe has told is what the socket has" '{"added":0,"duplicates":2}' "$(kept -j -H web1 import "$work/followed")"
has "${title}one or all" 'traces: -f follows all traces .leave out the identifier.' "$(target "$ctl" --socket "$control" traces -f 1 2>&1)"

kill "$recorder"
wait "$recorder"
is "record: exit status" 0 $?
stop_uturnd

# ---- what is known of generated traces ----

db=$work/made.db
"$compiled/history_traces" 40 20 60 1796000000 >"$work/made" 2>"$work/truth"
title="changes: "
is "${title}import" '{"added":48000,"duplicates":0}' "$(kept -j import "$work/made")"
# the time of the first trace after it, to the second; the last hours are too few to tell
awk '$1 < 1795900000 { print $1, $2, $3 }' "$work/truth" | sort >"$work/expected"
kept -j -n 1000 changes | jq -r 'select(.kind == "path" and .time < 1795900000) | "\(.time | floor) \(.remote) \(.ttl)"' | sort >"$work/found"
is "${title}balancers and silence are none, all others are told" "" "$(diff "$work/expected" "$work/found")"
kept changes -s 2026-11-01 >/dev/null
is "${title}exit status where there are some" 1 $?
kept changes -s 2027-01-01 >/dev/null
is "${title}and where there are none" 0 $?
read -r at prefix hop < <(tail -n 1 "$work/expected")
has "${title}of one prefix, with what has gone and come" \
	"^$(date -d "@$at" '+%F %T')  $prefix  from 198\.51\.100\.1 at [^ ]+, uturn, udp  hop $hop  path  100\.[0-9.]+ gone, 100\.[0-9.]+ new  \(before: " \
	"$(kept changes "$prefix" | sed 's/ gone  / gone, /')"
is "${title}of another" "" "$(kept changes 192.0.2.0/24)"

title="list: "
got=$(kept list 20.0.7.0/24 -s 2026-09-01)
has "${title}the series" '^20\.0\.7\.0/24  from 198\.51\.100\.1 at [^ ]+, uturn, udp: 1200 traces, the last 2026-11-29 ' "$got"
has "${title}a median for each of 60 days, as blocks" '^  delay ([▁▂▃▄▅▆▇█]|[^ -~]{3}){60,61} [0-9.]+ to [0-9.]+ ms, median per day, 2026-10-01 to 2026-11-29' "$got"
has "${title}a balancer" '^     3  10\.4\.' "$got"
kept list 192.0.2.0/24 >/dev/null
is "${title}exit status where nothing is kept" 1 $?
has "${title}a word that is none" "'AS' is neither a prefix, such as 192.0.2.0/24, nor an AS, such as AS64500" "$(kept list AS)"
is "${title}uplinks" "10.0.0.1 10.0.1.1" "$(kept -j stats -s 2026-11-20 | jq -r '.uplinks | map(.router) | sort | join(" ")')"

title="export: "
kept export >"$work/exported"
db=$work/again.db
is "${title}import takes it" '{"added":48000,"duplicates":0}' "$(kept -j import "$work/exported")"
is "${title}and it is the same" "" "$(kept export | sort | diff <(sort "$work/exported") - | head -n 3)"
is "${title}with the same changes" "$(wc -l <"$work/expected")" \
	"$(kept -j -n 1000 changes | jq -r 'select(.kind == "path" and .time < 1795900000) | .time' | wc -l)"
is "${title}nothing twice" '{"added":0,"duplicates":48000}' "$(kept -j import "$work/exported")"

# traces of uturn-trace with their flows, of which one is there twice
db=$work/flows.db
is "${title}traces of uturn-trace" '{"added":6,"duplicates":1}' "$(kept -j import "$helpers"/../../unit/uturn-trace/formats/*.json)"
kept export >"$work/exported"
is "${title}with their flows" 6 "$(jq -c 'select(.flows | length > 0)' "$work/exported" | wc -l)"
is "${title}nothing else twice" '{"added":0,"duplicates":6}' "$(kept -j import "$work/exported")"

# ---- wrong lines ----

title="import: "
db=$work/wrong.db
head -n 3 "$work/made" >"$work/wrong"
echo '{"id":4,"time":"now"}' >>"$work/wrong"
sed -n 4,6p "$work/made" >>"$work/wrong"
kept import "$work/wrong" >"$work/out"
is "${title}exit status" 1 $?
has "${title}names file, line and cause" "wrong:4: not a trace: \"prober\" and \"target\" are not addresses; the traces before it are kept" "$(cat "$work/out")"
is "${title}and keeps those before" 3 "$(kept -j stats | jq .traces)"
head -c 700 "$work/made" | kept import - >"$work/out"
has "${title}half a line" "standard input:1: ends within an object" "$(cat "$work/out")"
has "${title}a trace without hops" '"hops" are missing: make it by uturnctl traces -f --json' \
	"$(sed -n 1p "$work/made" | sed 's/,"hops":.*/}/' | kept import -)"
cp "$build/uturn-history" "$work/words"
db=$work/words
has "${title}a file that is no database" 'not a database of uturn-history: name another file' "$(kept import "$work/made")"
is "${title}which stays as it is" "" "$(cmp "$build/uturn-history" "$work/words")"
