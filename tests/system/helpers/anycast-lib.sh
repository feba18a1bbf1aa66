# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # variables of lib.sh, and of scenarios
#
# Two u-turn hosts with one address, target and twin, that announce it by BGP to f3, which spreads flows over both by
# addresses and ports. BIRD runs on all three, on the hosts with the configuration that service/bird has for operators.
#
# Every ICMP error about a packet of the one host is sent to the other, as long as there is another: b1 marks what the
# twin sends (DSCP 1), routers quote that, and f3 routes by the quote, with tables in which BGP prefers one host.

bird_folder=$helpers/../../../service/bird

# node_of HOST -> the number of its networks on f3
network_of() { [ "$1" = target ] && echo 4 || echo 104; }

# on HOST COMMAND...: with the control socket of its uturnd
ctl_on() { lab run "$1" timeout "$hang" "$build/uturnctl" --socket "$work/$1/control" "${@:2}" 2>&1; }

# counter HOST NAME
counter() { ctl_on "$1" --json --all counters | grep -oE "\"$2\": *[0-9]+" | grep -oE '[0-9]+$'; }

# cross_errors: each to the host that did not send what it is about
cross_errors() {
	lab run b1 bash -e <<-'END' || give_up "mark what the twin sends"
		iptables -t mangle -A PREROUTING -i twin -j DSCP --set-dscp 1
		ip6tables -t mangle -A PREROUTING -i twin -j DSCP --set-dscp 1
	END
	lab run f3 bash -e <<-'END' || give_up "route errors by their quotes"
		errors4="-p icmp -m u32 --u32 0>>22&0x3C@0>>24=3,11:12&&0>>22&0x3C@8>>16&0xFF"
		errors6="-p icmpv6 -m u32 --u32 40>>24=1:4&&48>>20&0xFF"
		iptables -t mangle -A PREROUTING $errors4=4 -j MARK --set-mark 101
		iptables -t mangle -A PREROUTING $errors4=0 -j MARK --set-mark 102
		ip6tables -t mangle -A PREROUTING $errors6=4 -j MARK --set-mark 101
		ip6tables -t mangle -A PREROUTING $errors6=0 -j MARK --set-mark 102
		for table in 101 102; do
			ip rule add pref "$table" fwmark "$table" lookup "$table"
			ip -6 rule add pref "$table" fwmark "$table" lookup "$table"
		done
	END
}

# A table of the kernel's in which one host comes first: prefer FAMILY HOST TABLE
prefer() {
	cat <<-END
		ipv$1 table prefer_$2$1;
		protocol pipe pipe_$2$1 {
			table master$1;
			peer table prefer_$2$1;
			import none;
			export filter { if proto = "$2$1" then bgp_local_pref = 200; accept; };
		}
		protocol kernel kernel_$2$1 { kernel table $3; ipv$1 { table prefer_$2$1; export all; }; }
	END
}

router_config() {
	local host family

	echo 'router id 10.1.3.1;'
	echo 'protocol device {}'
	for family in 4 6; do
		echo "protocol kernel kernel$family { merge paths on; ipv$family { export where source = RTS_BGP; }; }"
		for host in target twin; do
			cat <<-END
				protocol bgp $host$family {
					local as 65000;
					neighbor $([ $family = 4 ] && echo "10.1.$(network_of $host).2" || echo "fd00:1:$(network_of $host)::2") as 65001;
					hold time 9;
					connect delay time 1;
					connect retry time 1;
					error wait time 1, 2;
					ipv$family { import all; export none; };
				}
			END
		done
		prefer $family target 101
		prefer $family twin 102
	done
}

# host_config HOST: that of service/bird, with this host's addresses
host_config() {
	echo "router id 10.1.$(network_of "$1").2;"
	echo 'protocol device {}'
	sed "s/10\.1\.4\.254/10.1.$(network_of "$1").254/; s/fd00:1:4::254/fd00:1:$(network_of "$1")::254/; s/hold time 9;/&\n\tconnect delay time 1;\n\tconnect retry time 1;\n\terror wait time 1, 2;/; s|/run/uturn-announce\*|$work/$1.announced*|" "$bird_folder/uturn.conf"
}

# start_bird NODE: with $work/NODE.bird; its pid is in ${birds[NODE]}
declare -A birds=()
start_bird() {
	"$uturn_lab" ${lab_name:+--name "$lab_name"} run "$1" bird -f -c "$work/$1.bird" -s "$work/$1.bird.ctl" \
		-P "$work/$1.bird.pid" >"$work/$1.bird.log" 2>&1 &
	birds[$1]=$!
	eventually test -S "$work/$1.bird.ctl" || give_up "start BIRD on $1" "$(cat "$work/$1.bird.log")"
}

birdc_on() { lab run "$1" timeout "$hang" birdc -s "$work/$1.bird.ctl" "${@:2}" 2>&1; }

# session HOST FAMILY: is the session up that f3 has with it?
session() { birdc_on f3 show protocols "$1$2" | grep -q Established; }

# start_host HOST [TEXT]: uturnd with rules; $queue may be other than 5
start_host() {
	local extra=$secondary

	mkdir -p "$work/$1"
	[ "$1" = target ] || extra=${secondary//81/82}
	printf 'user root\ncontrol %s\nqueue 5\n%s\n%s\n%s\n' "$work/$1/control" "$limits" "$extra" "${2:-}" >"$work/$1/uturnd.conf"
	lab run "$1" "$build/uturn-rules" apply ${limits:+--limit none --limit-total none} --request >"$work/rules.log" 2>&1 ||
		give_up "apply the rules on $1" "$(tr '\n' '|' <"$work/rules.log")"
	start_daemon "$1"
}

# start_daemon HOST: its pid is in ${daemons[HOST]}
declare -A daemons=() announcers=() # processes, by host
start_daemon() {
	: >"$work/$1/uturnd.log"
	"$uturn_lab" ${lab_name:+--name "$lab_name"} run "$1" "$build/uturnd" -f "$work/$1/uturnd.conf" 2>"$work/$1/uturnd.log" &
	daemons[$1]=$!
	started "uturnd on $1" "$work/$1/uturnd.log" "${daemons[$1]}"
}

# start_announcing HOST
start_announcing() {
	PATH=$build:$PATH "$uturn_lab" ${lab_name:+--name "$lab_name"} run "$1" "$bird_folder/uturn-announce" \
		-s "$work/$1/control" -c "$work/$1.bird.ctl" -o "$work/$1.announced/announced.conf" bird uturn4 uturn6 >>"$work/$1/announce.log" 2>&1 &
	announcers[$1]=$!
}

# hosts_of -> the hosts that f3 spreads flows to, of both families: "target twin, target twin"
# shellcheck disable=SC2016 # for the inner shell
list_hosts='hosts() { ip "$1" route show "$2" | grep -oE "dev (target|twin)" | cut -d " " -f 2 | sort | paste -sd " "; }
	both() { echo "$(hosts -4 203.0.113.80), $(hosts -6 2001:db8:80::80)"; }'
hosts_of() { lab run f3 bash -c "$list_hosts; both"; }

# await_hosts HOSTS: until flows go to these, over both families; in one process, for the time is told
await_hosts() {
	# shellcheck disable=SC2016 # for the inner shell
	lab run f3 timeout "$hang" bash -c "$list_hosts"'; until [ "$(both)" = "$0, $0" ]; do sleep 0.1; done' "$1"
}

# goes CASE HOSTS: flows go to these hosts, and how long that took
goes() {
	local started=$EPOCHREALTIME

	await_hosts "$2"
	took=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $started }")
	is "${title:-}$1" "$2, $2" "$(hosts_of)"
	echo "# $1: after $took s"
}

# start_bgp: BIRD on the router and on both hosts, in place of the lab's own routes to them; all sessions are up
start_bgp() {
	local host

	lab run f3 ip route del 203.0.113.0/24
	lab run f3 ip -6 route del 2001:db8:80::/64
	router_config >"$work/f3.bird"
	for host in target twin; do host_config "$host" >"$work/$host.bird"; done
	for host in f3 target twin; do start_bird "$host"; done
	eventually all_sessions || give_up "BGP" "$(birdc_on f3 show protocols)"
}

all_sessions() { session target 4 && session target 6 && session twin 4 && session twin 6; }
