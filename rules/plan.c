/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "plan.h"

enum { BLOCK = 8 }; /* TTLs a chain of the second level tells apart */

/* What differs between iptables and ip6tables. */
struct family {
	const char *ttl; /* match and the start of its options */
	const char *echo_request; /* code 0: another code is no ping */
	const char *link_local; /* never routed: RFC 3927 2.7, RFC 4291 2.5.6 */
	/*
	 * The mask of a recent list and the name it goes by. xt_recent finds
	 * its lists by name alone, in both families, and a list keeps the mask
	 * it was made with: a shared name would count IPv6 by the address.
	 */
	const char *mask, *list_suffix;
	const char *set_options; /* ipset */
	const char *limit_name, *limit_mask;
};

static const struct family ipv4 = {
	.ttl = "-m ttl --ttl",
	.echo_request = "-p icmp -m icmp --icmp-type 8/0",
	.link_local = "169.254.0.0/16",
	.mask = "255.255.255.255",
	.list_suffix = "",
	.set_options = "family inet",
	.limit_name = "uturn4",
	.limit_mask = "",
};

static const struct family ipv6 = {
	.ttl = "-m hl --hl",
	.echo_request = "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0",
	.link_local = "fe80::/10",
	.mask = "ffff:ffff:ffff:ffff::",
	.list_suffix = "-6",
	.set_options = "family inet6 netmask 64",
	.limit_name = "uturn6",
	.limit_mask = " --hashlimit-srcmask 64",
};

static const struct family *family_of(int family)
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
		.state = PLAN_RECENT,
	};
	ports_default_udp(&p->exclude_udp);
	ports_default_tcp(&p->exclude_tcp);
}

static unsigned block_end(const struct plan *p, unsigned first)
{
	return first + BLOCK - 1 < p->hops ? first + BLOCK - 1 : p->hops;
}

/* The save format lists chains by name; the rules follow in the same order. */
static void write_chains(const struct plan *p, FILE *out)
{
	fputs(":UTURN - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, ":UTURN-hop%03u - [0:0]\n", k);
	fputs(":UTURN-seen - [0:0]\n", out);
	for (unsigned k = p->arm + 1; k <= p->hops; k += BLOCK)
		fprintf(out, ":UTURN-seen%03u - [0:0]\n", k);
	if (p->tcp)
		fputs(":UTURN-tcp - [0:0]\n", out);
	fputs(":UTURN-ttl - [0:0]\n", out);
	for (unsigned k = 1; k <= p->hops; k += BLOCK)
		fprintf(out, ":UTURN-ttl%03u - [0:0]\n", k);
	if (p->udp)
		fputs(":UTURN-udp - [0:0]\n", out);
}

static void write_entrance(const struct plan *p, const struct family *f, FILE *out)
{
	fprintf(out, "-A INPUT %s-lt %u -j UTURN\n", f->ttl, p->hops + 1);
	fputs("-A UTURN -i lo -j RETURN\n", out);
	fprintf(out, "-A UTURN -s %s -j RETURN\n", f->link_local);
	/* LOCAL leaves out multicast, broadcast and anycast, and what TPROXY brings in. */
	fputs("-A UTURN -m addrtype ! --dst-type LOCAL -j RETURN\n", out);
	/* A forged source of our own would have us send to ourselves, past the host's firewall. */
	fputs("-A UTURN -m addrtype --src-type LOCAL -j RETURN\n", out);
	/*
	 * INPUT comes before IPv6 reassembly (after it for IPv4). The socket
	 * match of UTURN-udp and UTURN-tcp brings reassembly forward; without it fragments
	 * would reach the queue one by one.
	 */
	if (f == &ipv6 && !p->tcp && !p->udp)
		fputs("-A UTURN -m ipv6header --header ipv6-frag --soft -j RETURN\n", out);
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

/*
 * Who was seen at `at` may ask for any TTL up to at + gap. A block shares one
 * chain, where only the lists near its low end need to look at the TTL again;
 * a chain for every TTL would be 600 rules, and iptables-nft sends them as one
 * message that has to fit the socket's buffer (212,992 bytes, unprivileged).
 */
static void write_seen_at(const struct plan *p, const struct family *f, unsigned first, unsigned at, FILE *out)
{
	fprintf(out, "-A UTURN-seen%03u", first);
	if (at + p->gap < block_end(p, first))
		fprintf(out, " %s-lt %u", f->ttl, at + p->gap + 1);
	if (p->state == PLAN_RECENT)
		fprintf(out, " -m recent --rcheck --seconds %u --name hop%03u%s --mask %s --rsource", p->window_s, at,
			f->list_suffix, f->mask);
	else
		fprintf(out, " -m set --match-set uturn-hop%03u%s src", at, f->list_suffix);
	fputs(" -g UTURN-ttl\n", out);
}

static void write_seen(const struct plan *p, const struct family *f, FILE *out)
{
	unsigned first;

	fprintf(out, "-A UTURN-seen %s-lt %u -g UTURN-ttl\n", f->ttl, p->arm + 1);
	for (first = p->arm + 1; first + BLOCK <= p->hops; first += BLOCK)
		fprintf(out, "-A UTURN-seen %s-lt %u -g UTURN-seen%03u\n", f->ttl, first + BLOCK, first);
	if (first <= p->hops)
		fprintf(out, "-A UTURN-seen -g UTURN-seen%03u\n", first);
	for (first = p->arm + 1; first <= p->hops; first += BLOCK)
		for (unsigned at = first > p->gap ? first - p->gap : 1; at <= p->hops; at++)
			write_seen_at(p, f, first, at, out);
}

/* Two levels, so that TTL 32 is found after 3 + 8 matches, not 32. */
static void write_ttl(const struct plan *p, const struct family *f, FILE *out)
{
	unsigned first;

	for (first = 1; first + BLOCK <= p->hops; first += BLOCK)
		fprintf(out, "-A UTURN-ttl %s-lt %u -g UTURN-ttl%03u\n", f->ttl, first + BLOCK, first);
	fprintf(out, "-A UTURN-ttl -g UTURN-ttl%03u\n", first);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, "-A UTURN-ttl%03u %s-eq %u -g UTURN-hop%03u\n", (k - 1) / BLOCK * BLOCK + 1, f->ttl, k, k);
}

/*
 * The rate as iptables-save will show it: hashlimit keeps the time between
 * two packets in millionths of a second, and shows its inverse.
 */
static unsigned rate_shown(unsigned limit)
{
	return PLAN_LIMIT_MAX / (PLAN_LIMIT_MAX / limit);
}

/*
 * More than the limit is dropped: let through, the host itself would answer,
 * and the prober would see the end of its trace where there is none. The
 * table is named after its rate, because a table that exists keeps its rate.
 */
static void write_limit(const struct plan *p, const struct family *f, unsigned k, FILE *out)
{
	unsigned rate = rate_shown(p->limit);
	unsigned burst = rate < 64 ? 64 : rate; /* a whole trace may come at once */

	fprintf(out,
		"-A UTURN-hop%03u -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u"
		" --hashlimit-mode srcip --hashlimit-name %s-%u%s -j DROP\n",
		k, rate, burst, f->limit_name, rate, f->limit_mask);
}

/*
 * Matches run from left to right and `recent --set` writes: nothing may come
 * here whose TTL has not been matched. The hops before keep their state, as
 * probes repeat, overtake each other and start again.
 */
static void write_hop(const struct plan *p, const struct family *f, unsigned k, FILE *out)
{
	if (p->limit)
		write_limit(p, f, k, out);
	if (p->state == PLAN_RECENT)
		fprintf(out, "-A UTURN-hop%03u -m recent --set --name hop%03u%s --mask %s --rsource", k, k,
			f->list_suffix, f->mask);
	else
		fprintf(out,
			"-A UTURN-hop%03u -j SET --add-set uturn-hop%03u%s src --exist --timeout %u\n"
			"-A UTURN-hop%03u",
			k, k, f->list_suffix, p->window_s, k);
	if (p->queue_first == p->queue_last)
		fprintf(out, " -j NFQUEUE --queue-num %u --queue-bypass\n", p->queue_first);
	else
		fprintf(out, " -j NFQUEUE --queue-balance %u:%u --queue-bypass\n", p->queue_first, p->queue_last);
}

void plan_write(const struct plan *p, int family, FILE *out)
{
	const struct family *f = family_of(family);

	fputs("*mangle\n", out);
	write_chains(p, out);
	write_entrance(p, f, out);
	for (unsigned k = 1; k <= p->hops; k++)
		write_hop(p, f, k, out);
	write_seen(p, f, out);
	if (p->tcp)
		write_tcp(p, out);
	write_ttl(p, f, out);
	if (p->udp) {
		write_udp(p, out);
	}
	fputs("COMMIT\n", out);
}

/*
 * The window is not the set's but the rule's, so the same line fits every
 * plan and `-exist` finds nothing to object to when the window changes.
 */
void plan_write_sets(const struct plan *p, int family, FILE *out)
{
	const struct family *f = family_of(family);

	if (p->state != PLAN_IPSET)
		return;
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, "create uturn-hop%03u%s hash:ip %s hashsize 1024 maxelem 131072 timeout 0\n", k,
			f->list_suffix, f->set_options);
}
