#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Short and long paths: one router each way, twelve back, and as many as fit in a traceroute.

. "$(dirname "$0")/../helpers/lib.sh"

for size in "1 1" "3 12" "10 18"; do
	title="${size/ / there, } back: "
	# shellcheck disable=SC2086
	start_lab $size
	apply_rules
	start_uturnd
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -N 1 TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T -p 80 TARGET
		4  | busybox traceroute -n TARGET
	END
	restart_uturnd "$secondary"
	within=8
	clients "$there second $back target" <<-'END'
		4  | inetutils-traceroute TARGET
		46 | mtr -n -r -c 1 -G 1 -u TARGET
	END
	within=3
	stop_uturnd
	lab down
done
