/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_limits.h"

#include "plan.h"
#include "plan_family.h"

/* What a limit counts: its part of the name of the table, and the mask of its addresses. */
struct limit_scope {
	const char *name, *mask;
	unsigned burst;
};

/*
 * The rate as iptables-save will show it: hashlimit keeps the time between
 * two packets in millionths of a second, and shows its inverse.
 */
static unsigned rate_shown(unsigned limit)
{
	return PLAN_LIMIT_MAX / (PLAN_LIMIT_MAX / limit);
}

/*
 * Matches what exceeds the rate. The name of the table contains the rate,
 * because a table that exists keeps its rate. A full table refuses new entries
 * and keeps those in use, so a flood of new sources does not interrupt a
 * trace. An entry expires soon after its bucket is full again.
 */
static void write_above(const struct family *f, const struct limit_scope *scope, unsigned limit, FILE *out)
{
	unsigned rate = rate_shown(limit);
	unsigned burst = rate < scope->burst ? scope->burst : rate;

	fprintf(out,
		" -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u --hashlimit-mode srcip"
		" --hashlimit-name %s-%s%u --hashlimit-htable-size %d --hashlimit-htable-max %d --hashlimit-htable-expire %u%s",
		rate, burst, f->limit_name, scope->name, rate, LIMIT_BUCKETS, LIMIT_ENTRIES,
		LIMIT_SLACK_MS + 1000 * burst / rate, scope->mask);
}

/* The burst of all sources together stays below the length of the queue. */
static void write_above_total(const struct family *f, unsigned limit, FILE *out)
{
	unsigned rate = rate_shown(limit);
	unsigned burst = rate / 10 < LIMIT_SOURCE_BURST ? LIMIT_SOURCE_BURST : rate / 10;

	fprintf(out, " -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u --hashlimit-name %s-all-%u", rate,
		burst, f->limit_name, rate);
}

/*
 * What exceeds the limit is dropped: the host itself would answer it, and the
 * prober would see the end of its trace too early.
 *
 * A traceroute sends ten probes a second, not hundreds. Where the total limit
 * is exceeded, networks with a low rate are not limited and all others share
 * what is left. So a flood does not crowd out quiet networks, however many
 * sources of one network it forges. The rate of a network is matched only then.
 */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	const struct limit_scope source = { "", f->limit_mask, LIMIT_SOURCE_BURST };
	const struct limit_scope network = { "net-", f->network_mask, LIMIT_NETWORK_BURST };

	if (p->limit) {
		fprintf(out, "-A %s", chain);
		write_above(f, &source, p->limit, out);
		fputs(" -j DROP\n", out);
	}
	if (p->limit_total) {
		fprintf(out, "-A %s", chain);
		write_above_total(f, p->limit_total, out);
		if (p->limit)
			write_above(f, &network, p->limit > LIMIT_QUIET_SHARE ? p->limit / LIMIT_QUIET_SHARE : 1, out);
		fputs(" -j DROP\n", out);
	}
}
