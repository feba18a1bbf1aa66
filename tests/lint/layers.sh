#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include whom: the table of DESIGN.md, row by row. A file is checked by the first row it matches.
. "$(dirname "$0")/lib.sh"

types='<(stdbool|stddef|stdint|string)\.h>'
system='<[a-zA-Z0-9_/.-]+\.h>'
libraries='<(ev|jansson|pcap|cap-ng|seccomp|libnetfilter_queue|libmnl|libiptc|xtables|cmocka)[a-z0-9_/.-]*'

# the libraries of uturn-web, of which each has its own file there
strangers='<(ev|ares|maxminddb|http_parser|cap-ng)\.h|<(openssl|nghttp2)/'

# files                       may include                                                          but not
rows() {
	cat <<END
^uturnd/packet/               $types|"packet/[a-z0-9_]+\.h"                                        -
^uturnd/engine/               $types|"(packet|engine)/[a-z0-9_]+\.h"|"config\.h"                   -
^uturnd/io/control            $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/control[a-z_]*\.h" <(ev|pcap|lib.*)[./]
^uturnd/io/queue              $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/queue[a-z_]*\.h" <(ev|pcap|jansson)[./]
^uturnd/io/capture            $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/capture[a-z_]*\.h" <(ev|jansson|lib.*)[./]
^uturnd/io/sender             $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/sender[a-z_]*\.h" $libraries
^uturnd/io/sniff              $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/sniff[a-z_]*\.h" $libraries
^uturnd/io/tcp_               $system|"packet/(bytes|addr|reason)\.h"|"(clock|log)\.h"|"io/tcp_[a-z_]*\.h" $libraries
^uturnd/io/                   -                                                                    -
^uturnd/(crew_process|loop|main|worker)\.c       $system|"([a-z]+/)?[a-z0-9_]+\.h"                                    -
^uturnd/privileges\.c         $system|"[a-z0-9_]+\.h"                                              <(ev|jansson|pcap|lib.*)[./]
^uturnd/sandbox_calls\.c      $system|"sandbox\.h"                                                 <(ev|jansson|pcap|cap-ng|lib.*)[./]
^uturnd/tracing\.[ch]         $system|"[a-z0-9_]+\.h"|"engine/engine\.h"|"io/[a-z_]+\.h"|<jansson\.h>  <(ev|pcap|lib.*)[./]
^uturnd/report(_trace)?\.[ch] $types|<jansson\.h>|"report[a-z_]*\.h"|"text\.h"|"(packet|engine)/[a-z_]+\.h" -
^uturnd/operator\.[ch]        $system|"[a-z0-9_]+\.h"|"engine/engine\.h"|<jansson\.h>            <(ev|pcap|lib.*)[./]
^uturnd/[a-z_]+\.[ch]         $system|"[a-z0-9_]+\.h"|"(packet|engine)/[a-z0-9_]+\.h"              $libraries
^rules/                       $system|"[a-z0-9_]+\.h"|"packet/addr\.h"                             <(ev|jansson|pcap)[./]
^tools/uturnctl/              $system|"[a-z0-9_]+\.h"|"(packet|engine)/[a-z0-9_]+\.h"              <(ev|pcap|lib.*)[./]
^tools/uturn-web/(buffer|door|exchange|format|metrics|page|quota|record|request|route|settings_page|special|web_)[a-z_]*\.[ch]	$system|"[a-z0-9_]+\.h"|"(packet|engine)/[a-z0-9_]+\.h"|<jansson\.h> $strangers
^tools/uturn-web/             $system|"[a-z0-9_]+\.h"|"(packet|engine)/[a-z0-9_]+\.h"              <(pcap|lib.*)[./]
^tools/                       $system|"[a-z0-9_]+\.h"|"(packet|engine)/[a-z0-9_]+\.h"              $libraries
^tests/(unit|replay|fuzz)/    $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               <(ev|pcap)\.h
^tests/                       $system|"([a-z0-9_-]+/)*[a-z0-9_]+\.h"                               -
END
}

# Without a folder, a name in quotes is a file beside it, or one of the few that everybody shares.
shared='"(clock|config|config_keywords|config_verdict|keywords|log|notify|options|privileges|sockaddr|standard_files|stream|text|version)\.h"'
stranger() {
	local folder=$1 name=$2
	[[ $name =~ ^\"[a-z0-9_]+\.h\"$ ]] && [ ! -f "$folder/${name//\"/}" ] && ! [[ $name =~ ^$shared$ ]]
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
				{ [[ $file != tests/* ]] && stranger "$(dirname "$file")" "$name"; }; then
				printf '%s:%s: may not include %s\n' "$file" "$line" "$name"
			fi
		done
done >"$work/found"
result 'layers: who includes whom' "$work/found"

# uturn-web has no engine to keep apart from it, but connections, look-ups and timers all over
sources '\.[ch]$' | grep -vE '^(uturnd/(crew_process|loop|worker)\.c|tools/uturn-web/.*)$' | xargs grep -ln '<ev\.h>' >"$work/found"
result 'layers: the event loop of uturnd stays in the loops of its processes' "$work/found"
