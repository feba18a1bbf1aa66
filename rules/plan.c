/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_parts.h"

enum { DEFAULT_LIMIT = 200, DEFAULT_TOTAL = 20000 }; /* as uturnd has them */

static const struct family ipv4 = {
	.ttl = "-m ttl --ttl",
	.echo_request = "-p icmp -m icmp --icmp-type 8/0",
	.request = "-p icmp -m icmp --icmp-type 8/1",
	.link_local = "169.254.0.0/16",
	.no_source = "LOCAL,BROADCAST",
	.mask = "255.255.255.255",
	.list_suffix = "",
	.set_options = "family inet",
	.limit_name = "uturn4",
	.limit_mask = "",
	.network_mask = " --hashlimit-srcmask 24",
};

static const struct family ipv6 = {
	.ttl = "-m hl --hl",
	.echo_request = "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0",
	.request = "-p ipv6-icmp -m icmp6 --icmpv6-type 128/1",
	.link_local = "fe80::/10",
	.no_source = "LOCAL",
	.mask = "ffff:ffff:ffff:ffff::",
	.list_suffix = "-6",
	.set_options = "family inet6 netmask 64",
	.limit_name = "uturn6",
	.limit_mask = " --hashlimit-srcmask 64",
	.network_mask = " --hashlimit-srcmask 48",
};

const struct family *plan_family(int family)
{
	return family == 6 ? &ipv6 : &ipv4;
}

void plan_default(struct plan *p)
{
	*p = (struct plan){
		.queue_first = 5,
		.queue_last = 5,
		.hops = 32,
		.window_s = 30,
		.gap = 6,
		.arm = 6,
		.udp = true,
		.tcp = true,
		.icmp = true,
		.limit = DEFAULT_LIMIT,
		.limit_total = DEFAULT_TOTAL,
		.state = PLAN_RECENT,
	};
	ports_default_udp(&p->exclude_udp);
	ports_default_tcp(&p->exclude_tcp);
}

/* The save format lists chains by name; the rules follow in the same order. */
static void write_chains(const struct plan *p, FILE *out)
{
	fputs(":UTURN - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, ":UTURN-hop%03u - [0:0]\n", k);
	if (p->request)
		fputs(":UTURN-request - [0:0]\n", out);
	fputs(":UTURN-seen - [0:0]\n", out);
	for (unsigned k = p->arm + 1; k <= p->hops; k = plan_seen_end(p, k) + 1)
		fprintf(out, ":UTURN-seen%03u - [0:0]\n", k);
	if (p->tcp)
		fputs(":UTURN-tcp - [0:0]\n", out);
	fputs(":UTURN-ttl - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops; k += PLAN_BLOCK)
		fprintf(out, ":UTURN-ttl%03u - [0:0]\n", k);
	if (p->udp)
		fputs(":UTURN-udp - [0:0]\n", out);
}

/* What both doors leave to the kernel, first in their chains. */
static void write_returns(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	fprintf(out, "-A %s -i lo -j RETURN\n", chain);
	fprintf(out, "-A %s -s %s -j RETURN\n", chain, f->link_local);
	/* LOCAL leaves out multicast, broadcast and anycast, and what TPROXY brings in. */
	fprintf(out, "-A %s -m addrtype ! --dst-type LOCAL -j RETURN\n", chain);
	/*
	 * A forged source of our own would have us send to ourselves, past the host's firewall; the
	 * broadcast address of our subnet, which the kernel refuses with rp_filter only, to all there.
	 */
	fprintf(out, "-A %s -m addrtype --src-type %s -j RETURN\n", chain, f->no_source);
	/*
	 * INPUT comes before IPv6 reassembly (after it for IPv4). The socket
	 * match of UTURN-udp and UTURN-tcp brings reassembly forward; without it fragments
	 * would reach the queue one by one.
	 */
	if (f == &ipv6 && !p->tcp && !p->udp)
		fprintf(out, "-A %s -m ipv6header --header ipv6-frag --soft -j RETURN\n", chain);
}

static void write_entrance(const struct plan *p, const struct family *f, FILE *out)
{
	fprintf(out, "-A INPUT %s-lt %u -j UTURN\n", f->ttl, p->hops + 1);
	if (p->request)
		fprintf(out, "-A INPUT %s -j UTURN-request\n", f->request);
	write_returns(p, f, "UTURN", out);
	if (p->udp)
		fputs("-A UTURN -p udp -g UTURN-udp\n", out);
	if (p->tcp)
		fputs("-A UTURN -p tcp -g UTURN-tcp\n", out);
	if (p->icmp)
		fprintf(out, "-A UTURN %s -g UTURN-seen\n", f->echo_request);
	for (unsigned i = 0; i < PLAN_OTHERS && *p->others[i]; i++)
		fprintf(out, "-A UTURN -p %s -g UTURN-seen\n", p->others[i]);
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
 * This host's own traceroute to another uturn host gets return probes that
 * look like probes; they belong to its socket. Below port 1024 a socket is a
 * service's, and probes to a service's port are turned like any other.
 */
static void write_udp(const struct plan *p, FILE *out)
{
	write_excluded(&p->exclude_udp, "udp", out);
	fputs("-A UTURN-udp -p udp -m udp --dport 1024:65535 -m socket -j RETURN\n", out);
	fputs("-A UTURN-udp -g UTURN-seen\n", out);
}

/*
 * ECE and CWR stay out of the mask: a SYN that offers ECN is a bare SYN.
 * An ACK is told from the segments of a connection by its socket, not by
 * conntrack, where our own return probe makes the prober's flow a known one.
 * A SYN with the addresses and ports of a connection that this host has begun
 * gets no RST of ours. Below port 1024 the match would find a service that is
 * bound to one address as well, and no trace would pass it; there the RST's
 * sequence number protects (see turn_tcp() in uturnd).
 */
static void write_tcp(const struct plan *p, FILE *out)
{
	static const char tcp[] = "-A UTURN-tcp -p tcp -m tcp", flags[] = "--tcp-flags FIN,SYN,RST,PSH,ACK,URG";

	write_excluded(&p->exclude_tcp, "tcp", out);
	fprintf(out, "%s --dport 1024:65535 %s SYN -m socket -j RETURN\n", tcp, flags);
	fprintf(out, "%s %s SYN -g UTURN-seen\n", tcp, flags);
	fprintf(out, "%s %s ACK -m socket -j RETURN\n", tcp, flags);
	fprintf(out, "%s %s ACK -g UTURN-seen\n", tcp, flags);
}

/* Two levels, so that TTL 32 is found after 3 + 8 matches, not 32. */
static void write_ttl(const struct plan *p, const struct family *f, FILE *out)
{
	unsigned first;

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

/* A chain for each TTL, whose counter tells how many came with it. */
static void write_hop(const struct plan *p, unsigned k, FILE *out)
{
	fprintf(out, "-A UTURN-hop%03u", k);
	write_queue(p, out);
}

/* Nobody has to have been seen: whoever asks sends a single packet. */
static void write_request(const struct plan *p, const struct family *f, FILE *out)
{
	write_returns(p, f, "UTURN-request", out);
	plan_write_limits(p, f, "UTURN-request", out);
	fputs("-A UTURN-request", out);
	write_queue(p, out);
}

void plan_write(const struct plan *p, int family, FILE *out)
{
	const struct family *f = plan_family(family);

	fputs("*mangle\n", out);
	write_chains(p, out);
	write_entrance(p, f, out);
	for (unsigned k = 1; k <= p->hops; k++)
		write_hop(p, k, out);
	if (p->request)
		write_request(p, f, out);
	plan_write_seen(p, f, out);
	if (p->tcp)
		write_tcp(p, out);
	write_ttl(p, f, out);
	if (p->udp)
		write_udp(p, out);
	fputs("COMMIT\n", out);
}
