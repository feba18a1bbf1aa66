#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uturn-web alone, beside a scripted uturnd: every endpoint over every version of HTTP, what it
# refuses, limits, reload, names and places.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

chmod 755 "$work"
ip link set lo up
make_pair first
make_pair second

cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":32,"attempts":2}
{"hop":2,"kind":"time-exceeded","router":"62.1.2.1","rtt_ms":0.5,"attempt":1}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.9","rtt_ms":0.25,"attempt":1}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.9","rtt_ms":0.75,"attempt":2}
sleep 0.4
{"hop":3,"kind":"silent","attempts":2}
{"hop":4,"kind":"time-exceeded","router":"80.1.0.1","rtt_ms":1,"attempt":1,"behind_nat":true}
{"hop":5,"kind":"reached","router":"PEER","rtt_ms":1.5,"attempt":1}
{"done":true,"end":"reached","hops":5,"probes":10,"summary":[{"hop":1,"router":"10.2.1.9","sent":2,"received":2,"min_ms":0.25,"avg_ms":0.5,"max_ms":0.75}]}
END
start_fake
plain="listen [::]:8080
limit 100000/m traces-per-prefix
limit 100000/m traces
user nobody"
tls="listen [::]:8443 tls
certificate $work/first.crt
key $work/first.key
acme-webroot $work/acme
cors https://www.example.net"
start_web "$plain
$tls
resolve no"

get() { curl -skN --max-time "$hang" "$@"; }
status() { curl -sk -o /dev/null --max-time "$hang" -w '%{http_code}' "$@"; }
metric() { get http://127.0.0.1:8080/metrics | awk -v name="uturn_web_$1" '$1 == name {print $2}'; }

# a connection that says half a request and no more; asked about at the end
exec {lazy}<>/dev/tcp/127.0.0.1/8080
printf 'GET / HTTP/1.1\r\nHost: x\r\n' >&"$lazy"
"$helpers/http2-client" hold 127.0.0.1 8080 >"$work/hold" &
holding=$!
"$helpers/http2-client" second 127.0.0.1 8080 >"$work/second" &
dribbling=$!

# ---- a trace, over everything ----

text() { sed -e "s/^return path .*/head/" -e "s/$2.*<- you/YOU/" <<<"$1"; }
wanted="head
 1  10.2.1.9  0.250 ms  0.750 ms  [Private-Use, RFC 1918]
 2  62.1.2.1  0.500 ms
 3  *
 4  80.1.0.1  1.000 ms  (your NAT)
 5  YOU
reached you: 5 hops, 10 probes"
for address in 127.0.0.1 ::1; do
	host=$address
	[[ $address != *:* ]] || host="[$address]"
	for how in "--http1.1 http://$host:8080" "--http1.0 http://$host:8080" "--http2-prior-knowledge http://$host:8080" \
		"--http1.1 https://$host:8443" "--http2 https://$host:8443" "--http2 --tlsv1.2 --tls-max 1.2 https://$host:8443"; do
		# shellcheck disable=SC2086 # words
		is "text, $how" "$wanted" "$(text "$(get $how/)" "$address")"
	done
done
is "every request came with the visitor's own connection" "12 12" \
	"$(grep -c '^asked' "$work/fake.log") $(grep -c 'fds 1 right' "$work/fake.log")"

for field in "Forwarded: for=192.0.2.1" "X-Forwarded-For: 192.0.2.1" "Via: 1.1 proxy"; do
	output=$(get -H "$field" http://127.0.0.1:8080/)
	has "text, $field" '^a proxy has passed .* the path to the proxy in front of this server$' "$output"
	is "text, $field: its end" "reached the proxy: 5 hops, 10 probes" "$(tail -n 1 <<<"$output")"
	is "text, $field: no word of the visitor" 0 "$(grep -cw 'you\|your' <<<"$output")"
done
has "json, through a proxy" '"done":true.*"path_to":"the path to the proxy in front of this server"' \
	"$(get --http2-prior-knowledge -H 'Via: 2 x' http://127.0.0.1:8080/json)"
has "event, through a proxy" '"path_to":"the path to the proxy in front of this server"' "$(get -H 'Via: 2 x' http://127.0.0.1:8080/sse)"

# what a client of curl and jq reads
json=$(get http://127.0.0.1:8080/json)
# shellcheck disable=SC2016 # python's
is "json: every line has ip, ttl and info, the last one is done" "7 True" "$(python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
print(len(lines), all({"ip", "ttl", "info"} <= set(l) for l in lines[:-1]) and lines[-1]["done"] and lines[-1]["hops"] == 5)
' <<<"$json")"
is "event stream: names of events" "start hop hop hop hop hop hop end done" \
	"$(get http://127.0.0.1:8080/sse | sed -n 's/^event: //p' | xargs)"
is "event stream: a client that reconnects after the end is told to stop" 204 \
	"$(status -H 'Last-Event-ID: done' http://127.0.0.1:8080/sse)"
is "event stream of the other sort" '{"Hop" {"Hop" {"Hop" {"Hop" {"Hop" "Done"' \
	"$(get 'http://127.0.0.1:8080/sse?format=inband-traceroute' | sed -nE 's/^data: ("Done"|[^:]*).*/\1/p' | xargs -d '\n')"
before=$(metric traces_total)
get --http2 -Z https://127.0.0.1:8443/json -o "$work/one" https://127.0.0.1:8443/json -o "$work/two" 2>/dev/null
is "two streams on one connection: both get all of it" "7 7" "$(wc -l <"$work/one") $(wc -l <"$work/two")"
is "two streams on one connection: one trace" "1 1" "$(($(metric traces_total) - before)) $(metric traces_joined_total)"
# between them are 0.4 s
get http://127.0.0.1:8080/ | {
	read -r _ && read -r _
	first=${EPOCHREALTIME/./}
	cat >/dev/null
	echo $(((${EPOCHREALTIME/./} - first) / 1000))
} >"$work/first"
is "text: the first hop does not wait for the last" yes "$([ "$(cat "$work/first")" -gt 200 ] && echo yes)"
is "two requests in one packet" "HTTP/1.1 200 OK HTTP/1.1 404 Not Found" "$(
	exec 3<>/dev/tcp/127.0.0.1/8080
	printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3
	tr -d '\r' <&3 | grep '^HTTP/' | xargs
)"

# ---- the page, and what is refused ----

head=$(get -D - -o /dev/null -H 'Accept: text/html,*/*;q=0.8' http://127.0.0.1:8080/)
has "a browser gets the page" '^content-type: text/html' "$head"
has "with a strict policy" "^content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';" "$head"
tag=$(sed -n 's/^etag: //p' <<<"$head" | tr -d '\r')
is "once" 304 "$(status -H 'Accept: text/html' -H "If-None-Match: $tag" http://127.0.0.1:8080/)"
has "without scripts it leads to the text" '<a href="/[?]format=text">' "$(get -H 'Accept: text/html' http://127.0.0.1:8080/)"
if command -v lynx >/dev/null && command -v w3m >/dev/null; then
	is "lynx finds it" "reached you: 5 hops, 10 probes" \
		"$(lynx -dump "$(lynx -dump -listonly http://127.0.0.1:8080/ | grep -oE 'http:.*format=text')" | grep . | tail -n 1)"
	is "w3m finds it" "reached you: 5 hops, 10 probes" \
		"$(w3m -dump "$(w3m -dump -o display_link_number=1 http://127.0.0.1:8080/ | grep -oE 'http:.*format=text')" | tail -n 1)"
else
	skip "lynx and w3m" "not installed"
fi
is "HEAD starts no trace" 200 "$(status -I http://127.0.0.1:8080/json)"
is "POST" 405 "$(status -d x http://127.0.0.1:8080/)"
is "no such thing" 404 "$(status http://127.0.0.1:8080/etc/passwd)"
is "no Host" 400 "$(status -H 'Host:' http://127.0.0.1:8080/)"
is "a header that has no end" 431 "$(status -H "X-Y: $(head -c 9000 /dev/zero | tr '\0' x)" http://127.0.0.1:8080/)"
is "the same over HTTP/2" 431 "$(status --http2 -H "X-Y: $(head -c 9000 /dev/zero | tr '\0' x)" https://127.0.0.1:8443/)"
is "requests that two readers could take for different ones: one response each, as in tests/framing.h, and the end" all \
	"$("$compiled/framing" 127.0.0.1 8080)"
is "a body over HTTP/2" "code 7" "$("$helpers/http2-client" body 127.0.0.1 8080)"
is "1000 streams that are reset" "code 2" "$("$helpers/http2-client" reset 127.0.0.1 8080 1000)"
for what in ping settings window; do
	is "control frames without end, $what" "code 11" "$("$helpers/http2-client" flood 127.0.0.1 8080 $what)"
done
is "eighty of them and a request" answered "$("$helpers/http2-client" calm 127.0.0.1 8080)"
grown=$("$helpers/http2-client" refused 127.0.0.1 8080 "$web_pid")
is "a million streams that are refused, by a client that does not read" yes "$([ "$grown" -lt 8 ] && echo yes || echo "$grown MB")"
is "frames that are a protocol error" "code 1" "$("$helpers/http2-client" junk 127.0.0.1 8080)"
wmem=$(sysctl -n net.ipv4.tcp_wmem)
sysctl -q net.ipv4.tcp_wmem="4096 16384 16384" # so that it takes no megabytes to be more than TCP has room for
load=$("$helpers/babbler" 127.0.0.1 8080 /page.js "$web_pid")
is "a client that goes on sending and does not read costs nothing" yes "$([ "$load" -lt 20 ] && echo yes || echo "$load %")"
sysctl -q net.ipv4.tcp_wmem="$wmem"
mkdir -p "$work/acme/.well-known/acme-challenge"
echo answer >"$work/acme/.well-known/acme-challenge/token"
acme=http://127.0.0.1:8080/.well-known/acme-challenge
is "a challenge" answer "$(get $acme/token)"
is "and nothing beside it" "404 404 404" \
	"$(status $acme/none) $(status --path-as-is $acme/../../../first.key) $(status --path-as-is $acme/..%2f..%2f..%2ffirst.key)"
allowed='^access-control-allow-origin: https://www\.example\.net'
has "a page that may read" "$allowed" "$(get -D - -o /dev/null -H 'Origin: https://www.example.net' http://127.0.0.1:8080/json)"
is "a page that may not" 0 \
	"$(get -D - -o /dev/null -H 'Origin: https://evil.example.net' http://127.0.0.1:8080/json | grep -c '^access-control')"
is "what it may do: no capability, no new privileges, its calls filtered, its user" "0000000000000000 1 2 65534" \
	"$(awk '/^CapPrm/ {c = $2} /^NoNewPrivs/ {n = $2} /^Seccomp:/ {s = $2} /^Uid/ {u = $2} END {print c, n, s, u}' "/proc/$web_pid/status")"

# ---- uturnd goes and comes, visitors go ----

is "health" "200" "$(status http://127.0.0.1:8080/healthz)"
sleep 0.2 # what uturn-web remembers of it is then too old
before=$(grep -c '^came' "$work/fake.log")
from=${EPOCHREALTIME/./}
answers=$(
	exec 3<>/dev/tcp/127.0.0.1/8080
	printf 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n%.0s' {1..499} >&3
	printf 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3
	grep -c '^HTTP/1.1 200' <&3
)
asked=$(($(grep -c '^came' "$work/fake.log") - before))
most=$(((${EPOCHREALTIME/./} - from) / 200000 + 5))
is "health, asked five hundred times: uturnd is asked five times a second at most" "500 yes" \
	"$answers $([ "$asked" -le "$most" ] && echo yes || echo "$asked")"
sleep 0.2 # as above
stop_fake
is "without uturnd: health" 503 "$(status http://127.0.0.1:8080/healthz)"
is "without uturnd: text" 503 "$(status http://127.0.0.1:8080/)"
unavailable="Tracing is not available on this server at the moment."
is "without uturnd: words" "$unavailable" "$(get http://127.0.0.1:8080/)"
has "without uturnd: event" "\"error\":\"$unavailable\"" "$(get http://127.0.0.1:8080/sse)"
is "without uturnd: JSON" "{\"error\":\"$unavailable\"} 503" "$(get http://127.0.0.1:8080/json) $(status http://127.0.0.1:8080/json)"
is "without uturnd: the log tells, once" 1 "$(grep -cE 'warning: control socket .*: (No such file|Connection refused)' "$work/web.log")"
cp "$work/script" "$work/script.whole"
# says WHAT STATUS WORDS SENTENCE: what uturnd says of itself, what the log and /healthz say then, and what visitors read
says() {
	printf 'status %s\n' "$2" >"$work/script"
	start_fake
	eventually healthy "$3"
	is "$1: health" "$3 503" "$(get http://127.0.0.1:8080/healthz) $(status http://127.0.0.1:8080/healthz)"
	is "$1: the log says so" yes "$(grep -qF "warning: $3: no trace is possible" "$work/web.log" && echo yes)"
	is "$1: text" "$4 503" "$(get http://127.0.0.1:8080/) $(status http://127.0.0.1:8080/)"
	is "$1: JSON over HTTP/2" "{\"error\":\"$4\"} 503" \
		"$(get --http2-prior-knowledge http://127.0.0.1:8080/json) $(status --http2-prior-knowledge http://127.0.0.1:8080/json)"
	has "$1: event" "\"error\":\"$4\"" "$(get http://127.0.0.1:8080/sse)"
	is "$1: uturnd is not asked for a trace" 0 "$(grep -c '^asked' "$work/fake.log")"
	stop_fake
}
healthy() { [ "$(get http://127.0.0.1:8080/healthz)" = "$1" ]; }
version=$("$build/uturn-web" -v | cut -d " " -f 2)
says "inband off" "{\"version\":\"$version\",\"frontends\":{\"uturn\":true,\"inband\":false}}" \
	"inband off (write 'inband on' into uturnd.conf, and reload uturnd)" "Tracing is switched off on this server."
says "versions differ" '{"version":"0.0.1","frontends":{"inband":true}}' \
	"versions differ: uturnd 0.0.1, uturn-web $version (restart the one that is older)" \
	"Tracing is not available while this server is being updated."
says "drained" "{\"version\":\"$version\",\"frontends\":{\"inband\":true},\"draining_s\":60}" \
	"uturnd is drained (uturnctl drain off ends it)" \
	"This server is in maintenance and begins no traces, try again in a few minutes."
{
	printf 'status {"version":"%s","frontends":{"inband":true}}\n' "$version"
	cat "$work/script.whole"
} >"$work/script"
start_fake
eventually healthy ok
is "all is well again" "reached you: 5 hops, 10 probes" "$(get http://127.0.0.1:8080/ | tail -n 1)"
has "and the log says so" 'uturnd answers, traces are possible again' "$(cat "$work/web.log")"
stop_fake
cat >"$work/script" <<'END'
{"error":"inband is off (inband on in uturnd.conf)"}
END
start_fake
eventually healthy ok
is "uturnd refuses: the operator's words are not the visitor's" "Tracing is switched off on this server." "$(get http://127.0.0.1:8080/)"
has "and in the log" 'warning: uturnd refuses a trace: inband is off' "$(cat "$work/web.log")"
stop_fake
cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":32,"attempts":2}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.9","rtt_ms":0.25,"attempt":1}
close
END
start_fake
eventually healthy ok
has "uturnd stops in the middle" '^The trace was interrupted: tracing has stopped on this server.$' "$(get http://127.0.0.1:8080/)"
stop_fake
cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":32,"attempts":2}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.9","rtt_ms":0.25,"attempt":1}
sleep 3
{"hop":2,"kind":"silent","attempts":2}
{"hop":2,"kind":"silent","attempts":2}
END
start_fake
curl -sN --max-time 1 http://127.0.0.1:8080/ >/dev/null
is_over() { [ "$(metric traces)" = 0 ]; }
eventually is_over
wait "$holding" "$dribbling"
is "a visitor that reads no body, with a PING every 2 s, is sent away" ended "$(cat "$work/hold")"
is "so is one that takes long over its second request" ended "$(cat "$work/second")"
is "a visitor that has gone has no trace" 0 "$(metric traces)"
is "and no connection" yes "$([ "$(metric connections)" -le 2 ] && echo yes)" # the lazy one may be there, and we are
stop_fake
cp "$work/script.whole" "$work/script"
start_fake
is "and with uturnd back all is well" "reached you: 5 hops, 10 probes" "$(get http://127.0.0.1:8080/ | tail -n 1)"

# ---- connections that cannot be traced ----

ip address add 192.0.2.80/32 dev lo
has "a visitor that is this host" 'you are on the same host' "$(get http://192.0.2.80:8080/)"
has "a proxy that is this host" 'the proxy in front of this server is on the same host' "$(get -H 'Via: 1.1 x' http://192.0.2.80:8080/)"
ip address del 192.0.2.80/32 dev lo
if iptables -t nat -A OUTPUT -o lo -p tcp --dport 8079 -j REDIRECT --to-ports 8080; then
	is "a port that is redirected" "reached you: 5 hops, 10 probes" "$(get http://127.0.0.1:8079/ | tail -n 1)"
	has "is asked for as it is on the wire" '"local": ?"127.0.0.1:8079".*fds 1 right' "$(grep '^asked' "$work/fake.log" | tail -n 1)"
	is "and the port behind it" "reached you: 5 hops, 10 probes" "$(get http://127.0.0.1:8080/ | tail -n 1)"
	iptables -t nat -F OUTPUT
fi

# ---- reload ----

issuer() { openssl s_client -connect 127.0.0.1:8443 </dev/null 2>/dev/null | sed -n 's/^issuer=CN = //p'; }
is "certificate" first "$(issuer)"
sed -i "s/first.crt/second.crt/" "$work/web.conf"
reload_web
is "a key of another certificate: the old pair stays" first "$(issuer)"
has "and that is said" 'key .*first.key: .*: everything stays as it was' "$(cat "$work/web.log")"
sed -i "s/first.key/second.key/" "$work/web.conf"
reload_web
is "the right one: the new pair" second "$(issuer)"
echo frobnicate >>"$work/web.conf"
reload_web
has "a bad line: nothing changes" "unknown keyword 'frobnicate'.*: everything stays" "$(cat "$work/web.log")"
is "a lazy visitor is sent away" yes "$(timeout "$hang" cat <&"$lazy" >/dev/null && echo yes)"
exec {lazy}>&-
stop_web
is "stops" 0 "$stopped"

# ---- names and places ----

"$helpers/write-mmdb" "$work/places.mmdb" geolite || give_up "write a database"
"$helpers/write-mmdb" "$work/lite.mmdb" ipinfo || give_up "write another database"
stop_fake
sed -i '/^sleep/d' "$work/script" # all hops come at once, the names 0.4 s later
start_fake
"$helpers/fake-dns" 127.0.0.1 0.4 9.1.2.10.in-addr.arpa=b1.example.net 1.2.1.62.in-addr.arpa='evil[2J' >"$work/dns.log" &
started "a name server" "$work/dns.log" $!
start_web "$plain
resolver 127.0.0.1
mmdb $work/lite.mmdb
mmdb $work/places.mmdb"
reload_web # resolver and databases are read within the sandbox
json=$(get http://127.0.0.1:8080/json)
has "place and network" '"ip":"80.1.0.1".*"asn":64501,"as_name":"Eyeball \\"Telecom\\"","as_domain":"eyeball.example","city":"Köln","country":"Germany","country_code":"DE"' "$json"
has "a name comes later" '"ip":"10.2.1.9","kind":"name","info":\{"name":"b1.example.net"' "$json"
is "and no hop has waited for it" "kind reached kind name" \
	"$(grep -oE '"kind":"(reached|name)"' <<<"$json" | tr -d '"' | tr ':' ' ' | xargs)"
is "routers are asked for in DNS, and no visitor" "1 0" \
	"$(grep -c '^asked 9.1.2.10' "$work/dns.log") $(grep -c '^asked .*\.127\.in-addr' "$work/dns.log")"
is "a name that is none is not shown" 0 "$(grep -c evil <<<"$json")"
has "the next time it is there at once" '^ 1  b1.example.net \(10.2.1.9\)  0.250 ms' "$(get http://127.0.0.1:8080/)"

# ---- the sandbox ----

install -D -m 644 "$work/places.mmdb" "$work.elsewhere/places.mmdb"
sed -i "s,$work/places,$work.elsewhere/places," "$work/web.conf"
reload_web
if ! grep -q 'no Landlock' "$work/web.log"; then
	has "a file in a directory that is new" 'mmdb .*: Permission denied .a file in a directory that was not named .* a restart.: everything stays' \
		"$(cat "$work/web.log")"
fi
rm -r "$work.elsewhere"
stop_web
is "stops" 0 "$stopped"
web_in=("$compiled/filtered" -seccomp -landlock_create_ruleset --)
start_web "$plain
resolve no"
has "a kernel without Landlock: said" 'sandbox: this kernel has no Landlock' "$(cat "$work/web.log")"
has "and without seccomp" 'warning: sandbox: seccomp: .* not filtered .does this kernel have CONFIG_SECCOMP_FILTER' "$(cat "$work/web.log")"
is "and there it serves as well" "reached you: 5 hops, 10 probes" "$(get http://127.0.0.1:8080/ | tail -n 1)"
stop_web
web_in=()

# ---- limits ----

start_web "listen 127.0.0.1:8080
listen 127.0.0.1:8081
resolve no
user nobody
limit 2/m traces-per-prefix
limit 3 connections-per-prefix"
get http://127.0.0.1:8080/ >/dev/null
get http://127.0.0.1:8081/ >/dev/null
is "a third trace within the minute" 429 "$(status http://127.0.0.1:8080/)"
has "an event says so" 'event: problem' "$(get http://127.0.0.1:8080/sse)"
exec 3<>/dev/tcp/127.0.0.1/8080 4<>/dev/tcp/127.0.0.1/8080 5<>/dev/tcp/127.0.0.1/8080
is "a fourth connection" 000 "$(status http://127.0.0.1:8080/healthz)"
exec 3>&- 4>&- 5>&-
has_room() { [ "$(status http://127.0.0.1:8080/healthz)" = 200 ]; }
eventually has_room
is "and when they are gone" 200 "$(status http://127.0.0.1:8080/healthz)"
stop_web

# ---- what idle connections hold ----

for row in "fresh 24" "http1 24" "http2 44"; do
	read -r how most <<<"$row"
	start_web "listen 127.0.0.1:8443 tls
certificate $work/second.crt
key $work/second.key
resolve no
user nobody
limit 500 connections-per-prefix"
	bytes=$("$helpers/idle-visitors" 127.0.0.1 8443 "$web_pid" 300 "$how")
	is "an idle TLS connection, $how: less than $most kB of memory" yes \
		"$([ "$bytes" -lt $((most * 1024)) ] && echo yes || echo "$bytes bytes")"
	echo "# an idle TLS connection, $how: $bytes bytes"
	stop_web
done

# ---- behind a proxy that puts a header in front ----

start_web "$plain
listen 127.0.0.1:8443 tls
certificate $work/second.crt
key $work/second.key
resolve no
proxy 127.0.0.1"
has "a header of the PROXY protocol, version 1" '^reached the proxy: 5 hops' "$(get --haproxy-protocol http://127.0.0.1:8080/)"
has "the same in front of TLS" '^reached the proxy: 5 hops' "$(get --haproxy-protocol https://127.0.0.1:8443/)"
# end_after HEADER: what a text that follows it says at its end
end_after() {
	exec 3<>/dev/tcp/127.0.0.1/8080
	printf '%bGET / HTTP/1.0\r\n\r\n' "$1" >&3
	timeout "$hang" tail -n 1 <&3
	exec 3>&-
}
is "version 2" "reached the proxy: 5 hops, 10 probes" \
	"$(end_after '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xcb\0\x71\x50\x10\0\0\x50')"
is "a header that is wrong" "" "$(end_after 'PROXY TCP4 192.0.2.1 2001:db8::1 1 2\r\n' 2>/dev/null)"
is "no header" "reached you: 5 hops, 10 probes" "$(end_after '')"
is "a header from another address" 400 "$(status --haproxy-protocol 'http://[::1]:8080/')"
stop_web

# ---- starts that fail ----

# fails CASE STATUS REGEX TEXT
fails() {
	local output status

	printf '%s\n' "$4" >"$work/web.conf"
	output=$(timeout "$hang" "$build/uturn-web" -f "$work/web.conf" 2>&1)
	status=$?
	is "$1: exit status" "$2" "$status"
	has "$1: says so" "$3" "$output"
}
fails "misspelt keyword" 2 "web.conf:1: .*did you mean 'listen'" "lisen [::]:80"
fails "no database" 1 "mmdb $work/none.mmdb: No such file" "mmdb $work/none.mmdb"
fails "no key" 1 "key $work/none.key: No such file" "certificate $work/first.crt
key $work/none.key"
fails "no such user" 1 "user frobnicate: does not exist" "listen [::]:8080
user frobnicate"
"$helpers/echo-server" 8082 >"$work/services.log" &
started "another listener" "$work/services.log" $!
fails "port already taken" 1 "listen \[::\]:8082: Address already in use" "listen [::]:8082"
