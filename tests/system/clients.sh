#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every other client: all of them go on past a turning point with an address of its own, show
# the same hops, and end by themselves, each in its own way.

. "$(dirname "$0")/lib.sh"

start_lab 3 4
apply_rules
start_uturnd "$secondary"

clients "$there second $back target" <<-'END'
	4  | inetutils-traceroute TARGET
	4  | inetutils-traceroute -q 1 TARGET
	4  | inetutils-traceroute -I TARGET
	4  | tcptraceroute.mt -n TARGET                   | 203.0.113.80 \[closed\]
	4  | tcptraceroute.mt -n -A TARGET                | 203.0.113.80 \[(closed|unknown)
	4  | busybox traceroute -n TARGET
	6  | busybox traceroute6 -n TARGET
	4  | lft -n TARGET                                | \[target closed\] 203.0.113.80:80
	4  | lft -n -u TARGET                             | \[port unreachable\] 203.0.113.80
	4  | lft -n -p TARGET                             | \[target\] 203.0.113.80
	6  | rltraceroute6 -n TARGET
	6  | tcptraceroute6 -n TARGET                     | \[closed\]
	6  | tracert6 -n TARGET
END

# it expects no datagram back, and ends with a line of its own when there is one
clients "$there second $back reply" <<-'END'
	46 | tracepath -n TARGET                          | 9\?: reply received
END

# the first flow may begin before the client listens; it waits two seconds at its end
within=5
clients "$there second $back target" <<-'END'
	4  | dublin-traceroute -n 2 TARGET
END

# one cycle takes as long as mtr waits for a last answer
within=6
clients "$there second $back target" <<-'END'
	46 | mtr -n -r -c 1 -G 1 TARGET
	46 | mtr -n -r -c 1 -G 1 -u TARGET
	46 | mtr -n -r -c 1 -G 1 -u -P 53 TARGET
	46 | mtr -n -r -c 1 -G 1 -T TARGET
	4  | nmap -n -sn -Pn -PE --traceroute TARGET | 1 host up
	6  | nmap -6 -n -sn -Pn -PE --traceroute TARGET | 1 host up
	4  | nmap -n -sn -Pn -PS80 --traceroute TARGET | 1 host up
	6  | nmap -6 -n -sn -Pn -PS80 --traceroute TARGET | 1 host up
	4  | nmap -n -sn -Pn -PU53 --traceroute TARGET | 1 host up
	6  | nmap -6 -n -sn -Pn -PU53 --traceroute TARGET | 1 host up
END

# one probe a second
within=12
clients "$there second $back target" <<-'END'
	4  | hping3 -n -1 --traceroute --tr-stop TARGET       | ^len=.* ip=203.0.113.80 .*icmp_seq
	4  | hping3 -n -S -p 80 --traceroute --tr-stop TARGET | ^len=.* ip=203.0.113.80 .*flags=RA
	4  | hping3 -n -2 -p 53 --traceroute --tr-stop TARGET | ^len=.* ip=203.0.113.80 .*seq=8
END
