#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What uturnd notices about its host while it runs, in its sandbox: an inflection address that is taken away and comes
# back, or that a reload names wrongly; probes that have come through 1:1 NAT. And what uturn-rules notices: rules of the
# host that change the TTL of return probes.

. "$(dirname "$0")/../helpers/lib.sh"

ctl=$build/uturnctl
status() { target "$ctl" status --socket "$control" 2>&1 | sed -nE 's/^warning +//p'; }
logged() { grep -c "inflection .*: not an address of this host" "$work/uturnd.log"; }
shown() { [[ $(status) == *"$1"* ]]; }

start_lab 3 4
apply_rules
start_uturnd "$secondary"
is "nothing to tell" "" "$(status)"
rules_say() { target "$build/uturn-rules" "$1" --limit none --limit-total none 2>&1 >/dev/null | grep -F TTL; }
title="a TTL that is set on the way out: "
set_ttl() { # of UDP: neighbour discovery needs a hop limit of 255
	target iptables -t mangle "$1" POSTROUTING -p udp "${@:2}" -j TTL --ttl-set 65
	target ip6tables -t mangle "$1" POSTROUTING -p udp "${@:2}" -j HL --hl-set 65
}
is "${title}none, nothing to tell" "" "$(rules_say check)"
set_ttl -A
for operation in check status; do
	has "${title}$operation warns (IPv4)" \
		'^uturn-rules: IPv4: "-A POSTROUTING -p udp -j TTL --ttl-set 65", from POSTROUTING, changes the TTL of return probes: .*! --mark 0x54' \
		"$(rules_say "$operation")"
	has "${title}$operation warns (IPv6)" '^uturn-rules: IPv6: "-A POSTROUTING -p udp -j HL --hl-set 65", from POSTROUTING' \
		"$(rules_say "$operation")"
done
target "$build/uturn-rules" check --limit none --limit-total none >/dev/null 2>&1
is "${title}exit status" 0 $?
set_ttl -D
title="the same but for the mark: "
set_ttl -A -m mark ! --mark 0x54
is "${title}nothing to tell" "" "$(rules_say check)"
clients "$there second $back target" <<-'END'
	46 | traceroute.db -n TARGET
END
set_ttl -D -m mark ! --mark 0x54
title="in the other backend: "
target iptables-legacy -t mangle -A POSTROUTING -p udp -j TTL --ttl-set 65
has "${title}named" '^uturn-rules: IPv4: "-A POSTROUTING -p udp -j TTL --ttl-set 65", from POSTROUTING of iptables-legacy, changes' \
	"$(rules_say check)"
target iptables-legacy -t mangle -F
title="in a table of nftables: "
target nft -f - <<-'END' || give_up "make a table of nftables"
	table inet ttl {
		chain out { type filter hook output priority mangle; oifname "b1" ip ttl set 65; ip6 hoplimit set 65; }
		chain in { type filter hook prerouting priority mangle; fib daddr type != local ip ttl set 65; }
	}
END
for operation in check status; do
	is "${title}$operation warns, once a family" 2 \
		"$(rules_say "$operation" | grep -c 'from output, changes the TTL of return probes: .*: meta mark != 0x54)$')"
done
is "${title}and of nothing else" 2 "$(rules_say check | wc -l)"
target nft insert rule inet ttl out meta mark 0x54 accept
is "${title}behind an exemption, nothing to tell" "" "$(rules_say check)"
target nft delete table inet ttl
title="NAT beside the rules: "
says_nat() { target "$build/uturn-rules" check -4 --limit none --limit-total none 2>&1 >/dev/null | grep -F "translates destinations"; }
target nft -f - <<-'END' || give_up "make a table of nftables"
	table ip mine {
		chain in { type nat hook prerouting priority dstnat; }
		chain out { type nat hook output priority -100; tcp dport 9 redirect to :7; }
	}
END
is "${title}of what the host sends, nothing to tell" "" "$(says_nat)"
target nft add chain ip mine more
target nft add rule ip mine more tcp dport 9 redirect to :7
has "${title}a chain to jump to" '^uturn-rules: IPv4: nftables table ip mine translates destinations' "$(says_nat)"
target nft delete table ip mine
target iptables-legacy -t nat -A OUTPUT -p tcp --dport 9 -j REDIRECT --to-ports 7
is "${title}legacy, of what the host sends, nothing to tell" "" "$(says_nat)"
target iptables-legacy -t nat -A PREROUTING -p tcp --dport 9 -j REDIRECT
has "${title}legacy, without another port" '^uturn-rules: IPv4: .* -t nat translates destinations' "$(says_nat)"
target iptables-legacy -t nat -F
title=""

device=$(target ip -o addr | awk '/203.0.113.81/ { print $2 }')

for address in "$second4/32" "$second6/128"; do
	title="${address%/*}: "
	full=$(target ip -o addr show dev "$device" | grep -oE "${address%/*}/[0-9]+")
	target ip addr del "$full" dev "$device" || give_up "take $full away"
	eventually said "$work/uturnd.log" "inflection ${address%/*}: not an address of this host"
	is "${title}taken away, and logged" 0 $?
	is "${title}in the status" "inflection ${address%/*}: not an address of this host (yet?): its answers are sent with a foreign source" "$(status)"
	target ip addr add "$full" dev "$device" nodad
	eventually said "$work/uturnd.log" "inflection ${address%/*}: is an address of this host now"
	is "${title}back, and logged" 0 $?
	is "${title}no longer in the status" "" "$(status)"
done
title=""
for _ in {1..20}; do
	target ip addr add 203.0.113.99/32 dev "$device"
	target ip addr del 203.0.113.99/32 dev "$device"
done
is "other addresses come and go: not logged" 2 "$(logged)"

sed -i "s/^inflection $second4/inflection 203.0.113.82/" "$work/uturnd.conf"
has "a wrong one at a reload" reloaded "$(target "$ctl" reload --socket "$control")"
has "is logged" 'inflection 203.0.113.82: not an address of this host' "$(cat "$work/uturnd.log")"
has "is in the status" '^inflection 203.0.113.82: not an address of this host' "$(status)"
restart_uturnd
is "none is configured: nothing to tell" "" "$(status)"

title="1:1 NAT: "
f3() { lab run f3 "$@"; }
prober ip addr add 8.8.4.4/32 dev lo
target ip addr add 10.80.0.80/32 dev lo
next=$(f3 ip route get "$target4" | sed -nE 's/.* via ([0-9.]+) .*/via \1/p')
out=$(f3 ip route get "$target4" | sed -nE 's/.* dev ([a-z0-9]+) .*/\1/p')
# shellcheck disable=SC2086
f3 ip route add 10.80.0.80/32 ${next:-} dev "$out" onlink
f3 iptables -t nat -A PREROUTING -d "$target4" -j DNAT --to-destination 10.80.0.80 || give_up "translate addresses"
prober traceroute.db -n "$target4" >/dev/null
is "${title}a prober inside the network: nothing to tell" "" "$(status)"
prober traceroute.db -n -w 1 -s 8.8.4.4 "$target4" >/dev/null
prober traceroute.db -n -w 1 -s 8.8.4.4 "$target4" >/dev/null
has "${title}a prober outside: in the status" "^probes from the Internet arrive at the private address 10.80.0.80: behind 1:1 NAT" "$(status)"
is "${title}logged once" 1 "$(grep -c 'behind 1:1 NAT' "$work/uturnd.log")"
sed -i 's/^queue .*/&\nanswer-from self/' "$work/uturnd.conf"
target "$ctl" reload --socket "$control" >/dev/null
is "${title}done as it says: nothing to tell" "" "$(status)"
stop_uturnd
is "ends well" 0 "$stopped"
