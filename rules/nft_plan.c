/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_plan.h"

#include "config/choices.h"
#include "nft_plan_family.h"
#include "nft_plan_state.h"
#include "plan.h"
#include "plan_state.h"

enum { HIGH_PORT = 0x8000 }; /* the first one with the highest bit */

/* The ports of a set as nft shows them: neighbours are one range. */
static void write_ports(const struct ports *ports, const char *field, FILE *out)
{
	if (!ports->count)
		return;
	fprintf(out, "\t\t%s { ", field);
	for (unsigned i = 0; i < ports->count; i++) {
		unsigned first = ports->range[i].first;

		while (i + 1 < ports->count && ports->range[i].last + 1U == ports->range[i + 1].first)
			i++;
		fprintf(out, "%u", first);
		if (ports->range[i].last != first)
			fprintf(out, "-%u", ports->range[i].last);
		fputs(i + 1 < ports->count ? ", " : " } return\n", out);
	}
}

/*
 * See plan_protocols.c. A set of ports with ranges in it costs as much as a fifth of all rules, so datagrams
 * whose ports are both where none is excluded pass none. `socket transparent` of either value: any socket.
 */
static void write_udp(const struct plan *p, const struct nft_family *f, FILE *out)
{
	struct port_range free;

	fprintf(out, "\tchain %s_udp {\n", f->name);
	if (ports_free(&p->exclude_udp, &free))
		fprintf(out, "\t\tudp sport %u-%u udp dport %u-%u goto %s_datagram\n", free.first, free.last,
			free.first, free.last, f->name);
	write_ports(&p->exclude_udp, "udp sport", out);
	write_ports(&p->exclude_udp, "udp dport", out);
	fprintf(out, "\t\tudp dport 1024-65535 goto %s_datagram\n\t\tgoto %s_seen\n\t}\n\n", f->name, f->name);
	fprintf(out, "\tchain %s_datagram {\n\t\tsocket transparent { 0, 1 } return\n", f->name);
	nft_state_write_ttls(p, f, out); /* not "goto seen": that costs as much as a comparison */
	fputs("\t}\n\n", out);
}

/*
 * See write_tcp() and write_connections() of plan_protocols.c. A socket that is bound to all addresses
 * is a listener; others are of connections, those in TIME-WAIT among them, which do not know
 * whether they are bound to all.
 */
static void write_tcp(const struct plan *p, const struct nft_family *f, FILE *out)
{
	fprintf(out, "\tchain %s_tcp {\n", f->name);
	write_ports(&p->exclude_tcp, "tcp sport", out);
	write_ports(&p->exclude_tcp, "tcp dport", out);
	fprintf(out,
		"\t\ttcp flags & (fin | syn | rst | psh | ack | urg) vmap { syn : goto %s_syn, ack : goto %s_ack }\n\t}\n\n",
		f->name, f->name);
	fprintf(out, "\tchain %s_syn {\n\t\tmeta cgroup 0 return\n\t\tmeta cgroup != 0 return\n", f->name);
	if (p->hops > CONFIG_SYN_TTL_MAX)
		fprintf(out, "\t\t%s > %d return\n", f->ttl, CONFIG_SYN_TTL_MAX);
	fprintf(out, "\t\ttcp dport 1024-65535 socket transparent { 0, 1 } goto %s_socket\n\t\tgoto %s_seen\n\t}\n\n",
		f->name, f->name);
	fprintf(out, "\tchain %s_ack {\n\t\tsocket transparent { 0, 1 } goto %s_socket\n\t\tgoto %s_seen\n\t}\n\n",
		f->name, f->name, f->name);
	fprintf(out, "\tchain %s_socket {\n\t\tsocket wildcard 1 goto %s_seen\n\t}\n\n", f->name, f->name);
}

/* Each set of denied sources, with what stands in front of its name and behind it. */
static void write_denied(const struct plan *p, const struct nft_family *f, const char *indent, const char *match,
	const char *end, FILE *out)
{
	fprintf(out, "%s%s%s @%s_%s%s", indent, f->source, match, f->name, NFT_DENIED, end);
	for (unsigned i = 0; i < PLAN_DENY_SETS && *p->deny[i].name; i++)
		fprintf(out, "%s%s%s @%s_%s%s", indent, f->source, match, f->name, p->deny[i].name, end);
}

static bool has_reassembly(const struct plan *p)
{
	return p->udp || p->tcp;
}

/* What may be a probe or a request, see write_candidate() and write_returns() of plan_write.c. */
static void write_candidate(const struct plan *p, const struct nft_family *f, FILE *out)
{
	fprintf(out, "iif != \"lo\" %s != %s %sfib daddr type local fib saddr type != %s ", f->source, f->link_local,
		has_reassembly(p) ? "" : f->fragment, f->no_source);
}

/*
 * One rule for each kind, as a rule costs as much as a comparison, and the usual probe first: a
 * datagram whose ports are both above 32767, where systems choose theirs, and which none excludes.
 */
static void write_candidates(const struct plan *p, const struct nft_family *f, FILE *out)
{
	struct port_range free;
	char end[64];

	fprintf(out, "\tchain %s {\n", f->name);
	if (p->udp && ports_free(&p->exclude_udp, &free) && free.first <= HIGH_PORT && free.last == UINT16_MAX) {
		fputs("\t\tmeta l4proto udp @th,0,32 & 0x80008000 == 0x80008000 ", out);
		write_denied(p, f, "", " !=", " ", out);
		write_candidate(p, f, out);
		fprintf(out, "goto %s_datagram\n", f->name);
	}
	snprintf(end, sizeof(end), " goto %s_denied\n", f->name);
	write_denied(p, f, "\t\t", "", end, out);
	fputs("\t\t", out);
	write_candidate(p, f, out);
	nft_family_write_protocols(p, f, out);
	fprintf(out, "\t}\n\n\tchain %s_denied {\n\t\t", f->name);
	write_candidate(p, f, out);
	fprintf(out, "counter name \"%s_denied\"\n\t}\n\n", f->name);
}

static void write_verdict(const struct nft_plan *n, FILE *out)
{
	const struct plan *p = n->plan;

	if (n->drops)
		fputs("drop\n", out);
	else if (p->queue_first == p->queue_last)
		fprintf(out, "queue flags bypass to %u\n", p->queue_first);
	else
		fprintf(out, "queue flags bypass to %u-%u\n", p->queue_first, p->queue_last);
}

static void write_requests(const struct nft_plan *n, const struct nft_family *f, FILE *out)
{
	const struct plan *p = n->plan;
	char end[64];

	snprintf(end, sizeof(end), " goto %s_denied\n", f->name);
	fprintf(out, "\tchain %s_request {\n", f->name);
	write_denied(p, f, "\t\t", "", end, out);
	fputs("\t\t", out);
	write_candidate(p, f, out);
	fprintf(out, "goto %s_asked\n\t}\n\n\tchain %s_asked {\n", f->name, f->name);
	nft_state_write_jump(p, f, out);
	fprintf(out, "\t\tcounter name \"%s_requests\" ", f->name);
	write_verdict(n, out);
	fputs("\t}\n\n", out);
}

/* The chains of each TTL: its counter has a rule of its own, so that no map is asked for it. */
static void write_hops(const struct nft_plan *n, const struct nft_family *f, FILE *out)
{
	for (unsigned k = 1; k <= n->plan->hops; k++) {
		fprintf(out, "\tchain %s_ttl%u {\n\t\tjump %s_block%u\n\t\tcounter name \"%s_hop%u\" ", f->name, k,
			f->name, plan_block(k), f->name, k);
		write_verdict(n, out);
		fputs("\t}\n\n", out);
	}
}

static void write_family(const struct nft_plan *n, const struct nft_family *f, FILE *out)
{
	const struct plan *p = n->plan;

	write_candidates(p, f, out);
	if (p->icmp)
		fprintf(out, "\tchain %s_icmp {\n\t\t%s goto %s_seen\n\t}\n\n", f->name, f->echo_request, f->name);
	if (p->udp)
		write_udp(p, f, out);
	if (p->tcp)
		write_tcp(p, f, out);
	nft_state_write_seen(p, f, out);
	nft_state_write_limits(p, f, out);
	nft_state_write_blocks(p, f, out);
	write_hops(n, f, out);
	if (p->request)
		write_requests(n, f, out);
}

static void write_input(const struct nft_plan *n, const struct nft_family *const families[2], FILE *out)
{
	fputs("\tchain input {\n\t\ttype filter hook input priority mangle; policy accept;\n", out);
	for (int i = 0; i < 2; i++) {
		const struct nft_family *f = families[i];

		if (!f)
			continue;
		fprintf(out, "\t\t%s < %u counter name \"%s_entered\" jump %s\n", f->ttl, n->plan->hops + 1, f->name,
			f->name);
		if (n->plan->request)
			fprintf(out, "\t\t%s jump %s_request\n", f->request, f->name);
	}
	fputs("\t}\n\n", out);
}

/* See write_untracked() of plan_write.c. */
static void write_untracked(const struct nft_plan *n, FILE *out)
{
	if (!n->plan->mark)
		return;
	fprintf(out,
		"\tchain output {\n\t\ttype filter hook output priority raw; policy accept;\n"
		"\t\tmeta mark 0x%08x jump sent\n\t}\n\n",
		n->plan->mark);
	nft_plan_write_sent(n, out);
}

void nft_plan_write_sent(const struct nft_plan *n, FILE *out)
{
	fprintf(out, "\tchain sent {\n\t\tcounter name meta nfproto map { %s%s%s }\n\t\tnotrack\n\t}\n\n",
		n->has4 ? "ipv4 : \"ipv4_untracked\"" : "", n->has4 && n->has6 ? ", " : "",
		n->has6 ? "ipv6 : \"ipv6_untracked\"" : "");
}

/*
 * The socket expression asks for no reassembly, unlike the match of iptables; in IPv6 fragments
 * would come to input one by one.
 */
static void write_reassembly(const struct nft_plan *n, FILE *out)
{
	if (n->has6 && has_reassembly(n->plan))
		fputs("\tchain " NFT_REASSEMBLY " {\n\t\tmeta l4proto udp tproxy ip6 to :1\n\t}\n\n", out);
}

void nft_plan_write(const struct nft_plan *n, FILE *out)
{
	const struct nft_family *const families[2] = { n->has4 ? nft_family(4) : NULL, n->has6 ? nft_family(6) : NULL };

	fputs("table inet uturn {\n", out);
	for (int i = 0; i < 2; i++)
		if (families[i])
			nft_state_write_objects(n->plan, families[i], out);
	for (int i = 0; i < 2; i++)
		if (families[i])
			nft_state_write_sets(n->plan, families[i], out);
	write_input(n, families, out);
	write_untracked(n, out);
	write_reassembly(n, out);
	for (int i = 0; i < 2; i++)
		if (families[i])
			write_family(n, families[i], out);
	fputs("}\n", out);
}
