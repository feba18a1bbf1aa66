#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Figures for Prometheus: of `uturnctl metrics`, with uturnd and without, on standard output and in a file; and of uturn-web,
# to those who may read them.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

# metrics [OPTION...]: into $text, and the exit status into $status
metrics() {
	text=$(target timeout "$hang" "$build/uturnctl" --socket "$control" metrics "$@" 2>&1)
	status=$?
}

# value SAMPLE: its value in $text
value() { awk -v name="$1" '$1 == name {print $2}' <<<"$text"; }

# valid CASE: promtool has nothing to object to
valid() { is "$1: promtool check metrics" "0 " "$(promtool check metrics <<<"$text" >"$work/said" 2>&1; echo "$? $(cat "$work/said")")"; }

start_lab 3 4
metrics
is "no uturnd: exit status" 0 "$status"
is "no uturnd: is a figure" 0 "$(value uturn_up)"
valid "no uturnd"

start_uturnd
"$uturn_lab" run target "$build/uturn-rules" keep --config "$work/uturnd.conf" >"$work/keep.log" 2>&1 &
keep_pid=$!
started keep "$work/keep.log" "$keep_pid"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
metrics
valid "uturnd runs"
is "up" 1 "$(value uturn_up)"
version=$("$build/uturnctl" --version)
is "version" 1 "$(value "uturn_build_info{version=\"${version#* }\"}")"
counted=$(target "$build/uturnctl" --socket "$control" --json counters | grep -oE '"relayed": ?[0-9]+' | grep -oE '[0-9]+$')
is "a counter is that of uturnctl counters" "$counted" "$(value 'uturn_packets_total{class="did",outcome="relayed"}')"
is "capacity" 65536 "$(value uturn_flights_capacity)"
is "started a moment ago" yes "$(awk -v at="$(value uturn_start_time_seconds)" -v now="$EPOCHSECONDS" 'BEGIN {print (at <= now + 1 && at > now - 600) ? "yes" : at}')"
is "probers" 2 "$(value uturn_probers)"
is "a bucket of twelve, and one for the rest" 13 "$(grep -c '^uturn_relay_seconds_bucket' <<<"$text")"
is "as many relay times as the last bucket" "$(value 'uturn_relay_seconds_bucket{le="+Inf"}')" "$(value uturn_relay_seconds_count)"
is "and there are some" yes "$(awk -v n="$(value uturn_relay_seconds_count)" 'BEGIN {print (n > 0) ? "yes" : n}')"
arrived() { # it ends three seconds after its last probe
	metrics
	awk -v n="$(value 'uturn_traces_total{frontend="uturn",end="arrived"}')" 'BEGIN {exit n < 2}'
}
eventually arrived
is "traces that arrived" yes "$(awk -v n="$(value 'uturn_traces_total{frontend="uturn",end="arrived"}')" 'BEGIN {print (n >= 2) ? "yes" : n}')"
is "nothing waits in the queue" 0 "$(value 'uturn_queue_length{queue="5"}')"
is "nor was anything lost" "0 0" \
	"$(value 'uturn_queue_dropped_total{queue="5",why="full"}') $(value 'uturn_queue_dropped_total{queue="5",why="overrun"}')"
is "rules are there" "1 1" "$(value 'uturn_rules_present{family="ipv4"}') $(value 'uturn_rules_present{family="ipv6"}')"
is "and were not repaired" "0 0" \
	"$(value 'uturn_rules_repaired_total{family="ipv4"}') $(value 'uturn_rules_repaired_total{family="ipv6"}')"
is "no address" "" "$(grep -E '([0-9]+\.){3}|::' <<<"${text//$version/}")"

# ---- in a file ----

mkdir "$work/folder"
umask 077
metrics --textfile "$work/folder/uturn.prom"
is "textfile: exit status" 0 "$status"
is "textfile: nothing is printed" "" "$text"
is "textfile: anyone may read it" 644 "$(stat -c %a "$work/folder/uturn.prom")"
text=$(cat "$work/folder/uturn.prom")
valid "textfile"
is "textfile: the same figures" 1 "$(value uturn_up)"
number=$(stat -c %i "$work/folder/uturn.prom")
lines=$(wc -l <<<"$text")
exec 9<"$work/folder/uturn.prom"
stop_uturnd
metrics -t "$work/folder/uturn.prom"
is "textfile: a new file" different "$([ "$number" = "$(stat -c %i "$work/folder/uturn.prom")" ] || echo different)"
is "textfile: who reads has all of the old one" "$lines" "$(wc -l <&9)"
exec 9<&-
is "textfile: uturnd is gone" "uturn_up 0" "$(grep '^uturn_up ' "$work/folder/uturn.prom")"
is "textfile: no other file is left" "uturn.prom " "$(find "$work/folder" -mindepth 1 -printf "%f ")"
metrics -t "$work/missing/uturn.prom"
is "textfile: a folder that is not there: exit status" 1 "$status"
has "textfile: says so" "^uturnctl: metrics: .*/missing/uturn.prom: No such file or directory$" "$text"
mkdir "$work/folder/taken"
metrics -t "$work/folder/taken"
is "textfile: the name of a folder" "1 taken uturn.prom" "$status $(find "$work/folder" -mindepth 1 -maxdepth 1 -printf "%f\n" | sort | paste -sd " ")"

# ---- of uturn-web ----

make_pair first
start_uturnd
# web URL [OPTION...]: by the target itself, into $text
web() { text=$(target curl -sS --max-time "$hang" "$@" 2>&1); }
answers() { target curl -sS -o /dev/null -w '%{http_code}' --max-time "$hang" "$@"; }
asked_by() { prober curl -sS -o /dev/null -w '%{http_code}' --max-time "$hang" "$@"; }
web_in=("$uturn_lab" run target)
start_web "listen [::]:80
listen [::]:443 tls
certificate $work/first.crt
key $work/first.key
user root"
web http://127.0.0.1/metrics
valid "uturn-web"
is "uturn-web: uturnd is up" 1 "$(value uturn_up)"
is "uturn-web: its own" 0 "$(value uturn_web_traces_total)"
is "uturn-web: rules" "1 1" "$(value 'uturn_rules_present{family="ipv4"}') $(value 'uturn_rules_present{family="ipv6"}')"
is "uturn-web: when its certificate expires" "$(date -d "$(openssl x509 -noout -enddate -in "$work/first.crt" | cut -d = -f 2)" +%s)" \
	"$(value uturn_certificate_expiry_timestamp_seconds)"
is "uturn-web: from the loopback" "200 200 200" \
	"$(answers "http://[::1]/metrics") $(answers --http2-prior-knowledge http://127.0.0.1/metrics) $(answers -I http://127.0.0.1/metrics)"
is "uturn-web: from an address of its own" 404 "$(answers "http://$target4/metrics")"
is "uturn-web: by a proxy" 404 "$(answers -H "X-Forwarded-For: 192.0.2.1" http://127.0.0.1/metrics)"
is "uturn-web: from elsewhere" "404 404" "$(asked_by "http://$target4/metrics") $(asked_by "http://[$target6]/metrics")"
kill -STOP "$uturnd_pid"
web --parallel --parallel-immediate http://127.0.0.1/metrics http://127.0.0.1/metrics http://127.0.0.1/metrics
is "uturn-web: uturnd hangs, three ask" 3 "$(grep -c '^uturn_up 0$' <<<"$text")"
target curl -sS -m 0.2 http://127.0.0.1/metrics >"$work/said" 2>&1
is "uturn-web: who does not wait" 28 $?
kill -CONT "$uturnd_pid"
web http://127.0.0.1/metrics
is "uturn-web: and uturnd goes on" 1 "$(value uturn_up)"
stop_uturnd
web http://127.0.0.1/metrics
is "uturn-web: uturnd is gone" "0 0" "$(value uturn_up) $(value uturn_web_traces_total)"
kill "$keep_pid"
wait "$keep_pid"
web http://127.0.0.1/metrics
is "uturn-web: rules that are not kept" "" "$(grep rules <<<"$text")"
stop_web
start_web "listen [::]:80
metrics 10.0.0.0/8
metrics fd00::/8
metrics $target4:9100
user root"
is "uturn-web: a prefix" "200 200 404" \
	"$(asked_by "http://$target4/metrics") $(asked_by "http://[$target6]/metrics") $(answers http://127.0.0.1/metrics)"
is "uturn-web: a listener for metrics has nothing else" "200 404 404" \
	"$(answers "http://$target4:9100/metrics") $(answers "http://$target4:9100/") $(answers "http://$target4:9100/healthz")"
stop_web
start_web "listen [::]:80
metrics off
user root"
is "uturn-web: off" "404 200" "$(answers http://127.0.0.1/metrics) $(answers http://127.0.0.1/page.json)"
stop_web
is "uturn-web: ends well" 0 "$stopped"
metrics
is "rules that are not kept" "" "$(grep rules <<<"$text")"

# ---- an uturnd that hangs ----

start_uturnd
kill -STOP "$uturnd_pid"
metrics
is "uturnd hangs" "0 0" "$status $(value uturn_up)"
kill -CONT "$uturnd_pid"
stop_uturnd
is "uturnd ends well" 0 "$stopped"
