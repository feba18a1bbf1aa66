# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scenario rules asks and compares with; sourced by it. backend, family and state are those of the round.

tables() { if [ "$1" = 6 ]; then echo "ip6tables-$backend"; else echo "iptables-$backend"; fi; }

# save [-c]: both families, but for dates and for what the built-in chains counted, which any neighbour changes
save() {
	{ at there "$(tables 4)-save" "$@" && at there "$(tables 6)-save" "$@"; } | sed -E '/^#/d; s/^(:.*) \[[0-9:]*\]$/\1/'
}

# same CASE BEFORE AFTER: two tables, of which only the difference is shown
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected the same got $(diff <(echo "$2") <(echo "$3") | grep '^[<>]' | head -n 9 | tr '\n' '|')"
	fi
}
uturn_rules() { at there "$rules" "$@" --backend "$backend" >"$work/out" 2>"$work/err"; }
probe() { at here "$send" "$1" "$me" "$target" "${@:2}" || not_ok "send" "expected $* to leave"; }

apply() {
	uturn_rules remove
	uturn_rules apply --state "$state" "$@" || give_up "apply $*" "$(tr '\n' '|' <"$work/err")"
	counted >/dev/null
}

# counters -> "HOP PACKETS" a line, hop 0 for all that came
counters() {
	if [ "$backend" = nftables ]; then
		at there nft list counters table inet uturn 2>/dev/null | awk -v name="^ipv${family}_(hop|entered)" '
			$1 == "counter" { counter = $2 }
			$1 == "packets" && counter ~ name { sub(/^ipv._(hop|entered)/, "", counter); print counter + 0, $2 }'
		return
	fi
	at there "$(tables "$family")-save" -c -t mangle | sed -nE '
		s/^\[([0-9]+):.* (UTURN)-hop0*([0-9]+) .*-j NFQUEUE.*/\3 \1/p
		s/^\[([0-9]+):.*-A INPUT .*-j UTURN$/0 \1/p'
}

# counted -> "1 2:3", the hops whose chain queued packets since it was last asked, with how many
# beyond one, or "-"; after a slash how many low TTLs came at all
counted() {
	local now
	now=$(counters)
	awk -v before="$(cat "$work/counted.$family" 2>/dev/null)" '
		BEGIN { count = split(before, b); for (i = 1; i < count; i += 2) old[b[i]] = b[i + 1] }
		{ more = $2 - ($1 in old && old[$1] <= $2 ? old[$1] : 0) }
		$1 == 0 { came = more; next }
		more { line = line (line == "" ? "" : " ") $1 (more > 1 ? ":" more : "") }
		END { print (line == "" ? "-" : line) "/" came + 0 }' <<<"$now"
	tr '\n' ' ' <<<"$now" >"$work/counted.$family"
}

# queues CASE EXPECTED: compares and forgets
queues() { is "$1" "$2" "$(counted)"; }

# floods CASE LEAST MOST: so many of the probes with TTL 3 that came were queued
floods() {
	local queued

	queued=$(counted | sed -E 's/.*3:([0-9]+).*/\1/')
	[ "$queued" -lt "$2" ] || [ "$queued" -gt "$3" ] || queued=$2..$3
	is "$1" "$2..$3" "$queued"
}

# paced WINDOW FROM4 FROM6: probes with TTL 6, 12 and 12 within the window each, and 12 after it; false where this machine was slower
paced() {
	local step started since=""

	for step in "6 6" "12 6" "12 12" "12 0"; do # and then so many tenths of the window, for it is one of time
		started=${EPOCHREALTIME/./}
		at here "$send" udp "$2" 10.9.0.2 "${step% *}"
		at here "$send" udp "$3" fd00:9::2 "${step% *}"
		[ -z "$since" ] || ((${EPOCHREALTIME/./} - since < $1 * 1000000)) || return
		[ "${step#* }" = 6 ] && since=$started || since=""
		sleep "$(($1 * ${step#* } / 10)).$(($1 * ${step#* } % 10))"
	done
}
