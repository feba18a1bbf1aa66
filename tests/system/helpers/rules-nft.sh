# shellcheck shell=bash disable=SC2034,SC2154 # what is set here is used there, and the other way round
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The scenario rules with --backend nftables; sourced by it.

listed() { at there nft -s list ruleset; }

table_of_its_own() {
	local before after option

	world
	at there nft 'table inet theirs { chain input { type filter hook input priority filter; udp dport 53 counter; }; }'
	before=$(listed)
	uturn_rules check
	is "check without rules" 1 $?
	for option in "" "--hops 12 --queue 5:8 --limit 300/s --limit-total none --window 7 --request" "--hops 63 --limit none" \
		"--hops 9 --protocols udp,253,udplite --window 90 --exclude-ports udp:5000-5010,443" "-4 --mark 0 --arm 32" \
		"-6 --protocols icmp --gap 1 --arm 1 --window 3600"; do
		# shellcheck disable=SC2086 # words
		uturn_rules apply $option || not_ok "apply $option" "$(cat "$work/err")"
		# shellcheck disable=SC2086
		uturn_rules check $option
		is "check after apply $option" "as planned (nftables)" "$(grep -v '^capacity' "$work/out")"
	done
	uturn_rules check
	is "check sees another plan" 1 $?
	uturn_rules apply
	uturn_rules apply --deny-set banned
	at there nft add element inet uturn ipv4_denied '{ 192.0.2.0/24, 198.51.100.1 timeout 1h }'
	at there nft add element inet uturn ipv6_banned '{ 2001:db8::/32 timeout 1d expires 1h }'
	after=$(listed)
	uturn_rules apply --deny-set banned
	same "apply twice is apply once" "$after" "$(listed)"
	uturn_rules apply --hops 9 --deny-set banned
	is "another plan keeps the denied sources" 2 "$(at there nft -j list set inet uturn ipv4_denied | grep -oE '192.0.2.0|198.51.100.1' | wc -l)"
	has "and those of --deny-set, with the time that was left" "2001:db8::/32 timeout 1d expires 59m" "$(at there nft list set inet uturn ipv6_banned)"
	uturn_rules apply --hops 9
	is "a set that is not named any more is gone" "" "$(listed | grep banned)"
	at there nft insert rule inet uturn ipv6_udp udp dport 7 accept
	at there nft flush chain inet uturn ipv4_icmp
	at there nft add chain inet uturn input '{ policy drop; }'
	uturn_rules check --hops 9
	is "check names what was changed, and nothing else" 'missing: chain input type filter hook input priority -150 policy accept
missing: ipv4_icmp: icmp type echo-request icmp code net-unreachable goto ipv4_seen
unexpected: chain input type filter hook input priority -150 policy drop
unexpected: ipv6_udp: handle N: [{"match":{"op":"==","left":{"payload":{"protocol":"udp","field":"dport"}},"right":7}},{"accept":null}]' \
		"$(grep -E '^(missing|unexpected)' "$work/out" | sed 's/handle [0-9]*/handle N/' | sort)"
	at there "$rules" print --backend nftables | at there nft -c -f - || not_ok "print is input of nft" "refused"
	uturn_rules apply --request
	uturn_rules remove -4
	is "remove -4 leaves nothing of IPv4" "" "$(at there nft list table inet uturn | grep -E 'ipv4|ip ttl')"
	uturn_rules check -6 --request
	is "and IPv6 as it was" "as planned (nftables)" "$(cat "$work/out")"
	uturn_rules apply
	uturn_rules remove -6
	uturn_rules check -4
	is "remove -6 leaves IPv4" "as planned (nftables)" "$(cat "$work/out")"
	uturn_rules remove -4
	same "and -4 then the tables as they were" "$before" "$(listed)"
	uturn_rules apply
	at there "$rules" apply --backend nft >/dev/null 2>"$work/err"
	has "no rules of iptables beside it" "already in the nftables backend" "$(cat "$work/err")"
	uturn_rules remove
	same "remove leaves the tables as they were" "$before" "$(listed)"
	uturn_rules remove
	is "remove twice" 0 $?
	at there "$rules" apply --backend nft >/dev/null
	uturn_rules apply
	has "nor beside those of iptables" "already in the nft backend" "$(cat "$work/err")"
}

# without_iptables OPERATION...: in a file system where no program of iptables can be run
without_iptables() {
	# shellcheck disable=SC2016 # for the inner shell
	at there unshare -m sh -c 'for tool in iptables iptables-nft iptables-legacy; do mount --bind /dev/null "$(realpath "$(command -v $tool)")"; done
		exec "$@"' sh "$rules" "$@" 2>&1
}

# auto: what is loaded, then iptables, and nftables where there is none
chooses_itself() {
	world
	at there "$rules" apply >/dev/null 2>&1
	is "auto is iptables" "" "$(at there nft list table inet uturn 2>/dev/null)"
	at there "$rules" remove >/dev/null
	uturn_rules apply
	has "auto is the table that is loaded: check" "^as planned \\(nftables\\)" "$(at there "$rules" check)"
	has "auto is the table that is loaded: apply" "^already in place \\(nftables\\)" "$(at there "$rules" apply)"
	has "auto is the table that is loaded: status" "^IPv6: loaded \\(nftables\\)" "$(at there "$rules" status)"
	has "auto is not what the options are not for" "already in the nftables backend" "$(at there "$rules" apply --state ipset 2>&1)"
	has "auto is the table that is loaded: remove" "^removed \\(nftables\\)" "$(at there "$rules" remove)"
	has "auto without iptables: an ipset is none of nftables" "install iptables" "$(without_iptables apply --state ipset)"
	has "auto without iptables: apply" "^in place, .* \\(nftables\\)" "$(without_iptables apply)"
	has "auto without iptables: remove" "^removed \\(nftables\\)" "$(without_iptables remove)"
}

# keeps_table: with the file that others read
keeps_table() {
	local keeper

	world
	nsenter --net=/run/netns/there "$rules" keep --backend nftables >"$work/keep.log" 2>&1 & # not by at(): $! shall be its own
	keeper=$!
	eventually said "$work/keep.log" "ready: the rules are kept"
	at there nft flush ruleset
	eventually said "$work/keep.log" "nftables: rules were gone, applied again"
	uturn_rules check
	is "keep: the table is there again" "as planned (nftables)" "$(cat "$work/out")"
	is "keep: state.json has both families" 2 "$(grep -oE '"ipv[46]":\{"state":"present","backend":"nftables","since":[0-9]+,"repaired":1,"error":""\}' /run/uturn-rules/state.json | wc -l)"
	at there nft delete rule inet uturn input handle "$(at there nft -a list chain inet uturn input | sed -n 's/.*ip ttl.*# handle //p')"
	eventually said "$work/keep.log" "nftables: rules were not as planned, applied again"
	at there iptables-nft -t mangle -A INPUT -p udp -j ACCEPT
	kill -TERM "$keeper"
	wait "$keeper"
	is "keep: ends well" 0 $?
	is "keep: and removes the table, not those of others" "table ip mangle" "$(at there nft list tables)"
}

denies_and_asks() {
	local icmp=8
	[ "$family" = 4 ] || icmp=128
	apply --request
	new_source
	probe icmp 64 $icmp 1
	probe icmp 64 $icmp
	probe icmp 1 $icmp
	at there nft add element inet uturn "ipv${family}_denied" "{ $me }"
	probe icmp 64 $icmp 1
	probe udp 2
	uturn_rules status
	has "requests and denied sources are counted" "^IPv$family: loaded \\(nftables\\): .*, 1 queued, .*, 1 requests, 2 denied$" "$(cat "$work/out")"
	has "and what each hop got" "^ +1 .*[1-9]" "$(cat "$work/out")"
}

# Not every kernel has the queue of nftables; the rest of its rules is the same with a drop in its place.
has_queue() { at there nft -c 'table inet trial { chain c { queue flags bypass to 5; }; }' 2>/dev/null; }

of_nftables() {
	local backend=nftables state=recent title

	world
	has_queue || export UTURN_RULES_DROP=yes
	title="$backend: "
	table_of_its_own
	chooses_itself
	keeps_table
	world
	for family in 4 6; do
		title="$backend, IPv$family: "
		apply
		counts_hops
		needs_to_be_seen
		belongs_to_its_source
		takes_probes_only
		leaves_traffic_alone
		limits
		denies_and_asks
		without_tcp
		holds_many
	done
	title="$backend: "
	forgets
	unset UTURN_RULES_DROP
}
