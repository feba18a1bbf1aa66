#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page of uturn-history serve in a real browser: an empty store, one trace, a year of them: search, ways, changes, a trace;
# light and dark, contrast of WCAG AAA, 320 to 2560 pixels, the keyboard; whom it answers. PICTURES=DIR, AXE=FILE: see in_state in web-lib.sh.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

browser_world
history=$build/uturn-history
page=http://localhost:8470
serve_pid=""
page_widths=(320 375 1280 2560)
page_last=(quiet)

"$helpers/write-mmdb" "$work/as.mmdb" geolite || give_up "write a database"
printf 'user root\nmmdb %s\n' "$work/as.mmdb" >"$work/history.conf"

# keep [OPTION...] COMMAND...: of the database that is shown
keep() { timeout "$hang" "$history" -f "$work/history.conf" -D "$work/history.db" "$@" 2>&1; }

# start_page [WHERE]
start_page() {
	"$history" -f "$work/history.conf" -D "$work/history.db" serve "$@" 2>"$work/serve.log" &
	serve_pid=$!
	started "uturn-history serve" "$work/serve.log" "$serve_pid"
}

# stop_page -> its exit status in $stopped
stop_page() {
	kill "$serve_pid"
	wait "$serve_pid" 2>/dev/null
	stopped=$?
}

shown='document.querySelector("#answer.shown")'

# traces DAYS A-DAY PREFIX PROTOCOL: a balancer at hop 3, and 100 to 60 days ago another way; as uturnctl traces -fj prints them
traces() {
	awk -v days="$1" -v often="$2" -v prefix="$3" -v protocol="$4" -v now="$(date +%s)" 'BEGIN {
		srand(7)
		for (i = days * often; i >= 0; i--) {
			time = now - 60 - i * int(86400 / often)
			age = (now - time) / 86400
			is_other = age < 100 && age > 60
			third = is_other ? "80.1.9.1" : rand() < .5 ? "62.1.3.1" : "62.1.3.2"
			fourth = is_other ? "" : sprintf("{\"router\":\"62.1.4.1\",\"rtts_ms\":[%.3f]}", 5 + rand())
			printf "{\"time\":%d,\"prober\":\"%s.9\",\"target\":\"198.51.100.1\",\"frontend\":\"uturn\",\"protocol\":\"%s\",\"seconds\":2.5,\"probes\":24," \
				"\"end\":\"arrived\",\"hops\":[{\"ttl\":1,\"routers\":[{\"router\":\"10.9.1.1\",\"rtts_ms\":[0.2]}]}," \
				"{\"ttl\":2,\"routers\":[{\"router\":\"62.1.2.1\",\"rtts_ms\":[0.7]}]},{\"ttl\":3,\"routers\":[{\"router\":\"%s\",\"rtts_ms\":[4.7]}]}," \
				"{\"ttl\":4,\"routers\":[%s]},{\"ttl\":5,\"routers\":[{\"router\":\"80.1.2.9\",\"rtts_ms\":[%.3f]}]}]}\n",
				time, prefix, protocol, third, fourth, (is_other ? 30 : 12) + rand()
		}
	}'
}

# ---- nothing yet ----

: >"$work/none"
keep import "$work/none" >/dev/null
start_page
in_state empty $page/ wait "$shown"
is "an empty store says how to fill it" "Nothing is kept yet" \
	"$(browse open $page/ wait "$shown" print 'document.querySelector("#answer h2").textContent' quiet)"

# ---- one trace, which comes while the page is there ----

traces 0 1 80.1.5 icmp | keep import - >/dev/null
in_state one-trace "$page/?series=1" wait "$shown"
is "one trace has one way and no change" "1 0 1" "$(browse open "$page/?series=1" wait "$shown" \
	print '[".ways-list > li", ".changes > li", ".traces tbody tr"].map((s) => document.querySelectorAll(s).length).join(" ")' quiet)"

# ---- a year, beside it sixty other prefixes ----

traces 365 4 80.1.7 udp | keep import - >/dev/null
for ((i = 100; i < 160; i++)); do traces 2 1 "80.1.$i" udp; done | keep import - >/dev/null
year=$(curl -s "$page/search.json?q=80.1.7.0/24" | jq '.series[0].series')
in_state search "$page/" wait "$shown"
in_state year "$page/?series=$year&days=365" wait "$shown" print 'document.querySelectorAll(".ways-list summary").forEach((s) => s.click()), ""'
trace=$(curl -s "$page/traces.json?series=$year&before=9999999999999" | jq -r '.traces[0].id')
in_state trace "$page/?trace=$trace" wait "$shown" print 'document.querySelectorAll(".fold").forEach((b) => b.click()), ""'

mapfile -t line < <(browse size 1180x900 open "$page/" wait "$shown" print 'document.querySelectorAll(".found > li").length' \
	print 'document.querySelector(".pages").innerText' print 'document.querySelector(".pages a").click()' wait 'location.search.includes("page=1")' \
	wait "$shown" print 'document.querySelectorAll(".found > li").length + " " + document.querySelector(".pages").innerText' \
	print 'document.querySelector("#q").focus(), document.querySelector("#q").value = "80.1.7.77", document.querySelector("form button").click()' \
	wait 'location.search.includes("80.1.7.77")' wait "$shown" \
	print '[...document.querySelectorAll(".found a")].map((a) => a.textContent).join(" ")' \
	open "$page/?q=AS64501" wait "$shown" print 'document.querySelectorAll(".found > li").length' \
	open "$page/?q=AS1" wait "$shown" print 'document.querySelector("#answer h2").textContent' \
	open "$page/?q=%3Cb%3Ehome" wait "$shown" print 'document.querySelector("#answer .bad").textContent' \
	print 'performance.getEntriesByType("resource").every((e) => new URL(e.name).origin == location.origin)' quiet)
is "a search is a page of 50" "50 Next" "${line[0]} ${line[1]}"
is "and the rest on the next" "12 Previous" "${line[3]}"
is "an address is found in its prefix" "80.1.7.0/24" "${line[5]}"
is "an AS by its prefixes" 50 "${line[6]}"
is "what is not kept" "Nothing is kept of AS1" "${line[7]}"
is "what is none of them" "This is not a prefix, an address or an AS." "${line[8]}"
is "nothing from elsewhere" true "${line[9]}"

rows='[...document.querySelectorAll(".changes > li")].map((l) => l.querySelector(".kind").textContent.trim()).join(" ")'
mapfile -t line < <(browse size 1180x900 open "$page/?series=$year&days=365" wait "$shown" \
	print '[...document.querySelectorAll(".ways-list > li")].map((l) => l.querySelector(".letter").textContent + " " + [...l.querySelectorAll(".chain span")].map((s) => s.className + " " + s.textContent).join(", ")).join(" | ")' \
	print "$rows" print 'document.querySelectorAll(".ways .mark").length' \
	print 'document.querySelectorAll(".ways .day").length > 90 && [...document.querySelectorAll(".ways .day")].every((a) => a.querySelectorAll(".cell").length == 2)' \
	print '[...new Set([...document.querySelectorAll(".ways .cell")].map((c) => c.className.baseVal))].join(" ")' \
	print '[...document.querySelectorAll(".traces td:nth-child(2)")].every((c) => c.textContent == "A")' \
	print 'document.querySelector("#day").focus(), document.querySelector("#day").valueAsNumber = Date.now() - 80 * 86400000, document.querySelector("#traces button").click()' \
	wait 'location.hash' wait "$shown" print '[...document.querySelectorAll(".traces td:nth-child(2)")].every((c) => c.textContent == "B")' \
	print 'document.querySelector(".traces a").focus(), document.activeElement.click()' wait 'location.search.includes("trace=")' wait "$shown" \
	print '[...document.querySelectorAll(".path .number")].map((n) => n.textContent).join(" ")' \
	print '[...document.querySelectorAll("tbody tr:not(.details)")].map((r) => [...r.cells].slice(0, 3).map((c) => c.innerText.replace(/\s+/g, " ").trim()).join(" ")).join("|")' \
	print 'document.querySelector(".status").textContent' \
	print 'document.querySelector(".fold").focus(), document.activeElement.click(), document.querySelector("tr.details:not([hidden])").innerText.includes("10.9.1.1")' quiet)
is "two ways, in the colours of their networks" \
	'A as0 AS64500 Transit GmbH, as1 AS64501 Eyeball "Telecom" | B as0 AS64500 Transit GmbH, as1 AS64501 Eyeball "Telecom"' "${line[0]}"
is "two changes, and the balancer is none" "change change" "${line[1]}"
is "which are marked" 2 "${line[2]}"
is "days across, with a stripe for each network" true "${line[3]}"
is "in the same colours" "cell as0 cell as1" "${line[4]}"
is "the last traces took the first way" true "${line[5]}"
is "those of a day that is named the other" true "${line[7]}"
is "a trace opens as a path" "S 1 2 3 * 5 P" "${line[9]}"
is "and as a table" '1 10.9.1.1 Private-Use RFC 1918|2 62.1.2.1 Transit GmbH AS64500|3 80.1.9.1 Eyeball "Telecom" AS64501|4 no answer |5 80.1.2.9 Eyeball "Telecom" AS64501' "${line[10]}"
is "with its end" "Reached the prober in 5 hops (24 probes)." "${line[11]}"
is "and details, by keyboard" true "${line[12]}"
# the first cell is three days, of the first of which only the end is within the year: 8 traces, and as many as that end has
is "a click on the picture has the traces until then" true "$(browse size 1180x900 open "$page/?series=$year&days=365" wait "$shown" \
	print 'document.querySelector(".ways .day .cell").dispatchEvent(new MouseEvent("click", { bubbles: true })), ""' \
	wait 'location.search.includes("before=")' wait "$shown" \
	print '[...document.querySelectorAll(".traces tbody tr")].length' quiet | tail -n 1 | sed -E 's/^([89]|1[0-2])$/true/')"
is "the order of the keyboard: the answer, the search, the days" "SKIP|H1|Q|BUTTON|30 DAYS|90 DAYS|1 YEAR|ALL" \
	"$(browse open "$page/?series=$year" wait "$shown" print '[...document.querySelectorAll("a, button, input, summary")].filter((e) => e.tabIndex >= 0 && !e.closest(".rows, #traces")).map((e) => (e.id || (e.closest(".skip, h1, .choice") ? e.className || (e.closest("h1") ? "h1" : e.textContent) : e.tagName)).toUpperCase()).join("|")')"
is "focus is seen" true "$(browse open "$page/?series=$year" wait "$shown" print \
	'[...document.querySelectorAll(".choice a, #q, form button")].every((e) => { e.focus({ focusVisible: true }); return parseFloat(getComputedStyle(e).outlineWidth) >= 2; })')"

# ---- whom it answers, and how fast ----

head=$(curl -sI $page/)
has "a policy without exceptions" "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " "$head"
is "another name is not answered (DNS rebinding)" "421 421 200 200" "$(for name in evil.example:8470 localhost.evil.example '[::1]:8470' 127.0.0.1; do
	curl -s -o /dev/null -w '%{http_code} ' -H "Host: $name" "$page/search.json?q="; done | sed 's/ $//')"
is "what has not changed is not sent again" 304 \
	"$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $(sed -n 's/^ETag: \(.*\)\r/\1/p' <<<"$head")" $page/)"
is "GET alone, of files that are there" "405 404 404" "$(curl -s -o /dev/null -w '%{http_code} ' -X POST -d q=1 $page/
	curl -s -o /dev/null -w '%{http_code} ' --path-as-is $page/../../etc/passwd
	curl -s -o /dev/null -w '%{http_code}' $page/none)"
is "questions that make no sense" "page: not a number|series, days: not a number|Nothing is kept of this any more.|This is not the number of a trace.|This trace is not kept any more." \
	"$(for q in 'search.json?q=&page=-1' 'ways.json?series=1&days=99999' 'ways.json?series=99&days=9' 'trace.json?id=x' 'trace.json?id=1-1'; do
		curl -s "$page/$q" | jq -r .error; done | paste -sd '|')"
is "a head without end" 1 "$(curl -s -o /dev/null -w '%{http_code}' -H "X: $(head -c 20000 /dev/zero | tr '\0' a)" $page/ | grep -cE '^(431|413|400)$')"
is "one connection has several answers" "1 0 0" "$(curl -s -o /dev/null -w '%{num_connects} ' $page/ -o /dev/null $page/look.css -o /dev/null "$page/search.json?q=" | sed 's/ $//')"
stop_page
is "ends by a signal" 0 "$stopped"

# ---- where it listens ----

start_page "$work/page"
is "a Unix socket, for its user and group" "srw-rw----" "$(stat -c %A "$work/page")"
is "answers whatever name a proxy has" 200 "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$work/page" http://history.example/)"
stop_page
is "which goes with it" "0 gone" "$stopped $([ -e "$work/page" ] || echo gone)"
is "no other address of this host" "2 uturn-history: error: listen: '0.0.0.0:8470' is not an address of the loopback (for other hosts: ssh -L, or a web server in front)" \
	"$(said=$(keep serve 0.0.0.0:8470); echo "$? $said")"
is "nor a store that is not there" 1 "$("$history" -f "$work/history.conf" -D "$work/nothing.db" serve >"$work/said" 2>&1; echo $?)"
