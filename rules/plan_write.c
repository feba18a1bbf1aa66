/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_write.h"

#include "plan.h"
#include "plan_family.h"
#include "plan_limits.h"
#include "plan_protocols.h"
#include "plan_state.h"

/* A chain for each group of TTLs from this one on. */
static void write_group_chains(const struct plan *p, const char *name, unsigned first, FILE *out)
{
	for (; first <= p->hops; first = plan_group_end(p, first) + 1)
		fprintf(out, ":%s%03u - [0:0]\n", name, first);
}

/* The save format lists chains by name; the rules follow in the same order. Only mangle has those that count and remember. */
static void write_chains(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	fputs(":UTURN - [0:0]\n", out);
	if (p->request && is_mangle)
		fputs(":UTURN-asked - [0:0]\n", out);
	if (plan_denies(p, f->number))
		fputs(":UTURN-denied - [0:0]\n", out);
	for (unsigned k = PLAN_SPAN + 1; k <= p->hops; k += PLAN_SPAN)
		fprintf(out, ":UTURN-from%03u - [0:0]\n", k);
	for (unsigned k = 1; k <= p->hops && is_mangle; k++)
		fprintf(out, ":UTURN-hop%03u - [0:0]\n", k);
	if (p->request)
		fputs(":UTURN-request - [0:0]\n", out);
	fputs(":UTURN-seen - [0:0]\n", out);
	write_group_chains(p, "UTURN-seen", p->arm + 1, out);
	if (p->udp)
		fputs(":UTURN-socket - [0:0]\n", out);
	if (p->tcp)
		fputs(":UTURN-tcp - [0:0]\n", out);
	if (is_mangle)
		write_group_chains(p, "UTURN-ttl", 1, out);
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

/*
 * A rule for packets that may be probes or requests, of this protocol (empty: of any).
 *
 * LOCAL leaves out multicast, broadcast and anycast, and what TPROXY brings in.
 * An answer to a forged source would bypass the firewall of this host if the source is an
 * address of ours, and reach a whole subnet if it is its broadcast address, which the kernel
 * refuses with rp_filter only.
 *
 * All of it is one rule, with the dearest match at its end: a match costs more than the rest of a rule.
 */
static void write_candidate(const struct family *f, const char *chain, const char *protocol, const char *end, FILE *out)
{
	fprintf(out, "-A %s ! -s %s ! -i lo%s -m addrtype ! --src-type %s --dst-type LOCAL %s\n", chain, f->link_local,
		protocol, f->no_source, end);
}

/* What both chains that INPUT jumps to leave to the kernel. */
static void write_returns(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	/*
	 * IPv6 passes INPUT before reassembly (IPv4 after it). The socket match
	 * of UTURN-socket and UTURN-tcp causes reassembly earlier; without it
	 * fragments would be queued one by one.
	 */
	if (f == plan_family(6) && !p->tcp && !p->udp)
		fprintf(out, "-A %s -m ipv6header --header ipv6-frag --soft -j RETURN\n", chain);
	for (unsigned i = 0; i < PLAN_DENY_SETS; i++)
		if (is_of(&p->deny[i], f->number))
			fprintf(out, "-A %s -m set --match-set %s src -g UTURN-denied\n", chain, p->deny[i].name);
}

/* The usual probe first: of UDP, both of its ports in the longest range without excluded ones. */
static void write_protocols(const struct plan *p, const struct family *f, FILE *out)
{
	struct port_range free;
	char protocol[64];

	if (p->udp && ports_free(&p->exclude_udp, &free)) {
		snprintf(protocol, sizeof(protocol), " -p udp -m udp --sport %u:%u --dport %u:%u", free.first,
			free.last, free.first, free.last);
		write_candidate(f, "UTURN", protocol, "-g UTURN-socket", out);
	}
	if (p->udp)
		write_candidate(f, "UTURN", " -p udp", "-g UTURN-udp", out);
	if (p->tcp)
		write_candidate(f, "UTURN", " -p tcp", "-g UTURN-tcp", out);
	if (p->icmp) {
		snprintf(protocol, sizeof(protocol), " %s", f->echo_request);
		write_candidate(f, "UTURN", protocol, "-g UTURN-seen", out);
	}
	for (unsigned i = 0; i < PLAN_OTHERS && *p->others[i]; i++) {
		snprintf(protocol, sizeof(protocol), " -p %s", p->others[i]);
		write_candidate(f, "UTURN", protocol, "-g UTURN-seen", out);
	}
}

static void write_entrance(const struct plan *p, const struct family *f, const char *hook, FILE *out)
{
	fprintf(out, "-A %s %s-lt %u -j UTURN\n", hook, f->ttl, p->hops + 1);
	if (p->request)
		fprintf(out, "-A %s %s -j UTURN-request\n", hook, f->request);
	write_returns(p, f, "UTURN", out);
	write_protocols(p, f, out);
}

/* For its counter: what would be looked at but for its source. */
static void write_denied(const struct plan *p, const struct family *f, FILE *out)
{
	if (plan_denies(p, f->number))
		write_candidate(f, "UTURN-denied", "", "-j RETURN", out);
}

/* A group is at most eight TTLs; the first one is that of packets that come with TTL 0, too. */
static void write_group(const struct plan *p, const struct family *f, unsigned first, FILE *out)
{
	unsigned end = plan_group_end(p, first);
	char chain[32];

	snprintf(chain, sizeof(chain), "UTURN-ttl%03u", first);
	plan_write_limits(p, f, chain, out);
	plan_write_remember(p, f, first, out);
	for (unsigned k = first; k <= end; k++) {
		fprintf(out, "-A %s", chain);
		if (k < end || first == 1)
			fprintf(out, " %s-eq %u", f->ttl, k);
		fprintf(out, " -g UTURN-hop%03u\n", k);
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
static void write_asked(const struct plan *p, const struct family *f, FILE *out)
{
	if (!p->request)
		return;
	plan_write_limits(p, f, "UTURN-asked", out);
	fputs("-A UTURN-asked", out);
	write_queue(p, out);
}

static void write_request(const struct plan *p, const struct family *f, const char *end, FILE *out)
{
	if (!p->request)
		return;
	write_returns(p, f, "UTURN-request", out);
	write_candidate(f, "UTURN-request", "", end, out);
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
	write_denied(p, f, out);
	plan_write_spans(p, f, false, out);
	write_request(p, f, "-j ACCEPT", out);
	plan_write_seen(p, f, false, out);
	plan_write_socket(p, f, false, out);
	plan_write_tcp(p, f, false, out);
	plan_write_udp(p, out);
	fputs("COMMIT\n", out);
}

static void write_queued(const struct plan *p, const struct family *f, FILE *out)
{
	fputs("*mangle\n", out);
	write_chains(p, f, true, out);
	write_entrance(p, f, "INPUT", out);
	write_asked(p, f, out);
	write_denied(p, f, out);
	plan_write_spans(p, f, true, out);
	for (unsigned k = 1; k <= p->hops; k++)
		write_hop(p, k, out);
	write_request(p, f, "-g UTURN-asked", out);
	plan_write_seen(p, f, true, out);
	plan_write_socket(p, f, true, out);
	plan_write_tcp(p, f, true, out);
	for (unsigned first = 1; first <= p->hops; first = plan_group_end(p, first) + 1)
		write_group(p, f, first, out);
	plan_write_udp(p, out);
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
