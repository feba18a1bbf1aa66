/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_state.h"

#include "plan.h"
#include "plan_family.h"

/*
 * A set that rules fill does not grow: it holds twelve sources per bucket,
 * 12,288 with the default of 1024 buckets, and refuses the rest.
 */
enum { SET_BUCKETS = 65536 };

unsigned plan_block(unsigned ttl)
{
	return (ttl - 1) / PLAN_BLOCK * PLAN_BLOCK + 1;
}

unsigned plan_block_needed(const struct plan *p, unsigned ttl)
{
	return plan_block(ttl > p->gap ? ttl - p->gap : 1);
}

unsigned plan_seen_end(const struct plan *p, unsigned first)
{
	unsigned ttl = first;

	while (ttl < p->hops && plan_block_needed(p, ttl + 1) == plan_block_needed(p, first))
		ttl++;
	return ttl;
}

unsigned plan_group_end(const struct plan *p, unsigned first)
{
	unsigned end = plan_block(first) + PLAN_BLOCK - 1;
	unsigned limit = first <= p->arm ? p->arm : plan_seen_end(p, first);

	return end < limit ? end : limit;
}

/* What stands at the end of a rule for a probe that is accepted: the rest of its rules, or none of the host's. */
static void write_accepted(bool is_mangle, unsigned first, FILE *out)
{
	if (is_mangle)
		fprintf(out, " -g UTURN-ttl%03u\n", first);
	else
		fputs(" -j ACCEPT\n", out);
}

/*
 * State is kept by blocks of TTLs, not by TTL: a source has one entry for
 * eight hops, and at most four lists are searched, where a list for each TTL
 * made it 24. So a gap of six hops may be up to thirteen; it is never less. A
 * trace hop by hop is found in the first list.
 */
static void write_seen_group(const struct plan *p, const struct family *f, unsigned first, bool is_mangle, FILE *out)
{
	for (unsigned at = plan_block_needed(p, first); at <= p->hops; at += PLAN_BLOCK) {
		fprintf(out, "-A UTURN-seen%03u", first);
		if (p->state == PLAN_RECENT)
			fprintf(out, " -m recent --rcheck --seconds %u --name hop%03u%s --mask %s --rsource",
				p->window_s, at, f->list_suffix, f->mask);
		else
			fprintf(out, " -m set --match-set uturn-hop%03u%s src", at, f->list_suffix);
		write_accepted(is_mangle, first, out);
	}
}

static void write_to_group(const struct plan *p, unsigned first, bool is_mangle, FILE *out)
{
	if (first <= p->arm)
		write_accepted(is_mangle, first, out);
	else
		fprintf(out, " -g UTURN-seen%03u\n", first);
}

/* The way to the groups of one span; to those behind it after the first, which is that of most probes. */
static void write_span(const struct plan *p, const struct family *f, const char *chain, unsigned first, bool is_mangle,
	FILE *out)
{
	unsigned last = first + PLAN_SPAN - 1, end;

	for (unsigned at = first; at <= last && at <= p->hops; at = end + 1) {
		end = plan_group_end(p, at);
		fprintf(out, "-A %s", chain);
		if (end < last && end < p->hops)
			fprintf(out, " %s-lt %u", f->ttl, end + 1);
		write_to_group(p, at, is_mangle, out);
		if (at == first && last < p->hops)
			fprintf(out, "-A %s %s-gt %u -g UTURN-from%03u\n", chain, f->ttl, last, last + 1);
	}
}

void plan_write_spans(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	char chain[32];

	for (unsigned first = PLAN_SPAN + 1; first <= p->hops; first += PLAN_SPAN) {
		snprintf(chain, sizeof(chain), "UTURN-from%03u", first);
		write_span(p, f, chain, first, is_mangle, out);
	}
}

void plan_write_first_span(const struct plan *p, const struct family *f, const char *chain, bool is_mangle, FILE *out)
{
	write_span(p, f, chain, 1, is_mangle, out);
}

void plan_write_seen(const struct plan *p, const struct family *f, bool is_mangle, FILE *out)
{
	plan_write_first_span(p, f, "UTURN-seen", is_mangle, out);
	for (unsigned first = p->arm + 1; first <= p->hops; first = plan_group_end(p, first) + 1)
		write_seen_group(p, f, first, is_mangle, out);
}

/*
 * Matches are evaluated from left to right and `recent --set` writes, so only
 * packets whose TTL was matched may reach this rule. The blocks before keep
 * their state, as probes are repeated, reordered and started again.
 */
void plan_write_remember(const struct plan *p, const struct family *f, unsigned first, FILE *out)
{
	unsigned block = plan_block(first);

	fprintf(out, "-A UTURN-ttl%03u", first);
	if (p->state == PLAN_RECENT)
		fprintf(out, " -m recent --set --name hop%03u%s --mask %s --rsource\n", block, f->list_suffix, f->mask);
	else
		fprintf(out, " -j SET --add-set uturn-hop%03u%s src --exist --timeout %u\n", block, f->list_suffix,
			p->window_s);
}

/*
 * The timeout is given in the rule, not in the set, so the same line fits
 * every plan and `-exist` accepts the set after the window has changed.
 */
void plan_write_sets(const struct plan *p, int family, FILE *out)
{
	const struct family *f = plan_family(family);

	if (p->state != PLAN_IPSET)
		return;
	for (unsigned k = 1; k <= p->hops; k += PLAN_BLOCK)
		fprintf(out, "create uturn-hop%03u%s hash:ip %s hashsize %d maxelem %d timeout 0\n", k, f->list_suffix,
			f->set_options, SET_BUCKETS, PLAN_SET_SOURCES);
}
