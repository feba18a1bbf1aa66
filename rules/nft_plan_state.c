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

void nft_state_write_seen(const struct plan *p, const struct nft_family *f, FILE *out)
{
	unsigned end;

	fprintf(out, "\tchain %s_seen {\n\t\t%s vmap { ", f->name, f->ttl);
	for (unsigned k = 1; k <= p->arm; k++)
		fprintf(out, "%u : goto %s_ttl%s", k, f->name, k < p->hops ? ", " : "");
	for (unsigned first = p->arm + 1; first <= p->hops; first = end + 1) {
		end = plan_seen_end(p, first);
		for (unsigned k = first; k <= end; k++)
			fprintf(out, "%u : goto %s_seen%u%s", k, f->name, first, k < p->hops ? ", " : "");
	}
	fputs(" }\n\t}\n\n", out);
	for (unsigned first = p->arm + 1; first <= p->hops; first = plan_seen_end(p, first) + 1) {
		fprintf(out, "\tchain %s_seen%u {\n", f->name, first);
		for (unsigned at = plan_block_needed(p, first); at <= p->hops; at += PLAN_BLOCK)
			fprintf(out, "\t\t%s%s @%s_hop%u goto %s_ttl\n", f->source, f->mask, f->name, at, f->name);
		fputs("\t}\n\n", out);
	}
}

/*
 * A rule that passes what does not exceed the rate, in front of one that drops the rest: a full set
 * takes no new entry, its rule does not match, and new sources are dropped while the known ones continue.
 */
static void write_rate(const struct nft_family *f, const char *mask, const char *set, unsigned rate, unsigned burst,
	FILE *out)
{
	fprintf(out, "\t\tupdate @%s_%s { %s%s limit rate %u/second burst %u packets }", f->name, set, f->source, mask,
		rate, at_least(rate, burst));
}

void nft_state_write_limits(const struct plan *p, const struct nft_family *f, const char *chain, const char *next,
	FILE *out)
{
	fprintf(out, "\tchain %s {\n", chain);
	if (p->limit) {
		write_rate(f, f->mask, "sources", p->limit, LIMIT_SOURCE_BURST, out);
		if (p->limit_total)
			fprintf(out, " goto %s_total\n", chain);
		else
			fprintf(out, " goto %s\n", next);
		fprintf(out, "\t\tcounter name \"%s_limited\" drop\n", f->name);
	} else if (p->limit_total) {
		fprintf(out, "\t\tgoto %s_total\n", chain);
	} else {
		fprintf(out, "\t\tgoto %s\n", next);
	}
	fputs("\t}\n\n", out);
	if (!p->limit_total)
		return;
	fprintf(out, "\tchain %s_total {\n\t\tlimit name \"%s_total\" goto %s_busy\n\t\tgoto %s\n\t}\n\n", chain,
		f->name, chain, next);
	fprintf(out, "\tchain %s_busy {\n", chain);
	if (p->limit) {
		write_rate(f, f->network_mask, "networks", network_rate(p), LIMIT_NETWORK_BURST, out);
		fprintf(out, " goto %s\n", next);
	}
	fprintf(out, "\t\tcounter name \"%s_limited\" drop\n\t}\n\n", f->name);
}

/* A set that is full refuses the source; the packet is queued all the same. */
void nft_state_write_hops(const struct plan *p, const struct nft_family *f, FILE *out)
{
	fprintf(out, "\tchain %s_hops {\n\t\t%s vmap { ", f->name, f->ttl);
	for (unsigned k = 1; k <= p->hops; k++)
		fprintf(out, "%u : goto %s_hops%u%s", k, f->name, plan_block(k), k < p->hops ? ", " : " }\n\t}\n\n");
	for (unsigned k = 1; k <= p->hops; k += PLAN_BLOCK)
		fprintf(out, "\tchain %s_hops%u {\n\t\tupdate @%s_hop%u { %s%s }\n\t\tgoto %s_queue\n\t}\n\n", f->name,
			k, f->name, k, f->source, f->mask, f->name);
}
