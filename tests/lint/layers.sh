#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which folder may include which, row by row. A file is checked by the first row that it matches. The drawing and the
# reasons are in doc/architecture.md.
. "$(dirname "$0")/lib.sh"

types='<(stdbool|stddef|stdint|string)\.h>'
system='<[a-zA-Z0-9_/.-]+\.h>'
libraries='<(ev|jansson|pcap|cap-ng|seccomp|libnetfilter_queue|libmnl|libiptc|xtables|cmocka)[a-z0-9_/.-]*'
adapter="$system|\"packet/(bytes|addr|reason)\.h\"|\"common/(clock|log)\.h\""
packet='"packet/[a-z0-9_]+\.h"'
lib='"(packet|common|config|control|daemon)/[a-z0-9_]+\.h"'
beside='"[a-z0-9_]+\.h"'
terminal='"terminal/[a-z_]+\.h"'
metrics='"metrics/[a-z_]+\.h"'
compare='"compare/[a-z]+\.h"'
record='"(compare|record)/[a-z_]+\.h"'
enrich='"enrich/[a-z0-9_]+\.h"'
page='"page/page_file\.h"'

# the libraries of uturn-web, of which each has its own file there
strangers='<(ev|ares|maxminddb|cap-ng)\.h|<(openssl|nghttp2|llhttp)/'

# files                       may include                                                          but not
rows() {
	cat <<END_OF_ROWS
^lib/packet/                  $types|$packet                                                       -
^lib/common/siphash           $types|"common/siphash\.h"                                           -
^lib/common/                  $system|$packet|"common/[a-z0-9_]+\.h"                               $libraries
^lib/config/                  $system|$packet|"(common|config)/[a-z0-9_]+\.h"                      $libraries
^lib/daemon/syscalls\.[ch]     $system|"daemon/syscalls\.h"                                          <(ev|jansson|pcap|cap-ng|lib.*)[./]
^lib/daemon/                  $system|$packet|"(common|daemon)/[a-z0-9_]+\.h"                      <(ev|jansson|pcap|seccomp|libnetfilter_queue|libmnl|libiptc)[./]
^lib/enrich/names\.[ch]        $system|$packet|"(common|enrich)/[a-z0-9_]+\.h"                     <(jansson|pcap|maxminddb|cap-ng|lib.*)[.]|<(openssl|nghttp2|llhttp)/
^lib/enrich/mmdb\.[ch]         $system|$packet|"(common|enrich)/[a-z0-9_]+\.h"                     <(ev|ares|jansson|pcap|cap-ng|lib.*)[.]|<(openssl|nghttp2|llhttp)/
^lib/enrich/                  $types|$packet|"(common|enrich)/[a-z0-9_]+\.h"                      -
^lib/page/                     $types|<(inttypes|stdio)\.h>|"page/page_file\.h"                       -
^lib/raw/capture\.[ch]         $adapter|"raw/capture\.h"                                             <(ev|jansson|lib.*)[./]
^lib/raw/sender\.[ch]          $adapter|"raw/sender\.h"                                              $libraries
^lib/metrics/host_state\.[ch]   $system|"metrics/host_state\.h"|<jansson\.h>                             <(ev|pcap|lib.*)[./]
^lib/metrics/                  $types|<(inttypes|stdio|stdlib|jansson)\.h>|"packet/reason\.h"|$metrics -
^lib/terminal/view_            $types|"terminal/view_[a-z]+\.h"                                          -
^lib/terminal/                 $system|$terminal                                                       $libraries
^lib/control/                  $system|<jansson\.h>|"(common|control)/[a-z_]+\.h"                        <(ev|pcap|lib.*)[./]
^lib/compare/                  $types|<math\.h>|$compare                                                    -
^lib/record/                   $system|"packet/addr\.h"|"common/text\.h"|"record/[a-z_]+\.h"                 $libraries
^uturnd/engine/settings\.c    $types|"engine/settings\.h"|"config/config\.h"                       -
^uturnd/engine/               $types|$packet|"engine/[a-z0-9_]+\.h"|"config/choices\.h"|"common/siphash\.h" -
^uturnd/io/control            $adapter|"io/control[a-z_]*\.h"                                      <(ev|pcap|lib.*)[./]
^uturnd/io/queue              $adapter|"io/queue[a-z_]*\.h"                                        <(ev|pcap|jansson)[./]
^uturnd/io/capture_tcp        $adapter|"io/capture_tcp\.h"                                        $libraries
^uturnd/io/peer_socket         $adapter|"io/peer_socket\.h"|"common/sockaddr\.h"|<sodium\.h>       $libraries
^uturnd/io/tcp_               $adapter|"io/tcp_[a-z_]*\.h"                                         $libraries
^uturnd/io/                   -                                                                    -
^uturnd/process/(worker_process\.c|worker\.c|peers(_send|_receive)?\.c|peers_state\.h)  $system|$lib|"(engine|io|process|raw)/[a-z0-9_]+\.h"     -
^uturnd/process/sandbox_calls\.c  $system|"(process/sandbox|daemon/syscalls)\.h"                    <(ev|jansson|pcap|cap-ng|lib.*)[./]
^uturnd/process/              $system|$lib|"(engine|process)/[a-z0-9_]+\.h"                        $libraries
^uturnd/operator/trace_sessions\.[ch]  $system|$lib|"(engine|io|process|operator)/[a-z0-9_]+\.h"|<jansson\.h>  <(ev|pcap|lib.*)[./]
^uturnd/operator/report(_kept|_trace)?\.[ch]  $types|<(stdio|jansson)\.h>|"operator/report[a-z_]*\.h"|"common/text\.h"|$packet|"engine/[a-z_]+\.h" -
^uturnd/operator/             $system|$lib|"(engine|process|operator)/[a-z0-9_]+\.h"|<jansson\.h>  <(ev|pcap|lib.*)[./]
^uturnd/(loop|main)\.[ch]     $system|$lib|"(engine|io|process|operator)/[a-z0-9_]+\.h"|"loop\.h"  -
^rules/keep_state\.[ch]        $system|$beside                                                      <(ev|pcap|lib.*)[./]
^rules/nft_(lines|remove|status)\.[ch]  $system|$beside                                                      <(ev|pcap|lib.*)[./]
^rules/                       $system|$beside|$lib                                                 <(ev|jansson|pcap)[./]
^tools/uturn-replay/          $system|$beside|$lib|"engine/[a-z0-9_]+\.h"                          $libraries
^tools/uturnctl/doctor_certificate\.[ch]	$system|$beside                                           <(ev|jansson|pcap|lib.*)[./]
^tools/uturnctl/              $system|$beside|$lib|$metrics|$terminal                                            <(ev|pcap|lib.*)[./]|<openssl/
^tools/uturn-history/db_sqlite\.c  $system|"db\.h"                                              <(ev|jansson|pcap|lib.*)[./]
^tools/uturn-history/db_postgres\.c  $system|"db\.h"                                            <(ev|jansson|pcap|sqlite3)[./]
^tools/uturn-history/serve_http\.[ch]  $system|"serve_http\.h"                                    <(ev|jansson|pcap|sqlite3|lib.*)[./]
^tools/uturn-history/ways\.[ch]  $types|<stdlib\.h>|"packet/addr\.h"|"(kept|ways)\.h"              -
^tools/uturn-history/          $system|$beside|$lib|$enrich|$page|$record|<jansson\.h>                  <(ev|microhttpd|pcap|sqlite3|maxminddb|lib.*)[./]
^tools/uturn-web/web_sandbox_calls\.c  $system|"(web_sandbox|daemon/syscalls)\.h"                 <(ev|jansson|pcap|cap-ng|lib.*)[./]
^tools/uturn-web/(buffer|control_lines|control_socket|exchange|format|health|http_request|metrics|page|proxy_header|quota|record|route|settings_page|visit_hops|web_config|web_keywords|web_sandbox)[a-z_]*\.[ch]	$system|$beside|$lib|$enrich|$metrics|$page|<jansson\.h> $strangers
^tools/uturn-web/             $system|$beside|$lib|$enrich|$metrics                                         <(pcap|ares|maxminddb|lib.*)[./]
^tools/uturn-trace/(view|series)\.[ch]	$types|<stdio\.h>|<stdlib\.h>|$beside|"terminal/view_[a-z]+\.h" -
^tools/uturn-trace/(live_loss|live_rows|live_stats)\.[ch]	$system|$beside|$lib|$record|"search/[a-z_]+\.h" $libraries
^tools/uturn-trace/(aim|answers|diff|drawing|html|identity|markup|marks|page|print|record|request|svg)[a-z_]*\.[ch]	$system|$beside|$lib|$record|"search/[a-z_]+\.h" $libraries
^tools/uturn-trace/search/    $types|<math\.h>|"packet/(addr|bytes)\.h"|"common/siphash\.h"|$compare|$beside -
^tools/uturn-trace/interface\.[ch]	$system|"packet/addr\.h"|"common/sockaddr\.h"|"interface\.h"|<libmnl/libmnl\.h> <(ev|ares|jansson|maxminddb|pcap|cap-ng)[./]
^tools/uturn-trace/           $system|$beside|$lib|$enrich|$terminal|$record|"(raw|search)/[a-z_]+\.h"                     <(ares|jansson|maxminddb|lib.*)[./]
^tests/unit/uturn-trace/test_(watch|sweep)\.c  $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                       <pcap\.h
^tests/(unit|replay|fuzz)/    $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               <(ev|pcap)\.h
^tests/                       $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               -
END_OF_ROWS
}

rows >"$work/rows"
sources '\.[ch]$' >"$work/files"
xargs grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null <"$work/files" >"$work/includes"

# One process for all of it: rows, then the files that there are, then file:line:#include.
awk '
FILENAME == ARGV[1] { files[NR] = $1; may[NR] = "^(" $2 ")$"; not[NR] = $3; count = NR; next }
FILENAME == ARGV[2] {
	is_there[$0] = 1
	for (i = 1; i <= count && $0 !~ files[i];)
		i++
	row[$0] = i
	if (i > count || may[i] == "^(-)$")
		print $0 ": in no layer that this lint knows"
	next
}
{
	match($0, /:[0-9]+:/)
	file = substr($0, 1, RSTART - 1)
	line = substr($0, RSTART + 1, RLENGTH - 2)
	name = $0
	sub(/^[^#]*#[ \t]*include[ \t]*/, "", name)
	sub(/[ \t].*/, "", name)
	i = row[file]
	if (i > count || may[i] == "^(-)$")
		next
	# a name in quotes without a folder is that of a file beside it
	beside = file
	sub(/[^\/]*$/, "", beside)
	is_elsewhere = file !~ /^tests\// && name ~ /^"[a-z0-9_]+\.h"$/ && !((beside substr(name, 2, length(name) - 2)) in is_there)
	if (name !~ may[i] || (not[i] != "-" && name ~ not[i]) || is_elsewhere)
		print file ":" line ": may not include " name
}
' "$work/rows" "$work/files" "$work/includes" >"$work/found"
result 'layers: who includes whom' "$work/found"

# uturn-web and uturn-trace have no engine to keep apart from it; lib/enrich/names is for such programs
sources '\.[ch]$' | grep -vE '^(uturnd/(loop|process/(worker_process|worker))\.c|lib/enrich/names\.c|tools/uturn-(web|trace)/.*|tests/unit/uturn-trace/test_(watch|sweep)\.c)$' | xargs grep -ln '<ev\.h>' >"$work/found"
result 'layers: the event loop of uturnd stays in the loops of its processes' "$work/found"

sources '\.[ch]$' | grep -vx 'lib/terminal/screen\.c' | xargs grep -lnE '<(n?curses|term)\.h>' >"$work/found"
result 'layers: ncurses stays in the screen of lib/terminal' "$work/found"
