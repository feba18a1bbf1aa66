/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_protocols.h"

#include "config/choices.h"
#include "plan.h"
#include "plan_family.h"
#include "plan_state.h"

static void write_excluded(const struct ports *ports, const char *protocol, FILE *out)
{
	for (unsigned next = 0; next < ports->count;) {
		fprintf(out, "-A UTURN-%s -p %s -m multiport --ports ", protocol, protocol);
		next = ports_write(ports, next, out);
		fputs(" -j RETURN\n", out);
	}
}

/*
 * A traceroute from this host to another uturn host receives return probes
 * that look like probes; they belong to its socket. So do answers with a low
 * TTL that a socket bound to no address waits for, which the match finds with
 * --nowildcard only: devices answer a search for UPnP with TTL 2. Sockets on
 * ports below 1024 are services, and probes to these ports are turned like any other.
 */
void plan_write_socket(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	if (!p->udp)
		return;
	fputs("-A UTURN-socket -m socket --nowildcard -j RETURN\n", out);
	plan_write_first_span(p, f, "UTURN-socket", is_mangle,
		out); /* those of UTURN-seen: a jump costs as much as a match */
}

void plan_write_udp(const struct plan *p, FILE *out)
{
	if (!p->udp)
		return;
	write_excluded(&p->exclude_udp, "udp", out);
	fputs("-A UTURN-udp -p udp -m udp --dport 1024:65535 -g UTURN-socket\n-A UTURN-udp -g UTURN-seen\n", out);
}

/*
 * A SYN with the addresses and ports of a connection to any port. A TCP packet
 * comes to INPUT with its socket if that is one of a connection (the kernel's
 * early demultiplexing, net.ipv4.tcp_early_demux), and without one if
 * it would reach a listener. The match of control groups looks at this socket
 * and searches for none; its class is 0, or it is not. The state of conntrack
 * would say the same, but asking it turns connection tracking on.
 */
static void write_connections(FILE *out)
{
	fputs("-A UTURN-tcp -p tcp -m cgroup --cgroup 0 -j RETURN\n"
	      "-A UTURN-tcp -p tcp -m cgroup ! --cgroup 0 -j RETURN\n",
		out);
}

/*
 * ECE and CWR are not in the mask: a SYN that offers ECN is a bare SYN (RFC
 * 3168). The socket match, not conntrack, tells an ACK probe from a segment of
 * a connection, as our own return probe adds the flow to conntrack. A SYN with
 * the addresses and ports of a connection that this host has opened is not
 * answered with a RST. Below port 1024 the match would also find a service
 * bound to one address, and its port could not be traced; there
 * write_connections() finds those of connections alone, in INPUT: the nat
 * table comes before the kernel looks for sockets.
 */
void plan_write_tcp(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	static const char tcp[] = "-A UTURN-tcp -p tcp -m tcp", flags[] = "--tcp-flags FIN,SYN,RST,PSH,ACK,URG";

	if (!p->tcp)
		return;
	if (is_mangle)
		write_connections(out);
	write_excluded(&p->exclude_tcp, "tcp", out);
	fprintf(out, "%s --dport 1024:65535 %s SYN -m socket -j RETURN\n", tcp, flags);
	if (p->hops > CONFIG_SYN_TTL_MAX)
		fprintf(out, "%s %s SYN %s-gt %d -j RETURN\n", tcp, flags, f->ttl, CONFIG_SYN_TTL_MAX);
	fprintf(out, "%s %s SYN -g UTURN-seen\n", tcp, flags);
	fprintf(out, "%s %s ACK -m socket -j RETURN\n", tcp, flags);
	fprintf(out, "%s %s ACK -g UTURN-seen\n", tcp, flags);
}
