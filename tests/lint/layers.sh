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
lib='"(packet|common|config|daemon)/[a-z0-9_]+\.h"'
beside='"[a-z0-9_]+\.h"'
enrich='"enrich/[a-z0-9_]+\.h"'

# the libraries of uturn-web, of which each has its own file there
strangers='<(ev|ares|maxminddb|cap-ng)\.h|<(openssl|nghttp2|llhttp)/'

# files                       may include                                                          but not
rows() {
	cat <<END_OF_ROWS
^lib/packet/                  $types|$packet                                                       -
^lib/common/siphash           $types|"common/siphash\.h"                                           -
^lib/common/                  $system|$packet|"common/[a-z0-9_]+\.h"                               $libraries
^lib/config/                  $system|$packet|"(common|config)/[a-z0-9_]+\.h"                      $libraries
^lib/daemon/                  $system|$packet|"(common|daemon)/[a-z0-9_]+\.h"                      <(ev|jansson|pcap|lib.*)[./]
^lib/enrich/names\.[ch]        $system|$packet|"(common|enrich)/[a-z0-9_]+\.h"                     <(jansson|pcap|maxminddb|cap-ng|lib.*)[.]|<(openssl|nghttp2|llhttp)/
^lib/enrich/mmdb\.[ch]         $system|$packet|"(common|enrich)/[a-z0-9_]+\.h"                     <(ev|ares|jansson|pcap|cap-ng|lib.*)[.]|<(openssl|nghttp2|llhttp)/
^lib/enrich/                  $types|$packet|"(common|enrich)/[a-z0-9_]+\.h"                      -
^uturnd/engine/settings\.c    $types|"engine/settings\.h"|"config/config\.h"                       -
^uturnd/engine/               $types|$packet|"engine/[a-z0-9_]+\.h"|"config/choices\.h"|"common/siphash\.h" -
^uturnd/io/control            $adapter|"io/control[a-z_]*\.h"                                      <(ev|pcap|lib.*)[./]
^uturnd/io/queue              $adapter|"io/queue[a-z_]*\.h"                                        <(ev|pcap|jansson)[./]
^uturnd/io/capture_tcp        $adapter|"io/capture_tcp\.h"                                        $libraries
^uturnd/io/capture            $adapter|"io/capture[a-z_]*\.h"                                      <(ev|jansson|lib.*)[./]
^uturnd/io/sender             $adapter|"io/sender[a-z_]*\.h"                                       $libraries
^uturnd/io/tcp_               $adapter|"io/tcp_[a-z_]*\.h"                                         $libraries
^uturnd/io/                   -                                                                    -
^uturnd/process/(worker_process|worker)\.c  $system|$lib|"(engine|io|process)/[a-z0-9_]+\.h"         -
^uturnd/process/sandbox_calls\.c  $system|"process/sandbox\.h"                                     <(ev|jansson|pcap|cap-ng|lib.*)[./]
^uturnd/process/              $system|$lib|"(engine|process)/[a-z0-9_]+\.h"                        $libraries
^uturnd/operator/trace_sessions\.[ch]  $system|$lib|"(engine|io|process|operator)/[a-z0-9_]+\.h"|<jansson\.h>  <(ev|pcap|lib.*)[./]
^uturnd/operator/report(_trace)?\.[ch]  $types|<jansson\.h>|"operator/report[a-z_]*\.h"|"common/text\.h"|$packet|"engine/[a-z_]+\.h" -
^uturnd/operator/             $system|$lib|"(engine|process|operator)/[a-z0-9_]+\.h"|<jansson\.h>  <(ev|pcap|lib.*)[./]
^uturnd/(loop|main)\.[ch]     $system|$lib|"(engine|io|process|operator)/[a-z0-9_]+\.h"|"loop\.h"  -
^rules/                       $system|$beside|$lib                                                 <(ev|jansson|pcap)[./]
^tools/uturn-replay/          $system|$beside|$lib|"engine/[a-z0-9_]+\.h"                          $libraries
^tools/uturnctl/              $system|$beside|$lib                                                 <(ev|pcap|lib.*)[./]
^tools/uturn-web/(buffer|control_lines|control_socket|exchange|format|health|http_request|metrics|page|proxy_header|quota|record|route|settings_page|tcp_ends|visit_hops|web_config|web_keywords)[a-z_]*\.[ch]	$system|$beside|$lib|$enrich|<jansson\.h> $strangers
^tools/uturn-web/             $system|$beside|$lib|$enrich                                         <(pcap|ares|maxminddb|lib.*)[./]
^tools/uturn-trace/search/    $types|<math\.h>|"packet/(addr|bytes)\.h"|"common/siphash\.h"|$beside -
^tests/(unit|replay|fuzz)/    $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               <(ev|pcap)\.h
^tests/                       $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               -
END_OF_ROWS
}

# A name in quotes without a folder is that of a file beside it.
is_elsewhere() {
	[[ $2 =~ ^\"[a-z0-9_]+\.h\"$ ]] && [ ! -f "$1/${2//\"/}" ]
}

row_of() {
	local file=$1 files may not
	while read -r files may not; do
		if [[ $file =~ $files ]]; then
			printf '%s %s\n' "$may" "$not"
			return
		fi
	done < <(rows)
	echo '- -'
}

sources '\.[ch]$' | while read -r file; do
	read -r may not < <(row_of "$file")
	if [ "$may" = - ]; then
		printf '%s: in no layer that this lint knows\n' "$file"
		continue
	fi
	grep -nE '^[[:space:]]*#[[:space:]]*include' "$file" | sed -E 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/ /' |
		while read -r line name _; do
			if ! [[ $name =~ ^($may)$ ]] || { [ "$not" != - ] && [[ $name =~ $not ]]; } ||
				{ [[ $file != tests/* ]] && is_elsewhere "$(dirname "$file")" "$name"; }; then
				printf '%s:%s: may not include %s\n' "$file" "$line" "$name"
			fi
		done
done >"$work/found"
result 'layers: who includes whom' "$work/found"

# uturn-web has no engine to keep apart from it, but connections and timers all over; lib/enrich/names is for such programs
sources '\.[ch]$' | grep -vE '^(uturnd/(loop|process/(worker_process|worker))\.c|lib/enrich/names\.c|tools/uturn-web/.*)$' | xargs grep -ln '<ev\.h>' >"$work/found"
result 'layers: the event loop of uturnd stays in the loops of its processes' "$work/found"
