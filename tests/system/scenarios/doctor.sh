#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `uturnctl doctor` on a good host, and on one broken host for each check: just that check says so, and the exit status
# tells whether it is a failure. The files of /etc, /var/lib and /run are the scenario's own.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

if [ -z "$can_scamper" ]; then # one user only
	skip "doctor" "needs root: in a user namespace of one user nobody can become another"
	exit
fi

file=/etc/uturn/uturnd.conf
ctl=$build/uturnctl
room=4096 # that xt_recent is said to have
sick= # shell commands that break the host for a doctor alone
patients=() # the command that doctor is run by

own_files() {
	if ! { cp -a /etc "$work/etc" && mount --bind "$work/etc" /etc && mount -t tmpfs own /var/lib; }; then
		give_up "make files of its own"
	fi
	mkdir -p /etc/uturn /var/lib/uturn /var/lib/uturn-web/tls
	chmod 755 "$work"
	sed -i '/^uturn/d' /etc/passwd /etc/group
	printf 'uturn:x:871:871::/:/usr/sbin/nologin\nuturn-web:x:872:872::/:/usr/sbin/nologin\n' >>/etc/passwd
	printf 'uturn:x:871:uturn-web\nuturn-web:x:872:\n' >>/etc/group
	control=/run/uturn/control
}

# write_config [TEXT]: a good one, and these lines
write_config() {
	printf 'inflection %s\ninflection %s\ninband on\n%s\n' "$second4" "$second6" "${1:-}" >$file
}

# start_daemon: as a user of its own
start_daemon() {
	: >"$work/uturnd.log"
	"$uturn_lab" run target "$build/uturnd" -f $file 2>"$work/uturnd.log" &
	uturnd_pid=$!
	started uturnd "$work/uturnd.log" "$uturnd_pid"
}

# start_keep [OPTION...]
start_keep() {
	: >"$work/keep.log"
	"$uturn_lab" run target "$build/uturn-rules" keep "$@" >"$work/keep.log" 2>&1 &
	keep_pid=$!
	started keep "$work/keep.log" "$keep_pid"
}

stop_keep() {
	kill "$keep_pid"
	wait "$keep_pid" 2>/dev/null
}

# make_signed NAME DAYS: a pair in $work/NAME.crt and .key, which the group of uturn-web may read
make_signed() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" -subj "/CN=$1" -keyout "$work/$1.key" \
		-out "$work/$1.crt" 2>/dev/null || give_up "make a certificate"
	chgrp uturn-web "$work/$1.key"
	chmod 640 "$work/$1.key"
}

# use_pair CERTIFICATE KEY: of these names
use_pair() {
	ln -sf "$1.crt" "$work/pair.crt"
	ln -sf "$2.key" "$work/pair.key"
}

# as_doctor [OPTION...]: in the target, where files of the kernel have been replaced
as_doctor() {
	echo "$room" >"$work/room"
	# shellcheck disable=SC2016 # for the inner shell
	target sh -c 'mount --bind "$1/room" /sys/module/xt_recent/parameters/ip_list_tot || exit
		eval "$2"
		shift 2
		exec "$@"' sh "$work" "$sick" "${patients[@]}" "$ctl" doctor "$@"
}

# finds CASE STATUS WHAT [WORDS]: all but these checks are ok, "note a, FAIL b" in their order; a line has these words
finds() {
	local status got

	as_doctor >"$work/doctor.out" 2>&1
	status=$?
	got=$(sed -nE '/^ok /d; s/^(note|FAIL)  ([^:]*): .*/\1 \2/p; t; p' "$work/doctor.out" | paste -sd ,)
	is "$1: exit status" "$2" "$status"
	is "$1" "$3" "${got//,/, }"
	[ -z "${4:-}" ] || has "$1: says so" "$4" "$(cat "$work/doctor.out")"
	sick=
	patients=()
	ctl=$build/uturnctl
}

# counted NAME: uturnd has counted some
has_counted() { target "$build/uturnctl" -j counters | grep -q "\"$1\":[1-9]"; }
waits() { target cat /proc/net/netfilter/nfnetlink_queue | awk '$1 == 5 && $3 > 0 { n = 1 } END { exit !n }'; }
is_kept() { target "$build/uturn-rules" check --config $file >/dev/null 2>&1; }

own_files
start_lab 1 1
make_signed good 90
make_signed other 90
make_signed late 10
use_pair good good
write_config
printf 'answer-from4 router\nanswer-from6 router\n' >/var/lib/uturn/spoof-check
start_daemon
start_keep --config $file
web_in=("$uturn_lab" run target)
start_web "resolve no
listen [::]:80
listen [::]:443 tls
certificate $work/pair.crt
key $work/pair.key"

# ---- a good host ----

finds "a good host" 0 "" "^ok    queue: queue 5 is read by uturnd$"
is "a good host: a line each" "$(grep -cE '^	\{ "[a-z -]+", doctor_check_' "$helpers/../../../tools/uturnctl/doctor.c")" "$(wc -l <"$work/doctor.out")"
has "a good host: user" "^ok    user and capabilities: user uturn, CAP_NET_ADMIN and CAP_NET_RAW, system calls filtered$" "$(cat "$work/doctor.out")"
has "a good host: certificate" "^ok    certificate: valid for (89|90) days$" "$(cat "$work/doctor.out")"
has "a good host: rules" "^ok    rules: IPv4: as planned \(iptables-nft\); IPv6: as planned \(ip6tables-nft\)$" "$(cat "$work/doctor.out")"
# shellcheck disable=SC2016 # python's
json() { python3 -c 'import json, sys
for c in json.load(sys.stdin)["checks"]:
    assert sorted(c) == ["found", "remedy", "result", "what"]
    word = "FAIL" if c["result"] == "fail" else c["result"]
    print("%-4s  %s: %s%s" % (word, c["what"], c["found"], c["remedy"] and " (" + c["remedy"] + ")"))'; }
as_doctor -j >"$work/doctor.json"
is "JSON: exit status" 0 $?
is "JSON: the same" "$(cat "$work/doctor.out")" "$(json <"$work/doctor.json" 2>&1)"
target "$ctl" doctor more >/dev/null 2>&1
is "an argument too many: exit status" 2 $?

# ---- files that only the doctor sees ----

room=100
finds "xt_recent as it comes" 0 "note room for probers" "xt_recent holds 100 probers .*\('options xt_recent ip_list_tot=4096'"
room=4096
# a file alone cannot be replaced there
# shellcheck disable=SC2016 # for the inner shell
sick='cd /proc/net && mkdir "$1/net" && cp --parents if_inet6 netlink route ip*_tables_* netfilter/nfnetlink_queue xt_recent/hop001 "$1/net" &&
	sed -i /^recent/d "$1/net/ip_tables_matches" && mount --bind "$1/net" /proc/$$/net && cd /
	[ ! -e /lib/modules ] || mount -t tmpfs none /lib/modules'
finds "a kernel without xt_recent" 1 "FAIL kernel" "lacks xt_recent \(install the modules"
echo 91 >"$work/count"
echo 100 >"$work/max"
# shellcheck disable=SC2016 # for the inner shell
sick='for f in count max; do mount --bind "$1/$f" /proc/sys/net/netfilter/nf_conntrack_$f; done'
finds "connection tracking nearly full" 1 "FAIL connection tracking" "91 of 100 connections: .*\(raise net.netfilter.nf_conntrack_max\)"
mkdir "$work/old"
cp "$build/uturnctl" "$work/old/"
ln -s "$build/uturnd" "$build/uturn-web" "$work/old/"
# shellcheck disable=SC2016 # for that shell
printf '#!/bin/sh\n[ "$1" != -v ] || { echo uturn-rules 0.0.9; exit; }\nexec %s "$@"\n' "$build/uturn-rules" >"$work/old/uturn-rules"
chmod +x "$work/old/uturn-rules"
ctl=$work/old/uturnctl
finds "an older uturn-rules" 1 "FAIL versions" "uturn-rules 0.0.9.* \(install all packages of one version"
patients=(setpriv --reuid 65534 --regid 65534 --clear-groups)
finds "not root" 0 "note uturnd, note user and capabilities, note kernel, note iptables, note rules, note queue, note queue drops, note capture drops, note send drops, note requests, note certificate, note ports of uturn-web" \
	"^note  uturnd: not seen: /run/uturn/control: Permission denied \(run uturnctl doctor as root\)$"

# ---- the configuration ----

write_config "max-ttl many"
finds "a wrong configuration" 1 "FAIL configuration, note user and capabilities, note rules, note inflection address, note second address, note source validation, note requests, note in-band" \
	"FAIL  configuration: $file:[0-9]+: max-ttl: 'many' .*\(correct it, then: uturnctl reload\)"
write_config "max-ttl 40"
kill -STOP "$keep_pid"
finds "rules that have not followed" 1 "note configuration, FAIL rules" "^FAIL  rules: IPv4: .* differ; IPv6: .*uturn-rules apply"
kill -CONT "$keep_pid"
write_config "user daemon"
finds "another user" 1 "FAIL user and capabilities" "runs as uid 871, and is to be daemon \([0-9]+\) \(restart uturnd"
printf 'inband on\n' >$file
finds "no second address" 0 "note second address" "none for IPv4 and IPv6: mtr, scamper, nmap"
write_config
sed -i '/inband/d' $file
finds "inband off" 1 "FAIL in-band" "off, and uturn-web runs: .*'inband on'"
write_config

# ---- rules and queue ----

kill -STOP "$keep_pid"
target ip6tables-nft -t mangle -D UTURN 1
finds "a rule is missing" 1 "FAIL rules" "IPv4: as planned \(iptables-nft\); IPv6: .* differ"
kill -CONT "$keep_pid"
eventually is_kept
sed -i 's/"state":"present"/"state":"failed"/' /run/uturn-rules/state.json
finds "rules that cannot be applied" 1 "FAIL rules kept" "IPv4 failed \(journalctl -u uturn-rules\)"
stop_keep
target "$build/uturn-rules" apply --config $file >/dev/null 2>&1
finds "rules by hand" 0 "note rules kept" "systemctl start uturn-rules"
target iptables-legacy -A FORWARD -p udp --dport 9 -j DROP
start_keep --config $file
finds "both backends" 0 "note iptables" "ours in iptables-nft, 1 rules of others in iptables-legacy"
target iptables-legacy -F FORWARD
target sh -c 'iptables-legacy -t mangle -N UTURN && iptables-legacy -t mangle -A INPUT -j UTURN'
finds "rules in both backends" 1 "FAIL iptables" "queued twice \(uturn-rules remove --backend legacy, or nft\)"
target sh -c 'iptables-legacy -t mangle -F INPUT && iptables-legacy -t mangle -X UTURN'
stop_keep
# not every kernel has the queue of nftables, and then the rules drop
target nft -c 'table inet trial { chain c { queue flags bypass to 5; }; }' 2>/dev/null || export UTURN_RULES_DROP=yes
start_keep --config $file --backend nftables
finds "rules of nftables" 0 "" "^ok    iptables: not in use: the rules are a table of nftables$"
has "rules of nftables: rules" "^ok    rules: as planned \(nftables\)$" "$(cat "$work/doctor.out")"
kill -STOP "$keep_pid"
target nft flush chain inet uturn ipv6_icmp
finds "a rule of nftables is missing" 1 "FAIL rules" "1 line differs \(nftables\)"
kill -CONT "$keep_pid"
target sh -c 'iptables-nft -t mangle -N UTURN && iptables-nft -t mangle -A INPUT -j UTURN'
finds "rules in iptables and nftables" 1 "FAIL iptables" "queued twice \(uturn-rules remove --backend nftables, or --backend nft\)"
target sh -c 'iptables-nft -t mangle -F INPUT && iptables-nft -t mangle -X UTURN'
stop_keep
unset UTURN_RULES_DROP
write_config "request on"
start_keep
finds "requests that are not queued" 1 "FAIL requests" "on, and the rules queue no request"
stop_keep
write_config "queue 5:6"
cp "$build/uturnd" "$work/suricata"
printf 'user root\nqueue 6\ncontrol %s/suricata.control\n' "$work" >"$work/suricata.conf"
"$uturn_lab" run target "$work/suricata" -f "$work/suricata.conf" 2>"$work/suricata.log" &
suricata=$!
started "another program" "$work/suricata.log" "$suricata"
start_keep --config $file
finds "a queue of another program" 1 "FAIL queue" "queue 6 is taken by another program: suricata \(pid $suricata\) \(choose another 'queue'"
kill "$suricata"
wait "$suricata" 2>/dev/null
finds "a queue that nothing reads" 1 "FAIL queue" "queue 6 has no listener: .*\(restart uturnd"
stop_keep
write_config
start_keep --config $file

kill -STOP "$uturnd_pid"
prober timeout "$patience" traceroute.db -n -q 1 -w 1 "$target4" >/dev/null
eventually waits
sleep 1 # what waits for longer than half a second is dropped
kill -CONT "$uturnd_pid"
eventually has_counted queue_stale
finds "a busy processor" 0 "note queue drops" "[1-9][0-9]* that waited too long"
stop_uturnd
start_daemon
kill -STOP "$uturnd_pid"
target "$compiled/flood" errors "$target4" 10.1.1.10 20000 >"$work/flood.log" &
flood=$!
wait_for "$work/flood.log" '.' 20 # ten lines a second
kill "$flood"
wait "$flood" 2>/dev/null
kill -CONT "$uturnd_pid"
eventually has_counted capture_dropped
finds "a flood of errors" 0 "note capture drops" "ICMP errors lost"
stop_uturnd
start_daemon
target iptables-nft -A OUTPUT -m mark --mark 0x54 -j DROP
prober timeout "$patience" traceroute.db -n -q 1 -w 1 "$target4" >/dev/null
eventually has_counted send_refused
finds "a firewall in OUTPUT" 1 "FAIL send drops" "packets refused by the kernel \(.*-m mark --mark 0x54 in OUTPUT"
target iptables-nft -D OUTPUT -m mark --mark 0x54 -j DROP
stop_uturnd
finds "no uturnd" 1 "FAIL uturnd, note user and capabilities, note queue, note capture drops, note send drops" \
	"control socket /run/uturn/control: No such file or directory \(start it: systemctl start uturnd\)"
start_daemon

# ---- addresses ----

second=$(target ip -o -4 address | awk -v a="$second4/" 'index($4, a) == 1 { print $4, "dev", $2 }')
# shellcheck disable=SC2086 # words
target ip address del $second
finds "no inflection address" 1 "FAIL inflection address" "$second4 is not an address of this host \(ip address add"
# shellcheck disable=SC2086 # words
target ip address add $second
target sh -c 'ip link add up2 type veth peer name up3 && ip link set up3 up && ip address add 198.51.100.2/24 dev up2 && ip link set up2 up &&
	ip route add 192.0.2.0/24 via 198.51.100.1 && echo 1 >/proc/sys/net/ipv4/conf/up2/rp_filter' || give_up "make an uplink"
finds "a strict filter on two uplinks" 0 "note reverse path filter" "strict on up2, with 2 uplinks"
target ip link del up2
touch -d '100 days ago' /var/lib/uturn/spoof-check
finds "an old verdict" 0 "note source validation" "the verdict is 100 days old \(uturnctl spoof-check --save HOST\)"
echo "answer-from4 self" >/var/lib/uturn/spoof-check
finds "against the verdict" 1 "FAIL source validation" "answer-from is router for IPv4, and .*'answer-from4 self'"
rm /var/lib/uturn/spoof-check
finds "no verdict" 0 "note source validation" "no verdict for IPv4"
printf 'answer-from4 router\nanswer-from6 router\n' >/var/lib/uturn/spoof-check

# ---- uturn-web ----

chmod 600 "$work/good.key"
finds "a key that uturn-web cannot read" 1 "FAIL certificate" "uturn-web cannot read $work/pair.key: Permission denied"
chmod 640 "$work/good.key"
use_pair good other
finds "a key of another certificate" 1 "FAIL certificate" "the key is not that of the certificate"
use_pair late late
finds "a certificate that ends soon" 1 "FAIL certificate" "expires in (9|10) days"
use_pair good good
echo "trace.test: refused by the CA" >/var/lib/uturn-web/tls/last-error
finds "a renewal that failed" 1 "FAIL certificate renewal" "failed: trace.test: refused by the CA"
rm /var/lib/uturn-web/tls/last-error
target ip6tables-nft -P INPUT DROP
target ip6tables-nft -A INPUT -p tcp --dport 80 -j ACCEPT
finds "a port that is closed" 1 "FAIL ports of uturn-web" "TCP port 443 is closed in INPUT of IPv6 \(ip6tables -I INPUT"
target ip6tables-nft -A INPUT -s 2001:db8::/32 -p tcp --dport 443 -j ACCEPT
finds "a port that is open for some" 0 "note ports of uturn-web" "TCP port 443 is open in INPUT of IPv6 for some sources"
target ip6tables-nft -P INPUT ACCEPT
target nft add table inet own
target nft add chain inet own in '{ type filter hook input priority 0; policy accept; }'
finds "a chain of nftables" 0 "note ports of uturn-web" "the chain 'inet own in' of nftables is not judged"
target nft delete table inet own
stop_web
finds "without uturn-web" 0 "" "^ok    in-band: on, and uturn-web does not run$"
stop_keep
stop_uturnd
is "uturnd ends well" 0 "$stopped"
