# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A long line between the target of a lab and its routers, made in user space; sourced by scenarios.

delays=()

# lengthen MILLISECONDS [LOSS]: what f3 and b1 send to the target waits so long; every so manieth packet is lost
lengthen() {
	local node tables

	for node in b1 f3; do
		: >"$work/$node"
		"$uturn_lab" run "$node" "$compiled/delay" 9 "$@" >"$work/$node" 2>&1 &
		delays+=($!)
		started "the delay of $node" "$work/$node" $!
		for tables in iptables ip6tables; do
			lab run "$node" "$tables" -t mangle -A POSTROUTING -o target -j NFQUEUE --queue-num 9 --queue-bypass
		done
	done
}

# shorten: as before
shorten() {
	local node tables

	for node in b1 f3; do
		for tables in iptables ip6tables; do lab run "$node" "$tables" -t mangle -F POSTROUTING; done
	done
	kill "${delays[@]}"
	wait "${delays[@]}" 2>/dev/null
	delays=()
}
