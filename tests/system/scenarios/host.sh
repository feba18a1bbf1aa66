#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A target that has rules of its own: NAT both ways, firewalls that ask connection tracking, marks of others.
# What uturnd sends belongs to no connection, and is kept out of all of it; a probe is answered from the port it asks.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/firewall-lib.sh"

# both OPTION...: of iptables and of ip6tables
both() {
	local tables

	for tables in iptables ip6tables; do target "$tables" "$@" || give_up "$title" "$tables $*"; done
}

# forget: the rules of the case before, and some of ours, which are put back
forget() {
	local table chain

	for table in filter nat; do
		both -t "$table" -F
		both -t "$table" -X
	done
	for chain in INPUT OUTPUT FORWARD; do both -P "$chain" ACCEPT; done
	apply_rules
}

# complete: the whole path, whoever asks
complete() {
	clients "$path" <<-'END'
		46 | traceroute.db -n TARGET
		46 | traceroute.db -n -I TARGET
		46 | traceroute.db -n -T -p 80 TARGET
		46 | traceroute.db -n -U -p 53 TARGET
		46 | mtr -n -r -c 1 -G 1 TARGET
	END
}

# asked: a client that is no traceroute gets to the service behind port 80
asked() {
	local address

	for address in "$target4" "$target6"; do
		# shellcheck disable=SC2016 # for the inner shell
		is "${title}port 80 of $address" "hello" "$(prober timeout 30 bash -c '
			exec 3<>"/dev/tcp/$0/80" && echo hello >&3 && head -n 1 <&3' "$address" 2>&1)"
	done
}

# behind: a container with a service on port 7, whose process is $box
behind() {
	target sh -ec 'ip link add v0 type veth peer name v1
		ip addr add 10.77.0.1/24 dev v0
		ip -6 addr add fd00:77::1/64 dev v0 nodad
		ip link set v0 up
		echo 1 | tee /proc/sys/net/ipv4/ip_forward >/proc/sys/net/ipv6/conf/all/forwarding'
	# shellcheck disable=SC2016 # for the inner shell
	target unshare -n sh -c 'echo $$ >"$0" && exec "$1" 7 >"$2"' "$work/box" "$helpers/echo-server" "$work/box.log" 2>/dev/null &
	box=$!
	started "the container" "$work/box.log" "$box"
	target ip link set v1 netns "$(<"$work/box")"
	nsenter -t "$(<"$work/box")" -n sh -ec 'ip addr add 10.77.0.2/24 dev v1
		ip -6 addr add fd00:77::2/64 dev v1 nodad
		ip link set v1 up
		ip route add default via 10.77.0.1
		ip -6 route add default via fd00:77::1' || give_up "start a container"
}

# learned ADDRESS: the kernel knows that the path to it has a link of 1400
learned() {
	target ping -nc 1 -W 1 -M "do" -s 1452 "$1" >/dev/null
	target ip route get "$1" | grep -q 'mtu 1400'
}

start_lab 3 4 --mtu-back 1400
apply_rules
start_uturnd "$secondary" # which mtr needs
path="$there second $back target"

title="nothing: "
complete
# shellcheck disable=SC2016 # for the inner shell
is "${title}the rules do not turn connection tracking on" 0 "$(target sh -c '
	cat /proc/sys/net/netfilter/nf_conntrack_count 2>/dev/null || echo 0')"

title="REDIRECT of udp 53 and tcp 80: "
start_services
for protocol in "udp --dport 53" "tcp --dport 80"; do
	# shellcheck disable=SC2086
	both -t nat -A PREROUTING -p $protocol -j REDIRECT --to-ports 7
done
complete
asked
stop_uturnd
title+="without uturnd: "
clients "$there target" <<-'END'
	46 | traceroute.db -n -T -p 80 TARGET
END
start_uturnd "$secondary"
forget

title="DNAT to another address and port of its own: "
target iptables -t nat -A PREROUTING -d "$target4" -p tcp --dport 80 -j DNAT --to-destination "$second4:7"
target iptables -t nat -A PREROUTING -d "$target4" -j DNAT --to-destination "$second4"
target ip6tables -t nat -A PREROUTING -d "$target6" -p tcp --dport 80 -j DNAT --to-destination "[$second6]:7"
target ip6tables -t nat -A PREROUTING -d "$target6" -j DNAT --to-destination "$second6"
complete
asked
forget

title="DNAT to a namespace behind: "
behind
for protocol in "udp --dport 53" "tcp --dport 80"; do
	# shellcheck disable=SC2086
	target iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -p $protocol -j DNAT --to-destination 10.77.0.2:7
	# shellcheck disable=SC2086
	target ip6tables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -p $protocol -j DNAT --to-destination "[fd00:77::2]:7"
done
complete
asked
kill "$(<"$work/box")"
wait "$box" 2>/dev/null
forget

# a table that iptables does not know translates before or after ours, and cannot be kept from it
title="redirect in a table of nftables: "
target nft -f - <<-'END'
	table inet mine {
		chain prerouting {
			type nat hook prerouting priority dstnat
			udp dport 53 redirect to :7
			tcp dport 80 redirect to :7
		}
	}
END
for family in 4 6; do
	has "${title}check names it (IPv$family)" "IPv$family: nftables table inet mine translates destinations" \
		"$(target "$build/uturn-rules" check -$family --limit none --limit-total none 2>&1)"
done
apply_rules --exclude-ports 7
title+="its ports are excluded, and the trace ends as without uturnd: "
clients "$there target" <<-'END'
	46 | traceroute.db -n -T -p 80 TARGET
END
asked
target nft delete table inet mine
forget

title="MASQUERADE on the way out: "
both -t nat -A POSTROUTING -o b1 -j MASQUERADE
complete
forget

title="SNAT on the way out: "
target iptables -t nat -A POSTROUTING -o b1 -j SNAT --to-source "$second4"
target ip6tables -t nat -A POSTROUTING -o b1 -j SNAT --to-source "$second6"
complete
forget

title="OUTPUT drops INVALID: "
both -A OUTPUT -m conntrack --ctstate INVALID -j DROP
complete
forget

# kube-proxy, the port mapping of CNI, netavark and Swarm masquerade or drop what has bits of theirs
title="marks of kube-proxy and CNI: "
for mark in 0x2000/0x2000 0x4000/0x4000; do both -t nat -A POSTROUTING -m mark --mark "$mark" -j MASQUERADE; done
for mark in 0x8000/0x8000 0x80/0x80 0x3f00/0x3f00 0x1/0x1; do both -A OUTPUT -m mark --mark "$mark" -j DROP; done
complete
forget

# a policy that lets out what belongs to a connection: uturnd says which counter rises, and what to allow
title="OUTPUT lets only NEW and ESTABLISHED out: "
for chain in OUTPUT INPUT; do both -A "$chain" -m conntrack --ctstate NEW,ESTABLISHED,RELATED -j ACCEPT; done
for type in 135 136; do target ip6tables -A OUTPUT -p ipv6-icmp --icmpv6-type "$type" -j ACCEPT; done # neighbour discovery is never tracked
both -P OUTPUT DROP
prober traceroute.db -n -q 1 -w 0.3,0,0 -m 6 "$target4" >/dev/null 2>&1
wait_for "$work/uturnd.log" "counted as send_refused; to let them out: iptables -I OUTPUT -m mark --mark 0x54 -j ACCEPT"
is "${title}the log has it once" 1 "$(grep -c send_refused "$work/uturnd.log")"
has "${title}status has it" "^refused +[0-9]+ packets not sent \(send_refused\): .*, allow -m mark --mark 0x54 in OUTPUT" \
	"$("$build/uturnctl" --socket "$control" status)"
both -I OUTPUT -m mark --mark 0x54 -j ACCEPT
title+="and the mark: "
complete
forget

title="the whole of our mark, by others: "
both -A OUTPUT -m mark --mark 0x54 -j ACCEPT
for type in 135 136; do target ip6tables -A OUTPUT -p ipv6-icmp --icmpv6-type "$type" -j ACCEPT; done
both -A OUTPUT -m conntrack --ctstate INVALID,UNTRACKED -j DROP
complete
has "${title}status counts what is sent" "^IPv4: loaded .*, [1-9][0-9]* sent untracked" "$(target "$build/uturn-rules" status)"
forget

title="ufw: "
if command -v ufw >/dev/null; then
	private /etc/ufw
	private /etc/default/ufw
	target ufw --force enable >"$work/ufw.log" 2>&1 || give_up "ufw" "$(tr '\n' '|' <"$work/ufw.log")"
	target ufw allow 22/tcp >/dev/null
	has "${title}is active" "^Default: deny \(incoming\), allow \(outgoing\)" "$(target ufw status verbose)"
	complete
	target ufw disable >/dev/null
	forget
else
	skip "ufw" "ufw is not installed"
fi

title="firewalld, with masquerading: "
if command -v firewalld >/dev/null && command -v dbus-daemon >/dev/null; then
	start_firewalld nftables
	has "${title}is active" "^ +masquerade: yes" "$(target firewall-cmd --list-all)"
	apply_rules # when firewalld starts it flushes all tables of iptables
	complete
	stop_firewalld
	forget
else
	skip "firewalld" "firewalld or dbus-daemon is not installed"
fi

title="a table of nftables, its input drops by default: "
target nft -f - <<-'END'
	table inet filter {
		chain input {
			type filter hook input priority filter; policy drop;
			ct state invalid drop
			ct state established,related accept
			iif lo accept
			meta l4proto { icmp, ipv6-icmp } accept
			tcp dport 22 accept
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
		}
		chain output {
			type filter hook output priority filter; policy accept;
			ct state invalid drop
		}
		chain postrouting {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "b1" masquerade
		}
	}
END
complete
target nft delete table inet filter
forget

title="a path MTU that the kernel has learned: "
for prober in 10.1.1.10 fd00:1:1::10; do
	eventually learned "$prober"
	is "${title}it knows that of $prober" 0 $?
done
complete
clients "$there second b1 b2 b2!F-1400!F-1400!F-1400" <<-'END'
	4 | traceroute.db -n -w 5,0,0 -F TARGET 1500
	6 | traceroute.db -n -w 5,0,0 TARGET 1500
END
