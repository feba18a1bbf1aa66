/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nft_plan_state.h"

#include "plan.h"
#include "plan_limits.h"
#include "plan_state.h"

static unsigned at_least(unsigned n, unsigned least)
{
	return n < least ? least : n;
}

static unsigned network_rate(const struct plan *p)
{
	return at_least(p->limit / LIMIT_QUIET_SHARE, 1);
}

static void write_counter(const struct nft_family *f, const char *name, FILE *out)
{
	fprintf(out, "\tcounter %s_%s {\n\t}\n\n", f->name, name);
}

void nft_state_write_objects(const struct plan *p, const struct nft_family *f, FILE *out)
{
	write_counter(f, "entered", out);
	write_counter(f, "denied", out);
	if (p->limit || p->limit_total)
		write_counter(f, "limited", out);
	if (p->mark)
		write_counter(f, "untracked", out);
	if (p->request)
		write_counter(f, "requests", out);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, "\tcounter %s_hop%u {\n\t}\n\n", f->name, k);
	/* The burst of all sources together stays below the length of the queue. */
	if (p->limit_total)
		fprintf(out, "\tlimit %s_total {\n\t\trate over %u/second burst %u packets\n\t}\n\n", f->name,
			p->limit_total, at_least(p->limit_total / 10, LIMIT_SOURCE_BURST));
}

static void write_set(const struct nft_family *f, const char *name, unsigned size, unsigned timeout_s, FILE *out)
{
	const unsigned minute = 60, hour = 3600;

	fprintf(out, "\tset %s_%s {\n\t\ttype %s\n\t\tsize %u\n\t\tflags dynamic,timeout\n\t\ttimeout ", f->name, name,
		f->type, size);
	if (timeout_s >= hour)
		fprintf(out, "%uh", timeout_s / hour);
	if (timeout_s % hour >= minute)
		fprintf(out, "%um", timeout_s % hour / minute);
	if (timeout_s % minute)
		fprintf(out, "%us", timeout_s % minute);
	fputs("\n\t}\n\n", out);
}

/* Others fill it. */
static void write_denied_set(const struct nft_family *f, const char *name, FILE *out)
{
	fprintf(out, "\tset %s_%s {\n\t\ttype %s\n\t\tflags interval,timeout\n\t}\n\n", f->name, name, f->type);
}

/* An entry expires soon after its bucket is full again. */
static unsigned limit_timeout_s(unsigned rate, unsigned burst)
{
	return LIMIT_SLACK_MS / 1000 + (at_least(rate, burst) + rate - 1) / rate;
}

void nft_state_write_sets(const struct plan *p, const struct nft_family *f, FILE *out)
{
	char name[NFT_NAME_SIZE];

	write_denied_set(f, NFT_DENIED, out);
	for (unsigned i = 0; i < PLAN_DENY_SETS && *p->deny[i].name; i++)
		write_denied_set(f, p->deny[i].name, out);
	if (p->limit)
		write_set(f, "sources", LIMIT_ENTRIES, limit_timeout_s(p->limit, LIMIT_SOURCE_BURST), out);
	if (p->limit && p->limit_total)
		write_set(f, "networks", LIMIT_ENTRIES, limit_timeout_s(network_rate(p), LIMIT_NETWORK_BURST), out);
	for (unsigned k = 1; k <= p->hops; k += PLAN_BLOCK) {
		snprintf(name, sizeof(name), "hop%u", k);
		write_set(f, name, PLAN_SET_SOURCES, p->window_s, out);
	}
}

/* The second of the blocks in which the source may have been seen for this TTL; beyond hops: there is none. */
static unsigned second_block(const struct plan *p, unsigned ttl)
{
	return plan_block_needed(p, ttl) + PLAN_BLOCK;
}

/* What is seen goes on from the chain of its TTL, where a trace hop by hop is found, and never returns. */
void nft_state_write_ttls(const struct plan *p, const struct nft_family *f, FILE *out)
{
	fprintf(out, "\t\t%s vmap { ", f->ttl);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, "%u : %s%s_%s%u%s", k, k <= p->arm ? "goto " : "jump ", f->name,
			k <= p->arm ? "ttl" : "seen", k, k < p->hops ? ", " : " }\n");
	if (p->arm < p->hops && second_block(p, p->arm + 1) <= p->hops)
		fprintf(out, "\t\tgoto %s_later\n", f->name);
}

/* The blocks behind the first: chains for all TTLs that ask the same, as a rule for each of them is too much for one message. */
static void write_later(const struct plan *p, const struct nft_family *f, FILE *out)
{
	const char *between = "";
	unsigned end;

	fprintf(out, "\tchain %s_later {\n\t\t%s vmap { ", f->name, f->ttl);
	for (unsigned first = p->arm + 1; first <= p->hops && second_block(p, first) <= p->hops; first = end + 1) {
		end = plan_seen_end(p, first);
		for (unsigned k = first; k <= end; k++, between = ", ")
			fprintf(out, "%s%u : goto %s_later%u", between, k, f->name, first);
	}
	fputs(" }\n\t}\n\n", out);
	for (unsigned first = p->arm + 1; first <= p->hops && second_block(p, first) <= p->hops; first = end + 1) {
		end = plan_seen_end(p, first);
		fprintf(out, "\tchain %s_later%u {\n", f->name, first);
		for (unsigned at = second_block(p, first); at <= p->hops; at += PLAN_BLOCK)
			fprintf(out, "\t\t%s%s @%s_hop%u goto %s_ttl\n", f->source, f->mask, f->name, at, f->name);
		fputs("\t}\n\n", out);
	}
	fprintf(out, "\tchain %s_ttl {\n\t\t%s vmap { ", f->name, f->ttl);
	for (unsigned k = p->arm + 1; k <= p->hops; k++)
		fprintf(out, "%u : goto %s_ttl%u%s", k, f->name, k, k < p->hops ? ", " : " }\n\t}\n\n");
}

void nft_state_write_seen(const struct plan *p, const struct nft_family *f, FILE *out)
{
	fprintf(out, "\tchain %s_seen {\n", f->name);
	nft_state_write_ttls(p, f, out);
	fputs("\t}\n\n", out);
	for (unsigned k = p->arm + 1; k <= p->hops; k++)
		fprintf(out, "\tchain %s_seen%u {\n\t\t%s%s @%s_hop%u goto %s_ttl%u\n\t}\n\n", f->name, k, f->source,
			f->mask, f->name, plan_block_needed(p, k), f->name, k);
	if (p->arm < p->hops && second_block(p, p->arm + 1) <= p->hops)
		write_later(p, f, out);
}

void nft_state_write_blocks(const struct plan *p, const struct nft_family *f, FILE *out)
{
	for (unsigned k = 1; k <= p->hops; k += PLAN_BLOCK) {
		fprintf(out, "\tchain %s_block%u {\n", f->name, k);
		nft_state_write_jump(p, f, out);
		fprintf(out, "\t\tupdate @%s_hop%u { %s%s }\n\t}\n\n", f->name, k, f->source, f->mask);
	}
}

void nft_state_write_jump(const struct plan *p, const struct nft_family *f, FILE *out)
{
	if (p->limit || p->limit_total)
		fprintf(out, "\t\tjump %s_limits\n", f->name);
}

/*
 * A rule that passes what does not exceed the rate, in front of one that drops the rest: a full set
 * takes no new entry, its rule does not match, and new sources are dropped while the known ones continue.
 */
static void write_rate(const struct nft_family *f, const char *mask, const char *set, unsigned rate, unsigned burst,
	const char *end, FILE *out)
{
	fprintf(out,
		"\t\tupdate @%s_%s { %s%s limit rate %u/second burst %u packets } %s\n"
		"\t\tcounter name \"%s_limited\" drop\n\t}\n\n",
		f->name, set, f->source, mask, rate, at_least(rate, burst), end, f->name);
}

void nft_state_write_limits(const struct plan *p, const struct nft_family *f, FILE *out)
{
	char end[NFT_NAME_SIZE] = "return";

	if (!p->limit && !p->limit_total)
		return;
	fprintf(out, "\tchain %s_limits {\n", f->name);
	if (p->limit && p->limit_total)
		snprintf(end, sizeof(end), "goto %s_total", f->name);
	if (p->limit)
		write_rate(f, f->mask, "sources", p->limit, LIMIT_SOURCE_BURST, end, out);
	else
		fprintf(out, "\t\tlimit name \"%s_total\" counter name \"%s_limited\" drop\n\t}\n\n", f->name, f->name);
	if (!p->limit || !p->limit_total)
		return;
	fprintf(out, "\tchain %s_total {\n\t\tlimit name \"%s_total\" goto %s_busy\n\t}\n\n", f->name, f->name,
		f->name);
	fprintf(out, "\tchain %s_busy {\n", f->name);
	write_rate(f, f->network_mask, "networks", network_rate(p), LIMIT_NETWORK_BURST, "return", out);
}
