#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job: an unmodified Linux traceroute sees the forward path, the inflection point and the
# return path, and ends by itself, for every setting of `inflection`.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules
start_uturnd

# as people type it, and told to wait (see tries in lib.sh)
traces() {
	clients "$1" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -N 1 TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -I -N 1 TARGET
		46 | traceroute.db -n -T -p 80 TARGET
		46 | traceroute.db -n -T -p 80 -N 1 TARGET
		46 | traceroute.db -n -U -p 53 TARGET
		46 | traceroute.db -n -U -p 53 -N 1 TARGET
		46 | traceroute.db -n -w 5,0,0 TARGET
		46 | traceroute.db -n -w 5,0,0 -I TARGET
		46 | traceroute.db -n -w 5,0,0 -T -p 443 TARGET
		46 | traceroute.db -n -w 5,0,0 -U -p 443 TARGET
		46 | traceroute.db -n -w 5,0,0 -q 1 --sport=40000 TARGET
		46 | traceroute.db -n -w 5,0,0 -q 10 -N 32 TARGET
		46 | traceroute.db -n -w 5,0,0 TARGET 1400
	END
}
connects='46 | traceroute.db -n -w 1,0,0 -q 1 -M tcpconn -p 80 TARGET'

title="inflection auto: "
traces "$path"
# a SYN of the kernel's own may come from mtr -T, which stops where the target answers: silence
clients "$there * $back target" <<<"$connects"

title="inflection target: "
restart_uturnd "inflection target"
traces "$path"
clients "$path" <<<"$connects"

title="inflection of its own: "
restart_uturnd "$secondary"
traces "$there second $back target"
clients "$there second $back target" <<<"$connects"

title="inflection silent: "
restart_uturnd "inflection silent"
clients "$there * $back target" <<-'END'
	46 | traceroute.db -n -w 1 -q 1 TARGET
END

# traced METHOD ADDRESS: its hops; asked again where a busy machine loses an answer of the forward path, in which uturnd has no part
traced() {
	local got

	for _ in {1..3}; do
		# shellcheck disable=SC2086
		got=$(prober traceroute.db -n -w 5,0,0 $1 "$2" | hops)
		[[ $got != "$there "* ]] || break
	done
	echo "$got"
}

title="50 in a row: "
restart_uturnd
for method in "" -I -T; do
	for target in "$target4" "$target6"; do
		is "${title}traceroute -n -w 5,0,0 $method $target" "50 $path" \
			"$(for _ in {1..50}; do traced "$method" "$target"; done | sort | uniq -c | sed 's/^ *//')"
	done
done
