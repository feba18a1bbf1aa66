#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `uturnctl health` for supervisors: one line, and an exit status that says whether probes are turned.

. "$(dirname "$0")/../helpers/lib.sh"

# health CASE STATUS REGEX: of the uturnd that runs in the target
health() {
	local output status

	output=$(target timeout "$hang" "$build/uturnctl" --socket "$control" health 2>&1)
	status=$?
	is "$1: exit status" "$2" "$status"
	has "$1: says so" "$3" "$output"
	is "$1: in one line" 1 "$(wc -l <<<"$output")"
}

condition() { sed -nE 's/.*"ipv6":\{"state":"([a-z]*)".*/\1/p' /run/uturn-rules/state.json; }
is_now() { [ "$(condition)" = "$1" ]; }

start_lab 1 1
health "no uturnd" 1 "uturnctl: socket .*: No such file or directory \(is uturnd running\?\)"
start_uturnd
health "rules by hand" 0 "^uturnd [0-9.]+ answers, rules not kept, queue has its listener$"

mkdir "$work/bin"
real=$(command -v ip6tables-nft-restore)
printf '#!/bin/sh\n[ ! -e %s/fail ] || exit 1\nexec %s "$@"\n' "$work" "$real" >"$work/bin/ip6tables-nft-restore"
chmod +x "$work/bin/ip6tables-nft-restore"
PATH=$work/bin:$PATH "$uturn_lab" run target "$build/uturn-rules" keep --backend nft --config "$work/uturnd.conf" >"$work/keep.log" 2>&1 &
keep_pid=$!
started keep "$work/keep.log" "$keep_pid"
health "rules kept" 0 "^uturnd [0-9.]+ answers, rules present, queue has its listener$"

: >"$work/fail"
target ip6tables-nft -t mangle -F
eventually is_now failed
health "rules that cannot be applied" 1 "^uturnctl: rules of IPv6 failed: .*\(uturn-rules check says more\)$"
rm "$work/fail"
eventually is_now present
health "applied again" 0 "rules present"
kill -KILL "$keep_pid"
wait "$keep_pid" 2>/dev/null
health "killed, state.json is there still" 0 "rules not kept"

title=""
kill -STOP "$uturnd_pid"
from=$EPOCHREALTIME
health "uturnd hangs" 1 "^uturnctl: no answer from uturnd within 1 second$"
echo "# uturnd hangs: said after $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $from }") s"
kill -CONT "$uturnd_pid"
stop_uturnd
is "uturnd ends well" 0 "$stopped"
