# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Firewalls in the target, as an operator has them; sourced by scenarios.

# private FILE: a copy of a file or folder of the machine, in its place as long as this scenario runs
private() {
	local copy
	copy=$work/$(tr / . <<<"$1")

	cp -r "$1" "$copy"
	mount --bind "$copy" "$1" || give_up "copy $1"
}

# start_firewalld nftables|iptables: with a bus of its own
start_firewalld() {
	mkdir -p "$work/firewalld/zones"
	cat >"$work/bus.conf" <<-END
		<busconfig><type>system</type><listen>unix:path=$work/bus</listen><auth>EXTERNAL</auth><policy context="default">
		<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
	END
	# the answer to a packet does not leave by the interface it came by
	sed "s/^IPv6_rpfilter=.*/IPv6_rpfilter=no/; s/^FirewallBackend=.*/FirewallBackend=$1/" /etc/firewalld/firewalld.conf \
		>"$work/firewalld/firewalld.conf"
	echo '<zone><service name="ssh"/><masquerade/></zone>' >"$work/firewalld/zones/public.xml"
	dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile 2>"$work/bus.log" &
	bus=$!
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
	eventually test -S "$work/bus" || give_up "start the bus" "$(tr '\n' '|' <"$work/bus.log")"
	"$uturn_lab" ${lab_name:+--name "$lab_name"} run target firewalld --nofork --nopid --system-config="$work/firewalld" --log-target=console >"$work/firewalld.log" 2>&1 &
	firewalld=$!
	eventually firewalld_runs || give_up "start firewalld" "$(tail -n 5 "$work/firewalld.log" | tr '\n' '|')"
}
firewalld_runs() { target firewall-cmd --state >/dev/null 2>&1; }

stop_firewalld() {
	kill "$firewalld"
	wait "$firewalld" 2>/dev/null
	kill "$bus"
	wait "$bus" 2>/dev/null
	rm -f "$work/bus"
}
