#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `uturn-rules keep` beside what takes its rules away, on both backends and in both families: traces are complete again,
# the rules are those planned, and the others' are untouched. What it says, to its log and in state.json; reloads of uturnd;
# how it ends.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/firewall-lib.sh"

rules=$build/uturn-rules
file=$work/uturnd.conf

# start_keep [OPTION...]: with a /run/uturn-rules of its own, and the tools of iptables by way of $work/bin, where each notes that it ran
start_keep() {
	: >"$work/keep.log"
	# shellcheck disable=SC2016 # for the inner shell
	"$uturn_lab" ${lab_name:+--name "$lab_name"} run target unshare -m sh -c 'mkdir -p /run/uturn-rules &&
		mount -t tmpfs keep /run/uturn-rules && PATH=$0:$PATH && exec "$@"' "$work/bin" "$rules" keep --config "$file" "$@" >"$work/keep.log" 2>&1 &
	keep_pid=$!
	started keep "$work/keep.log" "$keep_pid"
}

# stop_keep [SIGNAL] -> its exit status in $stopped
stop_keep() {
	kill "-${1:-TERM}" "$keep_pid"
	wait "$keep_pid" 2>/dev/null
	stopped=$?
}

state() { cat "/proc/$keep_pid/root/run/uturn-rules/state.json" 2>&1; }

# field FAMILY NAME: of state.json
field() { state | sed -nE "s/.*\"ipv$1\":\{[^}]*\"$2\":\"?([^,}\"]*).*/\1/p"; }

# wrap: the tools of iptables, which note their name in $work/ran; with $work/fail none of them restores anything
wrap() {
	local tool

	mkdir -p "$work/bin"
	for tool in {ip,ip6}tables-{legacy,nft}-{save,restore}; do
		# shellcheck disable=SC2016 # for that shell
		printf '#!/bin/sh\necho %s >>%s/ran\ncase $0 in *-restore) [ ! -e %s/fail ] || { echo "%s: told to fail" >&2; exit 1; } ;; esac\nexec %s "$@"\n' \
			"$tool" "$work" "$work" "$tool" "$(command -v "$tool")" >"$work/bin/$tool"
		chmod +x "$work/bin/$tool"
	done
}

planned() { target "$rules" check --config "$file" "${backend[@]}" >"$work/check" 2>&1; }

# theirs: what others have in the tables of both families, and in those of nftables
theirs() {
	local tool

	for tool in {ip,ip6}tables-{legacy,nft}-save; do target "$tool" 2>/dev/null; done |
		grep -E '^(-A|:.* -)' | grep -v UTURN | sed 's/\[.*//'
	target nft -s list ruleset inet
}

# own_rules BACKEND: rules of the host's own, saved for iptables-restore
own_rules() {
	local tables

	for tables in iptables ip6tables; do
		target "$tables$1" -t mangle -A FORWARD -p tcp -j RETURN
		target "$tables$1" -A FORWARD -p udp --dport 9 -j DROP
		target "$tables$1-save" >"$work/$tables$1.saved"
	done
}

# survives CASE COMMAND...: after it traces are complete, the rules are as planned, and the others' as it has left them
survives() {
	local title=$title$1": " left from warned

	warned=$(grep -c "applied again" "$work/keep.log")
	target "${@:2}" >"$work/output" 2>&1 || give_up "$title" "$(tr '\n' '|' <"$work/output")"
	from=$EPOCHREALTIME
	left=$(theirs)
	eventually said "$work/keep.log" "applied again" $((warned + 2))
	echo "# ${title}both families applied again after $(awk "BEGIN { printf \"%.1f\", $(stat -c %.Y "$work/keep.log") - $from }") s"
	eventually planned
	is "${title}as planned" 0 $?
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
	END
	is "${title}theirs are untouched" "$left" "$(theirs)"
}

# leaves CASE COMMAND...: one that does not take the rules away
leaves() {
	local title=$title$1": "

	target "${@:2}" >"$work/output" 2>&1 || give_up "$title" "$(tr '\n' '|' <"$work/output")"
	planned
	is "${title}as planned" 0 $?
	clients "$path" <<-'END'
		4 | traceroute.db -n TARGET
	END
}

# taken_away: by another program, again and again; in a world of its own beside the rest
taken_away() {
	# shellcheck disable=SC2016 # for the inner shell
	timeout 120 unshare -mn sh -c 'mkdir -p /run/uturn-rules && mount -t tmpfs keep /run/uturn-rules || exit 1
		"$0" keep >"$1/contest.log" 2>&1 &
		until grep -q "another program" "$1/contest.log"; do nft flush ruleset; sleep 0.2; done
		kill $! && wait $!' "$rules" "$work"
}

# the tables are compared every 10 s; that nothing comes is no event, and can be seen by time alone
none_ran() {
	local before

	before=$(wc -l <"$work/ran")
	sleep 11
	[ "$(wc -l <"$work/ran")" = "$before" ]
}

# legacy: beside the rest, in a lab of its own, since it has to be waited for
legacy() {
	file=$work/uturnd.conf
	wrap
	start_lab 3 4
	start_uturnd
	title="legacy: "
	backend=(--backend legacy)
	own_rules -legacy
	: >"$work/ran"
	start_keep "${backend[@]}"
	planned # the comparison at the start is over
	eventually none_ran
	is "${title}is compared without a program" 0 $?
	# shellcheck disable=SC2016 # for the inner shell
	survives "iptables-restore" sh -c 'iptables-legacy-restore "$0/iptables-legacy.saved" && ip6tables-legacy-restore "$0/ip6tables-legacy.saved"' "$work"
	stop_keep
	is "${title}ends well" 0 "$stopped"
	stop_uturnd
}

wrap
start_lab 3 4
taken_away &
contest=$!
beside legacy legacy
start_uturnd

title="start: "
backend=()
own_rules -nft
start_keep
is "${title}the rules are applied" 0 "$(planned; echo $?)"
has "${title}state.json" '^\{"pid":[0-9]+,"ipv4":\{"state":"present","backend":"nft","since":1[0-9]+,"repaired":0,"error":""\},"ipv6":\{"state":"present",.*\}\}$' "$(state)"
# shellcheck disable=SC2016 # for the inner shell
output=$(nsenter -t "$keep_pid" -m -n "$rules" keep --config "$file" 2>&1)
is "${title}a second one: exit status" 1 $?
has "${title}a second one says so" "error: /run/uturn-rules/lock: another uturn-rules keep is running" "$output"
output=$(target setpriv --bounding-set -net_admin "$rules" keep --config "$file" 2>&1)
is "${title}without CAP_NET_ADMIN: exit status" 1 $?
has "${title}without CAP_NET_ADMIN: says so" "error: .*needs root, or CAP_NET_ADMIN" "$output"

title="nft: "
survives "nft flush ruleset" nft flush ruleset
has "${title}says so" "^uturn-rules: warning: IPv4: rules were gone, applied again" "$(cat "$work/keep.log")"
has "${title}says so (IPv6)" "^uturn-rules: warning: IPv6: rules were gone, applied again" "$(cat "$work/keep.log")"
is "${title}state.json counts" "present 1 present 1" "$(field 4 state) $(field 4 repaired) $(field 6 state) $(field 6 repaired)"
ran=$(wc -l <"$work/ran")
target nft add table inet theirs
target nft add set inet theirs s '{ type ipv4_addr; }'
target nft add element inet theirs s '{ 192.0.2.1 }'
target nft add table ip theirs
is "${title}what has nothing to do with the rules starts no program" "$ran" "$(wc -l <"$work/ran")"
stop_keep
own_rules -nft
start_keep
# shellcheck disable=SC2016 # for the inner shell
survives "iptables-restore" sh -c 'iptables-nft-restore "$0/iptables-nft.saved" && ip6tables-nft-restore "$0/ip6tables-nft.saved"' "$work"
stop_keep
start_keep
survives "a rule alone" sh -c 'iptables-nft -t mangle -D UTURN 2 && ip6tables-nft -t nat -D UTURN 1'
has "${title}says so" "warning: IPv6: rules were not as planned, applied again" "$(cat "$work/keep.log")"
stop_keep
start_keep
awk 'BEGIN {
	printf "add table inet many\nadd set inet many s { type ipv4_addr; }\nadd element inet many s { 10.2.0.0"
	for (i = 0; i < 8000; i++)
		printf ", 10.1.%d.%d", i / 200, i % 200
	print " }" }' >"$work/many"
# shellcheck disable=SC2016 # for the inner shell
survives "lost events" sh -c 'kill -STOP "$1" && nft -f "$0/many" && nft flush ruleset && cp /proc/net/netlink "$0" && kill -CONT "$1"' "$work" "$keep_pid"
has "${title}lost they were" "^[0-9a-f]+ +12 +$keep_pid +00000040 +[0-9]+ +0 +0 +[0-9]+ +[1-9]" "$(cat "$work/netlink")"
stop_keep
start_keep
unit=$(systemctl cat nftables.service 2>/dev/null || cat /usr/lib/systemd/system/nftables.service /lib/systemd/system/nftables.service 2>/dev/null)
reload=$(sed -nE 's/^ExecReload=//p' <<<"$unit" | head -n 1)
has "${title}nftables.service can be reloaded" "nft" "$reload"
# shellcheck disable=SC2086 # words
survives "systemctl reload nftables" $reload
stop_keep
is "${title}ends well" 0 "$stopped"

title="firewalld: "
if command -v firewalld >/dev/null && command -v dbus-daemon >/dev/null; then
	for of in nftables iptables; do
		start_firewalld "$of"
		start_keep
		survives "reload ($of)" firewall-cmd --reload
		stop_keep
		stop_firewalld
	done
else
	skip "firewalld" "firewalld or dbus-daemon is not installed"
fi

title="ufw: "
start_keep
if command -v ufw >/dev/null; then
	private /etc/ufw
	private /etc/default/ufw
	leaves "enable" ufw --force enable
	leaves "reload" ufw reload
	leaves "disable" ufw disable
else
	skip "ufw" "ufw is not installed"
fi

title="cannot be applied: "
: >"$work/fail"
target nft flush ruleset
wait_for "$work/keep.log" "error: IPv6: the rules cannot be applied again: .*told to fail"
has_failed() { [ "$(field 4 state) $(field 6 state)" = "failed failed" ]; }
eventually has_failed
is "${title}state.json" "failed failed" "$(field 4 state) $(field 6 state)"
has "${title}state.json says why" "iptables-nft-restore: told to fail" "$(field 4 error)"
rm "$work/fail"
eventually planned
is "${title}until it can" "0 present" "$? $(field 4 state)"
stop_keep KILL
is "${title}killed, the rules stay" 0 "$(planned; echo $?)"

title="reload: "
start_keep
has "${title}after SIGKILL they are kept on" "^IPv6: already in place" "$(cat "$work/keep.log")"
followed() { target "$build/uturnctl" --socket "$control" -j reload | grep -q '"rules_kept":true'; }
eventually followed
echo "max-ttl 40
request on
limit 7777/s total" >>"$file"
output=$(target "$build/uturnctl" --socket "$control" -j reload)
from=$EPOCHREALTIME
has "${title}names what the rules follow" '"until_restart":\[\],"rules":\["max-ttl","limit","request"\],"rules_kept":true' "$output"
eventually planned
is "${title}they do" 0 $?
echo "# ${title}as planned after $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $from }") s"
sed -i 's/^queue 5/queue 6/; s/^max-ttl 40/max-ttl 35/' "$file"
is "${title}uturnctl has nothing to run" "reloaded
queue: unchanged until uturnd is restarted" "$(target "$build/uturnctl" --socket "$control" reload)"
wait_for "$work/keep.log" "IPv6: in place, TTL 1..35 into queue 5"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END
echo "max-ttl many" >>"$file"
kill -HUP "$keep_pid"
wait_for "$work/keep.log" "error: .*max-ttl.*: the rules stay as they were"
sed -i '$d' "$file"
stop_uturnd
start_configured
wait_for "$work/keep.log" "IPv6: in place, TTL 1..35 into queue 6"
title="reload: uturnd started again with another queue: "
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
END

title="end: "
stop_keep
is "${title}exit status" 0 "$stopped"
is "${title}the rules are gone, and the others' stay" "" "$(target nft list ruleset | grep UTURN)"
sed -i 's/^max-ttl 35/max-ttl 36/' "$file"
is "${title}without it uturnctl says what to run" "reloaded
run: uturn-rules apply --config $file" "$(target "$build/uturnctl" --socket "$control" reload)"

stop_uturnd

title="taken away again and again: "
wait "$contest"
is "${title}ends well all the same" 0 $?
has "${title}says so" "error: another program keeps taking our rules away \(IPv[46]\): applied again once a minute" "$(cat "$work/contest.log")"
is "${title}after ten repairs" 10 "$(grep -m 1 -B 100 'another program' "$work/contest.log" | grep -c "IPv$(sed -nE 's/.*our rules away .IPv([46]).*/\1/p' "$work/contest.log" | head -n 1): rules were .*, applied again")"
end_beside
