#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The other ways to turn a probe and to answer for a router.

. "$(dirname "$0")/../helpers/lib.sh"

start_lab 3 4
apply_rules

title="turn mirror: "
start_uturnd "turn mirror"
clients "$path" <<-'END'
	46 | traceroute.db -n TARGET
	4  | busybox traceroute -n TARGET
	4  | inetutils-traceroute TARGET
END
# what the prober's host says to a mirrored ping or SYN is nothing to its traceroute: no end
clients "$there target $back *" <<-'END'
	46 | traceroute.db -n -w 1,0,0 -q 1 -m 9 -I TARGET
	46 | traceroute.db -n -w 1,0,0 -q 1 -m 9 -T -p 80 TARGET
END

title="tcp-answer synack: "
restart_uturnd "tcp-answer synack"
clients "$path" <<-'END'
	46 | traceroute.db -n -T -p 80 TARGET
END

title="answer-from self: "
restart_uturnd "answer-from self
$secondary"
answers_from_self

title="answer-from6 self: "
restart_uturnd "answer-from6 self
$secondary"
clients "$there second $back target" <<-'END'
	4  | traceroute.db -n TARGET
END
