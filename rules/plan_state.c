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

/*
 * State is kept by blocks of TTLs, not by TTL: a source has one entry for
 * eight hops, and at most four lists are searched, where a list for each TTL
 * made it 24. So a gap of six hops may be up to thirteen; it is never less. A
 * trace hop by hop is found in the first list.
 */
static void write_seen_block(const struct plan *p, const struct family *f, unsigned first, FILE *out)
{
	for (unsigned at = plan_block_needed(p, first); at <= p->hops; at += PLAN_BLOCK) {
		fprintf(out, "-A UTURN-seen%03u", first);
		if (p->state == PLAN_RECENT)
			fprintf(out, " -m recent --rcheck --seconds %u --name hop%03u%s --mask %s --rsource",
				p->window_s, at, f->list_suffix, f->mask);
		else
			fprintf(out, " -m set --match-set uturn-hop%03u%s src", at, f->list_suffix);
		fputs(" -g UTURN-ttl\n", out);
	}
}

void plan_write_seen(const struct plan *p, const struct family *f, FILE *out)
{
	unsigned first, end;

	fprintf(out, "-A UTURN-seen %s-lt %u -g UTURN-ttl\n", f->ttl, p->arm + 1);
	for (first = p->arm + 1; first <= p->hops; first = end + 1) {
		end = plan_seen_end(p, first);
		if (end < p->hops)
			fprintf(out, "-A UTURN-seen %s-lt %u -g UTURN-seen%03u\n", f->ttl, end + 1, first);
		else
			fprintf(out, "-A UTURN-seen -g UTURN-seen%03u\n", first);
	}
	for (first = p->arm + 1; first <= p->hops; first = plan_seen_end(p, first) + 1)
		write_seen_block(p, f, first, out);
}

/*
 * Matches are evaluated from left to right and `recent --set` writes, so only
 * packets whose TTL was matched may reach this rule. The blocks before keep
 * their state, as probes are repeated, reordered and started again.
 */
void plan_write_remember(const struct plan *p, const struct family *f, unsigned first, FILE *out)
{
	fprintf(out, "-A UTURN-ttl%03u", first);
	if (p->state == PLAN_RECENT)
		fprintf(out, " -m recent --set --name hop%03u%s --mask %s --rsource\n", first, f->list_suffix, f->mask);
	else
		fprintf(out, " -j SET --add-set uturn-hop%03u%s src --exist --timeout %u\n", first, f->list_suffix,
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
