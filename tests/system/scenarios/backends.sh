#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rules by way of either iptables, and with ipset for the state.

. "$(dirname "$0")/../helpers/lib.sh"

declare -A other=(["--backend legacy"]=nft ["--backend nft"]=legacy)
for options in "--backend legacy" "--backend nft" "--state ipset"; do
	title="$options: "
	start_lab 3 4
	if [ "$options" = "--state ipset" ] && ! target ipset list >/dev/null 2>&1; then
		skip "$options" "ipset is missing here, or the kernel's part of it"
		lab down
		continue
	fi
	# shellcheck disable=SC2086
	apply_rules $options
	start_uturnd
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -N 1 TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T -p 80 TARGET
	END
	if [[ $options = --backend* ]]; then
		for tables in iptables ip6tables; do
			target "$tables-${options#* }" -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 7 ||
				give_up "$tables" "a port to be redirected"
		done
		title+="a port that is redirected: "
		clients "$path" <<-'END'
			46 | traceroute.db -n -T -p 80 TARGET
		END
		title="$options: "
	fi
	[[ $options != --backend* ]] || has "${title}remove on the other one says where the rules are" \
		"^IPv6: nothing to remove .*; they are in $options" "$(target "$build/uturn-rules" remove --backend "${other[$options]}" 2>&1)"
	lab down
done
