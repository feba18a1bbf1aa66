/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_write.h"

#include "config/choices.h"
#include "plan.h"
#include "plan_family.h"
#include "plan_limits.h"
#include "plan_state.h"

/* The save format lists chains by name; the rules follow in the same order. Only mangle has those that count and remember. */
static void write_chains(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	fputs(":UTURN - [0:0]\n", out);
	if (plan_denies(p, f->number))
		fputs(":UTURN-denied - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops && is_mangle; k++)
		fprintf(out, ":UTURN-hop%03u - [0:0]\n", k);
	if (p->request)
		fputs(":UTURN-request - [0:0]\n", out);
	fputs(":UTURN-seen - [0:0]\n", out);
	for (unsigned k = p->arm + 1; k <= p->hops; k = plan_seen_end(p, k) + 1)
		fprintf(out, ":UTURN-seen%03u - [0:0]\n", k);
	if (p->tcp)
		fputs(":UTURN-tcp - [0:0]\n", out);
	fputs(":UTURN-ttl - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops && is_mangle; k += PLAN_BLOCK)
		fprintf(out, ":UTURN-ttl%03u - [0:0]\n", k);
	if (p->udp)
		fputs(":UTURN-udp - [0:0]\n", out);
}

static bool is_of(const struct plan_deny *set, int family)
{
	return *set->name && (set->family == 0 || set->family == family);
}

bool plan_denies(const struct plan *p, int family)
{
	bool denies = false;

	for (unsigned i = 0; i < PLAN_DENY_SETS; i++)
		denies |= is_of(&p->deny[i], family);
	return denies;
}

/* What both chains that INPUT jumps to leave to the kernel. */
static void write_returns(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	fprintf(out, "-A %s -i lo -j RETURN\n", chain);
	fprintf(out, "-A %s -s %s -j RETURN\n", chain, f->link_local);
	/* LOCAL leaves out multicast, broadcast and anycast, and what TPROXY brings in. */
	fprintf(out, "-A %s -m addrtype ! --dst-type LOCAL -j RETURN\n", chain);
	/*
	 * An answer to a forged source would bypass the firewall of this host if the source is an
	 * address of ours, and reach a whole subnet if it is its broadcast address, which the kernel
	 * refuses with rp_filter only.
	 */
	fprintf(out, "-A %s -m addrtype --src-type %s -j RETURN\n", chain, f->no_source);
	/*
	 * IPv6 passes INPUT before reassembly (IPv4 after it). The socket match
	 * of UTURN-udp and UTURN-tcp causes reassembly earlier; without it
	 * fragments would be queued one by one.
	 */
	if (f == plan_family(6) && !p->tcp && !p->udp)
		fprintf(out, "-A %s -m ipv6header --header ipv6-frag --soft -j RETURN\n", chain);
	for (unsigned i = 0; i < PLAN_DENY_SETS; i++)
		if (is_of(&p->deny[i], f->number))
			fprintf(out, "-A %s -m set --match-set %s src -g UTURN-denied\n", chain, p->deny[i].name);
}

static void write_entrance(const struct plan *p, const struct family *f, const char *hook, FILE *out)
{
	fprintf(out, "-A %s %s-lt %u -j UTURN\n", hook, f->ttl, p->hops + 1);
	if (p->request)
		fprintf(out, "-A %s %s -j UTURN-request\n", hook, f->request);
	write_returns(p, f, "UTURN", out);
	if (p->udp)
		fputs("-A UTURN -p udp -g UTURN-udp\n", out);
	if (p->tcp)
		fputs("-A UTURN -p tcp -g UTURN-tcp\n", out);
	if (p->icmp)
		fprintf(out, "-A UTURN %s -g UTURN-seen\n", f->echo_request);
	for (unsigned i = 0; i < PLAN_OTHERS && *p->others[i]; i++)
		fprintf(out, "-A UTURN -p %s -g UTURN-seen\n", p->others[i]);
	if (plan_denies(p, f->number))
		fputs("-A UTURN-denied -j RETURN\n", out); /* for its counter */
}

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
static void write_udp(const struct plan *p, FILE *out)
{
	write_excluded(&p->exclude_udp, "udp", out);
	fputs("-A UTURN-udp -p udp -m udp --dport 1024:65535 -m socket --nowildcard -j RETURN\n", out);
	fputs("-A UTURN-udp -g UTURN-seen\n", out);
}

/*
 * ECE and CWR are not in the mask: a SYN that offers ECN is a bare SYN (RFC
 * 3168). The socket match, not conntrack, tells an ACK probe from a segment of
 * a connection, as our own return probe adds the flow to conntrack. A SYN with
 * the addresses and ports of a connection that this host has opened is not
 * answered with a RST. Below port 1024 the match would also find a service
 * bound to one address, and its port could not be traced; there
 * write_connections() finds those of connections alone.
 */
static void write_tcp(const struct plan *p, const struct family *f, FILE *out)
{
	static const char tcp[] = "-A UTURN-tcp -p tcp -m tcp", flags[] = "--tcp-flags FIN,SYN,RST,PSH,ACK,URG";

	write_excluded(&p->exclude_tcp, "tcp", out);
	fprintf(out, "%s --dport 1024:65535 %s SYN -m socket -j RETURN\n", tcp, flags);
	if (p->hops > CONFIG_SYN_TTL_MAX)
		fprintf(out, "%s %s SYN %s-gt %d -j RETURN\n", tcp, flags, f->ttl, CONFIG_SYN_TTL_MAX);
	fprintf(out, "%s %s SYN -g UTURN-seen\n", tcp, flags);
	fprintf(out, "%s %s ACK -m socket -j RETURN\n", tcp, flags);
	fprintf(out, "%s %s ACK -g UTURN-seen\n", tcp, flags);
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
	fputs("-A UTURN-ttl -p tcp -m cgroup --cgroup 0 -j RETURN\n"
	      "-A UTURN-ttl -p tcp -m cgroup ! --cgroup 0 -j RETURN\n",
		out);
}

/* Two levels, so that TTL 32 is found after 3 + 8 matches, not 32. */
static void write_ttl(const struct plan *p, const struct family *f, FILE *out)
{
	unsigned first;

	if (p->tcp)
		write_connections(out);
	plan_write_limits(p, f, "UTURN-ttl", out);
	for (first = 1; first + PLAN_BLOCK <= p->hops; first += PLAN_BLOCK)
		fprintf(out, "-A UTURN-ttl %s-lt %u -g UTURN-ttl%03u\n", f->ttl, first + PLAN_BLOCK, first);
	fprintf(out, "-A UTURN-ttl -g UTURN-ttl%03u\n", first);
	for (unsigned k = 1; k <= p->hops; k++) {
		if (k == plan_block(k))
			plan_write_remember(p, f, k, out);
		fprintf(out, "-A UTURN-ttl%03u %s-eq %u -g UTURN-hop%03u\n", plan_block(k), f->ttl, k, k);
	}
}

/* The end of a rule. */
static void write_queue(const struct plan *p, FILE *out)
{
	if (p->queue_first == p->queue_last)
		fprintf(out, " -j NFQUEUE --queue-num %u --queue-bypass\n", p->queue_first);
	else
		fprintf(out, " -j NFQUEUE --queue-balance %u:%u --queue-bypass\n", p->queue_first, p->queue_last);
}

/* A chain for each TTL, whose counter is the number of probes of that hop. */
static void write_hop(const struct plan *p, unsigned k, FILE *out)
{
	fprintf(out, "-A UTURN-hop%03u", k);
	write_queue(p, out);
}

/* The source need not have been seen: a request is a single packet. */
static void write_request(const struct plan *p, const struct family *f, FILE *out)
{
	write_returns(p, f, "UTURN-request", out);
	plan_write_limits(p, f, "UTURN-request", out);
	fputs("-A UTURN-request", out);
	write_queue(p, out);
}

/*
 * What uturnd sends belongs to no connection. Tracked, it would be a new one, which masquerading
 * gives another source, or an invalid packet, which firewalls drop. The target only sets a flag:
 * it does not turn connection tracking on where there is none.
 */
static void write_untracked(const struct plan *p, FILE *out)
{
	fprintf(out,
		"*raw\n:UTURN-notrack - [0:0]\n-A OUTPUT -m mark --mark 0x%x -j UTURN-notrack\n"
		"-A UTURN-notrack -j CT --notrack\nCOMMIT\n",
		p->mark);
}

/*
 * A port that the host translates (REDIRECT, DNAT) is another one in INPUT, and an answer from there is
 * one the prober never asked. So what will be queued is accepted in front of the host's own rules: the
 * same chains, up to the one that would write. The nat table sees the first packet of a connection
 * only, and nothing where connections are not tracked, which these rules do not turn on: no packet of
 * a connection that is translated comes here.
 */
static void write_untranslated(const struct plan *p, const struct family *f, FILE *out)
{
	fputs("*nat\n", out);
	write_chains(p, f, false, out);
	write_entrance(p, f, "PREROUTING", out);
	if (p->request) {
		write_returns(p, f, "UTURN-request", out);
		fputs("-A UTURN-request -j ACCEPT\n", out);
	}
	plan_write_seen(p, f, out);
	if (p->tcp)
		write_tcp(p, f, out);
	fputs("-A UTURN-ttl -j ACCEPT\n", out);
	if (p->udp)
		write_udp(p, out);
	fputs("COMMIT\n", out);
}

static void write_queued(const struct plan *p, const struct family *f, FILE *out)
{
	fputs("*mangle\n", out);
	write_chains(p, f, true, out);
	write_entrance(p, f, "INPUT", out);
	for (unsigned k = 1; k <= p->hops; k++)
		write_hop(p, k, out);
	if (p->request)
		write_request(p, f, out);
	plan_write_seen(p, f, out);
	if (p->tcp)
		write_tcp(p, f, out);
	write_ttl(p, f, out);
	if (p->udp)
		write_udp(p, out);
	fputs("COMMIT\n", out);
}

void plan_write(const struct plan *p, int family, FILE *out)
{
	const struct family *f = plan_family(family);

	if (p->mark)
		write_untracked(p, out);
	if (p->nat)
		write_untranslated(p, f, out);
	write_queued(p, f, out);
}
