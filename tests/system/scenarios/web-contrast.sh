#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page in each state that it can be in, light and dark, at four widths: every text has the contrast of WCAG AAA, and
# nothing scrolls sideways. PICTURES=DIR, AXE=FILE: see in_state in web-lib.sh.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

browser_world
"$helpers/write-mmdb" "$work/places.mmdb" geolite || give_up "write a database"
page=https://localhost:8443/
common="listen [::]:8443 tls
certificate $work/first.crt
key $work/first.key
mmdb $work/places.mmdb
resolve no
user nobody"
plenty="limit 100000/m traces-per-prefix
limit 100000/m traces"

hops='{"tracing":true,"max-ttl":32,"attempts":3}
{"hop":1,"kind":"time-exceeded","router":"10.2.1.1","rtt_ms":0.313,"attempt":1}
{"hop":2,"kind":"time-exceeded","router":"62.1.2.1","rtt_ms":0.713,"attempt":1}
{"hop":3,"kind":"time-exceeded","router":"62.1.3.1","rtt_ms":4.713,"attempt":1,"mpls":[{"label":24001,"tc":0,"bottom":true,"ttl":1}]}
{"hop":4,"kind":"silent","attempts":3}
{"hop":5,"kind":"time-exceeded","router":"80.1.2.3","rtt_ms":11.213,"attempt":1}
{"hop":5,"kind":"time-exceeded","router":"80.1.2.4","rtt_ms":12.813,"attempt":2}
{"hop":6,"kind":"unreachable","router":"80.1.2.9","rtt_ms":14.813,"attempt":1}
{"hop":7,"kind":"time-exceeded","router":"192.168.7.1","rtt_ms":15.513,"attempt":1,"behind_nat":true}'
summary='"summary":[{"hop":1,"router":"10.2.1.1","sent":3,"received":3,"min_ms":0.3,"avg_ms":0.3,"max_ms":0.3},{"hop":2,"router":"62.1.2.1","sent":3,"received":2,"min_ms":0.7,"avg_ms":0.8,"max_ms":0.9},{"hop":7,"router":"192.168.7.1","sent":3,"received":1,"min_ms":15.5,"avg_ms":15.5,"max_ms":15.5}]'
you='{"hop":8,"kind":"reached","router":"PEER","rtt_ms":16.6,"attempt":1}'

# play LINE...: what uturnd answers from now on
play() {
	[ -z "$fake_pid" ] || stop_fake
	printf '%s\n' "$@" >"$work/script"
	start_fake
}

over='document.querySelector(".status:not(.busy)")?.textContent'

play "$hops" "sleep 200"
start_web "$common
$plenty
title A title of one's own
operator Example Network
contact noc@example.net
notice On Sunday there is work on this network."
in_state mid-trace $page wait 'document.querySelector("tr.boundary")'
stop_web

start_web "$common
$plenty"
play "$hops" "$you" "{\"done\":true,\"end\":\"reached\",\"hops\":8,\"probes\":24,$summary}"
in_state reached $page wait "$over" print 'document.querySelector("#link").click(), ""' wait 'document.querySelector("#note").textContent'
in_state details $page wait "$over" print 'document.querySelectorAll(".fold").forEach((b) => b.click()), document.querySelector("details").open = true, ""'
for end in max-ttl closed busy idle limit; do
	play "$hops" "{\"done\":true,\"end\":\"$end\",\"hops\":7,\"probes\":24,$summary}"
	in_state "end-$end" $page wait "$over"
done
play '{"error":"inband is off"}'
in_state error-refused $page wait "document.querySelector('.bad')"
in_state damaged "$page#kept=W10" wait "document.querySelector('#note').textContent"
stop_fake
fake_pid=""
in_state error-no-uturnd $page wait "document.querySelector('.bad')"
stop_web
play "$hops" "$you" "{\"done\":true,\"end\":\"reached\",\"hops\":8,\"probes\":24,$summary}"
start_web "$common
limit 1/m traces"
in_state error-too-many $page wait "$over" open $page run "$helpers/contrast.js" wait "document.querySelector('.bad')"
stop_web

both="page4 https://v4.test:8443
page6 https://v6.test:PORT
cors https://localhost:8443"
start_web "$common
$plenty
${both/PORT/8443}"
in_state both-families $page wait 'document.querySelectorAll(".status.good").length == 2'
stop_web
start_web "$common
$plenty
${both/PORT/8444}"
in_state one-family $page wait 'document.querySelector(".bad")'
play "$hops" "sleep 200"
in_state error-lost $page wait 'document.querySelector("tr.boundary")' print 'traces[0].source.onerror(), ""' wait 'document.querySelector(".bad")'
stop_web
