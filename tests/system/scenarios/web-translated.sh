#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Visitors of uturn-web whose destination the target's own NAT has changed: another port, another address. Their trace
# goes along the connection as it is on the wire, and nobody can have another connection traced in that way.

. "$(dirname "$0")/../helpers/lib.sh"
. "$helpers/web-lib.sh"

get() { prober curl -sSN --max-time "$hang" "$@"; }
# the shown path as names, and how it ended
shown() { { hops <<<"$1" && tail -n 1 <<<"$1"; } | sed -E 's/(10\.1\.1\.10|fd00:1:1::10)$/you/; s/, [0-9]* probes$//' | xargs; }
whole="b1 b2 b3 b4 you reached you: 5 hops"

# nat FAMILY RULE...: in front of local sockets
nat() {
	local tool=iptables

	[ "$1" = 4 ] || tool=ip6tables
	target "$tool" -t nat -A PREROUTING -p tcp "${@:2}"
}

start_lab 3 4
apply_rules
web_in=("$uturn_lab" run target)
start_uturnd "inband on
inband-ports 8080"
start_web "listen [::]:8080
resolve no
user root
limit 100000/m traces-per-prefix"
if ! nat 4 --dport 80 -j REDIRECT --to-ports 8080 || ! nat 6 --dport 80 -j REDIRECT --to-ports 8080; then
	skip "translated connections" "needs the table nat"
	exit
fi

for address in "$target4" "[$target6]"; do
	is "the port itself, $address" "$whole" "$(shown "$(get "http://$address:8080/")")"
	is "REDIRECT to it, $address" "$whole" "$(shown "$(get "http://$address/")")"
	has "as it is on the wire, $address" '"local_port":80,' "$(get "http://$address/sse")"
	is "and all of what else is asked on such a connection, $address" "$(wc -c <"$helpers/../../../tools/uturn-web/page/page.js")" \
		"$(get "http://$address/" -o /dev/null "http://$address/page.js" -o "$work/script" && wc -c <"$work/script")"
done

nat 4 -d "$second4" --dport 81 -j DNAT --to-destination "$target4:8080"
nat 6 -d "$second6" --dport 81 -j DNAT --to-destination "[$target6]:8080"
is "DNAT to another address of the target" "$whole" "$(shown "$(get "http://$second4:81/")")"
is "the same over IPv6" "$whole" "$(shown "$(get "http://[$second6]:81/")")"
nat 4 -d 203.0.113.82 --dport 82 -j DNAT --to-destination "$target4:8080"
is "DNAT of an address that the target does not have" "$whole" "$(shown "$(get "http://203.0.113.82:82/")")"

# ---- a port that is changed without connection tracking: nothing says what is on the wire ----

if target nft -f - <<-'END'; then
	table ip stateless {
		chain in { type filter hook prerouting priority -310; tcp sport 40083 tcp dport 83 tcp dport set 8080 notrack; }
		chain out { type filter hook output priority -310; tcp sport 8080 tcp dport 40083 tcp sport set 83 notrack; }
	}
END
	has "a change that the kernel does not remember" 'stopped: no packet of this connection was seen.* .0 probes' \
		"$(get --local-port 40083 "http://$target4:83/")"
	target nft delete table ip stateless
else
	skip "a change that the kernel does not remember" "needs nft"
fi

# ---- what a client of the control socket may have traced ----

# ask LOCAL: passes a socket of its own, and names the visitor's connection; prints uturnd's answer
ask() {
	target python3 - "$control" "$target4" "$1" "10.1.1.10:$visitor" <<-'END'
		import socket, sys
		own = socket.create_connection((sys.argv[2], 8080))
		client = socket.socket(socket.AF_UNIX)
		client.connect(sys.argv[1])
		flow = '{"local":"%s","peer":"%s"}' % tuple(sys.argv[3:])
		socket.send_fds(client, [('{"op":"trace","flow":%s}\n' % flow).encode()], [own.fileno()])
		print(client.recv(65536).decode())
	END
}
# shellcheck disable=SC2016 # the inner shell's
prober bash -c 'exec 3<>"/dev/tcp/$0/80" && printf "GET /page.json HTTP/1.1\r\nHost: x\r\n\r\n" >&3 && cat <&3' "$target4" >/dev/null 2>&1 &
talking() { visitor=$(prober ss -Htn state established "dst $target4 and dport = :80" | awk '{sub(/.*:/, "", $3); print $3; exit}') && [ -n "$visitor" ]; }
eventually talking
has "a connection on the wire, with another's socket" '"error": ?"not a TCP connection of this host"' "$(ask "$target4:80")"
socket=$(target ss -Htn state established "sport = :8080 and dport = :$visitor" | awk '{gsub(/\[::ffff:|\]/, "", $3); print $3}')
has "as its socket has it, an operator may" '"tracing": ?true' "$(ask "$socket")"

# ---- a connection that uturnd does not know ----

stop_uturnd
is "uturnd ends well" 0 "$stopped"
echo '{"error":"not a TCP connection of this host"}' >"$work/script"
rm -f "$control"
start_fake
has "where it cannot be traced" \
	'^This server translates connections to 203.0.113.80 port 80 .NAT. to port 8080, and this one cannot be traced[.]$' \
	"$(get "http://$target4/")"
stop_fake
stop_web
is "uturn-web ends well" 0 "$stopped"
