#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page in a real browser, over TLS and HTTP/2: it starts by itself, fills, ends; a kept link, both families,
# uturnd gone and back. PICTURES=DIR keeps pictures of it. What it looks like in each state is in web-contrast.sh.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

browser_world
pictures=${PICTURES:-$work}

cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":32,"attempts":3}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.1","rtt_ms":0.313,"attempt":1}
{"hop":2,"kind":"time-exceeded","router":"62.1.2.1","rtt_ms":0.713,"attempt":1}
{"hop":3,"kind":"time-exceeded","router":"62.1.3.1","rtt_ms":4.713,"attempt":1,"mpls":[{"label":24001,"tc":0,"bottom":true,"ttl":1}]}
{"hop":2,"kind":"time-exceeded","router":"62.1.2.1","rtt_ms":0.913,"attempt":2}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.1","rtt_ms":0.223,"attempt":2}
sleep 0.2
{"hop":4,"kind":"silent","attempts":3}
{"hop":5,"kind":"time-exceeded","router":"80.1.2.3","rtt_ms":11.213,"attempt":1}
{"hop":5,"kind":"time-exceeded","router":"80.1.2.4","rtt_ms":12.813,"attempt":2}
{"hop":6,"kind":"time-exceeded","router":"80.1.2.9","rtt_ms":14.813,"attempt":1}
{"hop":6,"kind":"time-exceeded","router":"80.1.2.9","rtt_ms":16.1,"attempt":2}
{"hop":7,"kind":"time-exceeded","router":"192.168.7.1","rtt_ms":15.513,"attempt":1,"behind_nat":true}
{"hop":8,"kind":"reached","router":"PEER","rtt_ms":16.6,"attempt":1}
{"hop":8,"kind":"reached","router":"PEER","rtt_ms":18.6,"attempt":2}
{"done":true,"end":"reached","hops":8,"probes":24,"summary":[{"hop":1,"router":"10.2.1.1","sent":3,"received":3,"min_ms":0.223,"avg_ms":0.25,"max_ms":0.313},{"hop":2,"router":"62.1.2.1","sent":3,"received":2,"min_ms":0.713,"avg_ms":0.8,"max_ms":0.913}]}
END
start_fake
"$helpers/write-mmdb" "$work/places.mmdb" geolite || give_up "write a database"
"$helpers/fake-dns" 127.0.0.1 0.1 1.2.1.62.in-addr.arpa=fra1.transit.example 9.2.1.80.in-addr.arpa=ae-1.cgn.eyeball.example \
	1.1.2.10.in-addr.arpa='<img src=x onerror=alert(1)>' >"$work/dns.log" &
started "a name server" "$work/dns.log" $!
common="listen [::]:8443 tls
certificate $work/first.crt
key $work/first.key
mmdb $work/places.mmdb
resolver 127.0.0.1
user nobody
limit 100000/m traces-per-prefix
limit 100000/m traces"
start_web "$common"

page=https://localhost:8443/
ended='document.querySelectorAll(".status.good").length == document.querySelectorAll(".trace").length && document.querySelector(".status.good")'
rows='[...document.querySelectorAll("tbody tr:not(.details)")].map((r) => [...r.cells].slice(0, 2).map((c) => c.innerText.replace(/\s+/g, " ").trim()).join(" ")).join("|")'
output=$(browse size 1180x900 scheme light open $page wait "$ended" \
	wait 'document.body.innerText.includes("ae-1.cgn")' print "$rows" \
	print 'document.querySelector("tbody tr:nth-child(3)").innerText.replace(/\s+/g, " ")' \
	print 'document.querySelectorAll(".path circle").length' \
	print 'document.querySelectorAll(".path .nat").length + " " + document.querySelectorAll(".path g.silent").length' \
	print 'performance.getEntriesByType("navigation")[0].nextHopProtocol' \
	print 'performance.getEntriesByType("resource").every((e) => new URL(e.name).origin == location.origin)' \
	picture "$pictures/page.png" scheme dark picture "$pictures/page-dark.png" scheme light size 390x844 \
	picture "$pictures/page-phone.png" print 'document.documentElement.scrollWidth <= 390' \
	print 'document.documentElement.scrollHeight' \
	print 'document.querySelector("tr:nth-child(3) .fold").focus(), document.activeElement.click(), document.activeElement.getAttribute("aria-expanded")' \
	print 'document.querySelector("tr.details:not([hidden])").innerText.replace(/\s+/g, " ")' \
	print 'traces[0].render(), document.activeElement.getAttribute("aria-label") + " " + document.querySelectorAll("tr.details:not([hidden])").length' \
	print 'document.querySelector("#command").textContent' quiet)
status=$?
is "starts, fills and ends by itself, and nothing complains" 0 "$status"
mapfile -t line <<<"$output"
is "every hop, with its name where it has one" "1 10.2.1.1|2 fra1.transit.example 62.1.2.1|3 62.1.3.1 MPLS 24001|4 no answer|5 80.1.2.3|80.1.2.4|6 ae-1.cgn.eyeball.example 80.1.2.9|7 192.168.7.1 your NAT|8 ::1 you" \
	"${line[0]//| /|}"
is "network, place, loss and times" "2 fra1.transit.example 62.1.2.1 Transit GmbH AS64500 Frankfurt, Germany 33 % limits its answers 0.713 ms" "${line[1]% }"
is "a station for the server and for each hop" 9 "${line[2]}"
is "the NAT, and the silent hop" "1 1" "${line[3]}"
is "over HTTP/2" h2 "${line[4]}"
is "nothing from elsewhere" true "${line[5]}"
is "fits a phone" true "${line[6]}"
[ "${line[7]}" -le 1300 ]
is "with 8 hops in 1300 pixels" 0 $?
is "a button opens the details of a router" true "${line[8]}"
has "which has what the row has no room for" "least 0.713 ms, mean 0.813 ms, most 0.913 ms Answers 2 of 3 probes; routers behind it answer" "${line[9]}"
is "and stays where it is when the next event comes" "Details of hop 2, fra1.transit.example 1" "${line[10]}"
is "the command for both directions" "traceroute localhost" "${line[11]}"

output=$(browse open $page wait "$ended" print 'document.querySelector("#link").click(), location.href' quiet | tail -n 1)
has "a result can be kept as a link" "^$page#kept=" "$output"
asked=$(grep -c '^asked' "$work/fake.log")
is "which shows it again" "A kept result of|1 10.2.1.1" "$(browse open "$output" wait 'document.querySelector("tbody tr")' print \
	'document.querySelector(".status").textContent.slice(0, 16) + "|" + document.querySelector("tbody tr").innerText.slice(0, 10).replace(/\s+/, " ")' quiet)"
is "and traces nothing" "$asked" "$(grep -c '^asked' "$work/fake.log")"
is "a link that somebody made up" "This link is damaged." \
	"$(browse open "$page#kept=W10" wait 'document.querySelector("#note").textContent' print 'document.querySelector("#note").textContent' quiet)"
is "starts again by keyboard, and copies" "Copied." "$(browse open $page wait "$ended" print \
	'document.querySelector("#start").focus(), document.activeElement.click(), document.querySelector(".busy") ? "" : "idle"' wait "$ended" \
	print 'document.querySelector("#copy").click()' wait 'document.querySelector("#note").textContent' \
	print 'document.querySelector("#note").textContent' | tail -n 1)"
stop_web

# ---- both families ----

start_web "$common
page4 https://v4.test:8443
page6 https://v6.test:8443
cors https://localhost:8443"
is "both families beside each other" "IPv4 8|IPv6 8" "$(browse size 1500x900 open $page wait "$ended" print \
	'[...document.querySelectorAll(".trace")].map((t) => t.querySelector("h2").textContent + " " + t.querySelectorAll("tbody th[scope]").length).join("|")' \
	picture "$pictures/page-both.png" quiet | tail -n 1)"
fits='[...document.querySelectorAll("table")].every((t) => t.scrollWidth <= t.parentNode.clientWidth) && document.documentElement.scrollWidth <= innerWidth'
numbers='[...document.querySelectorAll("td.network small")].every((s) => { const r = s.getBoundingClientRect(); return r.width > 20 && r.right <= innerWidth && r.right <= s.closest(".card").getBoundingClientRect().right; })'
steps=() widths=(320 390 640 768 1024 1280 1440 1600 2560)
for width in "${widths[@]}"; do
	steps+=(size "${width}x900" print "[innerWidth, $fits, $numbers, document.querySelectorAll('td.network small').length].join(' ')"
		picture "$pictures/page-both-$width.png")
done
is "no table scrolls sideways, and the AS number is there, at any width" "$(printf '%s true true 16\n' "${widths[@]}")" \
	"$(browse open $page wait "$ended" "${steps[@]}" quiet)"
stop_web
start_web "$common
page4 https://v4.test:8443
page6 https://v6.test:8444
cors https://localhost:8443"
is "a visitor with only one of them" "You have no IPv6 connection to this host." \
	"$(browse open $page wait 'document.querySelector(".bad")' print 'document.querySelector(".bad").textContent' | tail -n 1)"
stop_web

# ---- what the operator has to say; the visitor is not reached; a loss that goes on ----

cp "$work/script" "$work/script.reached"
cat >"$work/script" <<'END'
{"tracing":true,"max-ttl":8,"attempts":3}
{"hop":1,"kind":"time-exceeded","router":"62.1.2.1","rtt_ms":0.313,"attempt":1}
{"hop":2,"kind":"time-exceeded","router":"62.1.3.1","rtt_ms":0.713,"attempt":1}
{"hop":3,"kind":"silent","attempts":3}
{"hop":4,"kind":"silent","attempts":3}
{"done":true,"end":"max-ttl","hops":8,"probes":24,"summary":[{"hop":1,"router":"62.1.2.1","sent":3,"received":2,"min_ms":0.313,"avg_ms":0.313,"max_ms":0.313},{"hop":2,"router":"62.1.3.1","sent":3,"received":1,"min_ms":0.713,"avg_ms":0.713,"max_ms":0.713}]}
END
printf '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>document.title = "run"</script><rect width="9" height="9"/></svg>' >"$work/logo.svg"
chmod 644 "$work/logo.svg"
stop_fake
start_fake
start_web "$common
title The way <b>home</b>
operator Example & Söhne # not this
contact noc@example.net
notice On Sunday there is work on this network.
logo $work/logo.svg"
over='document.querySelector(".status") && document.querySelector(".status").textContent.startsWith("Your host did not answer")'
mapfile -t line < <(browse open $page wait "$over" size 1180x900 print 'document.title + "|" + document.querySelector("h1").textContent' \
	print '["notice", "operator", "contact"].map((i) => document.getElementById(i).innerText).join("|") + " " + document.querySelector("#contact a").href' \
	print 'document.querySelector("#logo").complete && document.querySelector("#logo").naturalWidth > 0' \
	print 'document.querySelector(".path").textContent.includes("you?") + " " + [...document.querySelectorAll("tbody th")].map((h) => h.innerText).join(",")' \
	print '[...document.querySelectorAll("td.loss")].map((c) => c.className + " " + c.innerText).slice(0, 2).join("|")' \
	picture "$pictures/page-short.png" quiet)
is "a title, as text" "The way <b>home</b>|The way <b>home</b>" "${line[0]}"
is "notice, operator and contact" \
	"On Sunday there is work on this network.|This server is run by Example & Söhne.|Contact: noc@example.net mailto:noc@example.net" "${line[1]}"
is "a logo" true "${line[2]}"
is "a last station that was not reached" "true 1,2,3" "${line[3]}"
is "a loss that goes on is red" "loss lossy 33 %|loss lossy 67 %" "${line[4]}"
has "the logo runs no script" "^content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox.?$" \
	"$(curl -skI https://localhost:8443/logo)"
is "and is what the file has" "$(cat "$work/logo.svg")" "$(curl -sk https://localhost:8443/logo)"
echo text >"$work/logo.svg"
kill -HUP "$web_pid"
eventually said "$work/web.log" "logo $work/logo.svg: neither PNG nor SVG: everything stays as it was"
is "a logo that is no picture does not come with a reload" 0 $?
stop_web
mv "$work/script.reached" "$work/script"
stop_fake
start_fake

# ---- uturnd goes and comes ----

start_web "$common"
stop_fake
browse open $page wait 'document.querySelector(".bad")' print 'document.querySelector(".bad").textContent' wait "$ended" \
	print '"recovered"' >"$work/recovered" &
browser=$!
eventually said "$work/recovered" again
start_fake
wait "$browser"
is "uturnd stopped and started: the page says so, and recovers" \
	"Tracing is not available on this server at the moment. Next attempt in 3 seconds.|recovered" "$(paste -sd '|' "$work/recovered")"
stop_web
