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
	at there nft add element inet uturn ipv4_denied '{ 192.0.2.0/24, 198.51.100.1 timeout 1h }'
	after=$(listed)
	uturn_rules apply
	same "apply twice is apply once" "$after" "$(listed)"
	uturn_rules apply --hops 9
	is "another plan keeps the denied sources" 2 "$(at there nft -j list set inet uturn ipv4_denied | grep -oE '192.0.2.0|198.51.100.1' | wc -l)"
	at there nft insert rule inet uturn ipv6_udp udp dport 7 accept
	at there nft flush chain inet uturn ipv4_icmp
	uturn_rules check --hops 9
	is "check names what was changed, and nothing else" "missing: ipv4_icmp: icmp type echo-request icmp code net-unreachable goto ipv4_seen
unexpected: ipv6_udp: udp dport 7 accept" "$(grep -E '^(missing|unexpected)' "$work/out")"
	at there "$rules" print --backend nftables | at there nft -c -f - || not_ok "print is input of nft" "refused"
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
