#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-web and uturnd together, over real routers: every hop, over every version of HTTP, through a NAT and a strict
# firewall; many at once; each of them killed and started again; the page in a browser behind the NAT.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"
. "$helpers/line-lib.sh"

export HOME=$work
chmod 755 "$work"
make_pair first
"$helpers/write-mmdb" "$work/places.mmdb" geolite || give_up "write a database"
lines="listen [::]:80
listen [::]:443 tls
certificate $work/first.crt
key $work/first.key
mmdb $work/places.mmdb
resolve no
user root
metrics 10.1.1.10
limit 100000/m traces-per-prefix
limit 100000/m traces
limit 1000 connections-per-prefix"

web_in=()
in_target() {
	web_in=("$uturn_lab" ${lab_name:+--name "$lab_name"} run target)
}

get() { prober curl -sSkN --max-time "$hang" "$@"; }
# the shown path as names, with what the last line says
shown() { hops <<<"$1" | sed -E 's/(10\.1\.1\.10|fd00:1:1::10|192\.168\.7\.10|fd00:7:7::10)$/you/'; }

# everyway PATH4 PATH6: both families, every HTTP
everyway() {
	local address wanted how output started took

	for address in "$target4" "[$target6]"; do
		wanted=$1
		[[ $address != *:* ]] || wanted=$2
		for how in "--http1.1 http://$address" "--http2-prior-knowledge http://$address" "--http1.1 https://$address" \
			"--http2 https://$address"; do
			started=$EPOCHREALTIME
			# shellcheck disable=SC2086 # words
			output=$(get $how/)
			took=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $started }")
			is "$title$how" "$wanted" "$(shown "$output")"
			has "$title$how, its end" '^reached you: ' "$output"
			echo "# $title$how took $took s"
		done
	done
}

# ---- without NAT ----

title="no NAT: "
start_lab 3 4
in_target
start_uturnd "inband on"
start_web "$lines"
everyway "b1 b2 b3 b4 you" "b1 b2 b3 b4 you"
before=$(get "http://$target4/metrics" | awk '$1 == "uturn_web_traces_total" {print $2}')
get --http2 -Z "https://$target4/json" -o "$work/one" "https://$target4/json" -o "$work/two" 2>/dev/null
paths() { sed -nE 's/^\{"ttl":([0-9]+),"ip":"([^"]*)".*/\1 \2/p' "$1" | sort -nu | awk '{printf "%s ", $2}'; }
is "${title}two streams on one connection: all of it" "10.2.1.1 10.2.2.1 10.2.3.1 10.2.4.1 10.1.1.10  the same" \
	"$(paths "$work/one") $([ "$(paths "$work/one")" = "$(paths "$work/two")" ] && echo the same)"
has "${title}place and network" '"ip":"10.2.3.1".*"asn":64501,.*"city":"Köln"' "$(cat "$work/one")"

# ---- many at once, and programs that go ----

traces() { target "$build/uturnctl" --socket "$control" --json status | grep -oE '"traces": ?[0-9]+' | grep -oE '[0-9]+$'; }
descriptors() { find "/proc/$1/fd" | wc -l; }
crowd() {
	local i
	for i in {1..100}; do
		get "http://$target4/" >"$work/crowd.$i" &
		crowd[i]=$!
	done
}
crowd=()
crowd
wait "${crowd[@]}"
right=0
for i in {1..100}; do
	[ "$(shown "$(cat "$work/crowd.$i")")" != "b1 b2 b3 b4 you" ] || right=$((right + 1))
done
is "${title}a hundred at once: all right" 100 "$right"
no_trace() { [ "$(traces)" = 0 ]; }
eventually no_trace
is "${title}and nothing left of them" 0 "$(traces)"
uturnd=$(pgrep -n -f "uturnd -f $work/uturnd.conf")
idle=$(descriptors "$uturnd")
lab run b2 iptables -A OUTPUT -p icmp -j DROP
started=$EPOCHREALTIME
is "${title}a silent router" "b1 * b3 b4 you" "$(shown "$(get "http://$target4/")")"
echo "# ${title}it took $(awk "BEGIN { print $EPOCHREALTIME - $started }") s, most of them for the router"
lengthen 400 # traces last longer now
crowd
is_busy() { [ "$(traces)" -gt 0 ]; }
eventually is_busy
is "${title}under load" 0 $?
kill -KILL "$web_pid"
wait "$web_pid" "${crowd[@]}" 2>/dev/null
is_idle() { [ "$(traces)" = 0 ] && [ "$(descriptors "$uturnd")" = "$idle" ]; }
eventually is_idle
is "${title}uturn-web killed under load: no trace left" 0 "$(traces)"
is "${title}and no descriptor" "$idle" "$(descriptors "$uturnd")"
lab run b2 iptables -F OUTPUT
shorten
start_web "$lines"
is "${title}started again" "b1 b2 b3 b4 you" "$(shown "$(get "http://$target4/")")"
stop_uturnd KILL
has "${title}uturnd killed: said" '^Tracing is not available on this server at the moment' "$(get "http://$target4/")"
start_uturnd "inband on"
is "${title}and started again" "b1 b2 b3 b4 you" "$(shown "$(get "http://$target4/")")"
stop_web
stop_uturnd
lab down >/dev/null

# ---- through NAT and a strict firewall ----

title="NAT and firewall: "
start_lab 3 4 --nat=firewall
start_uturnd "inband on"
start_web "$lines"
everyway "b1 b2 b3 b4 10.1.1.10 you" "b1 b2 b3 b4 n you" # both ends of the NAT have the public address
output=$(prober timeout 60 "$helpers/browser" size 1180x900 open "https://$target4/" wait 'document.querySelector(".good")' \
	print 'document.querySelectorAll("tbody th[scope]").length + " hops, " + document.querySelectorAll(".path .nat").length + " NAT"' quiet 2>&1)
is "${title}the page in a browser" "6 hops, 1 NAT" "$output"
stop_web
