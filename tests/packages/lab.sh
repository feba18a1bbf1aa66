# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# A lab of uturn-lab in a system that the tests have booted, whose target has the system's units; sourced there, after lib.sh.

target() { ip netns exec uturn-target "$@"; }

# units_in_target UNIT...: as packaged, but in the network of the lab's target
units_in_target() {
	local unit
	for unit; do
		mkdir -p "/run/systemd/system/$unit.service.d"
		printf '[Service]\nNetworkNamespacePath=/run/netns/uturn-target\n' >"/run/systemd/system/$unit.service.d/lab.conf"
	done
	systemctl daemon-reload
}

# lab_ends: and units are in the system's own network again
lab_ends() {
	uturn-lab down >/dev/null
	rm -f /run/systemd/system/*.service.d/lab.conf
	systemctl daemon-reload
}

# planned: the rules are those of the configuration, sooner or later; it says what is different in the end
planned() {
	local options _
	options=$(sed -n 's/^RULES=//p' /etc/default/uturn 2>/dev/null)
	for _ in $(seq 300); do
		# shellcheck disable=SC2086 # options are words
		target uturn-rules check --config /etc/uturn/uturnd.conf $options >/tmp/planned 2>&1 && return
		sleep 0.1
	done
	cat /tmp/planned
	return 1
}

# hops FAMILY [METHOD]: what a traceroute shows, a word each; it waits for an answer as long as the machine takes, and is
# started again where it misses one: what has waited for half a second is not answered
hops() {
	local address=203.0.113.80 shown
	[ "$1" = 4 ] || address=2001:db8:80::80
	for _ in 1 2 3; do
		shown=$(ip netns exec uturn-prober traceroute -n "-$1" ${2:+"$2"} -w 20,0,0 -q 1 "$address" | awk 'NR > 1 { print $2 }' | paste -sd ' ')
		case $shown in *'*'*) ;; *) break ;; esac
	done
	echo "$shown"
}

# complete NAME [METHOD]: forward and return path of both families, with 2 routers each
complete() {
	is "$1: traceroute ${2:+$2 }-4" '10.1.1.1 10.1.2.1 203.0.113.80 10.2.1.1 10.2.2.1 203.0.113.80' "$(hops 4 "${2-}")"
	is "$1: traceroute ${2:+$2 }-6" 'fd00:1:1::1 fd00:1:2::1 2001:db8:80::80 fd00:2:1::1 fd00:2:2::1 2001:db8:80::80' "$(hops 6 "${2-}")"
}
