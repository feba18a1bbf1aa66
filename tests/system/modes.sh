#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The other ways to turn a probe and to answer for a router.

. "$(dirname "$0")/lib.sh"

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
# shellcheck disable=SC2086
clients "$there second $(printf 'second %.0s' $back)target" <<-'END'
	46 | traceroute.db -n TARGET
	46 | traceroute.db -n -I TARGET
	46 | traceroute.db -n -T -p 80 TARGET
END
# the router in an RFC 5837 object: class 2, incoming interface with an address; printed in hex up to traceroute 2.1.3
has "${title}names the router (IPv4)" "5  $second4 <.*(0a020101|10\.2\.1\.1)" \
	"$(prober traceroute.db -n -e -q 1 "$target4")"
has "${title}names the router (IPv6)" "5  $second6 <.*(fd000002,?0001|fd00:2:1::1)" \
	"$(prober traceroute.db -n -e -q 1 "$target6")"

title="answer-from6 self: "
restart_uturnd "answer-from6 self
$secondary"
clients "$there second $back target" <<-'END'
	4  | traceroute.db -n TARGET
END
