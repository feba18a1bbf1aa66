/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_parts.h"

enum {
	QUIET_SHARE = 10, /* a quiet source keeps below this part of its limit */
	SOURCES = 131072, /* 16 MB a table when it is full */
	FORGET_MS = 5000, /* a source that was silent so long has a full bucket anyway */
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
 * Matches what comes above the rate. The table is named after its rate,
 * because a table that exists keeps its rate. Of one source a whole trace may
 * come at once; of all together not so much that the queue runs full.
 */
static void write_above(const struct family *f, unsigned limit, bool by_source, FILE *out)
{
	unsigned rate = rate_shown(limit);
	unsigned burst = by_source ? rate : rate / 10;

	fprintf(out, " -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u", rate, burst < 64 ? 64 : burst);
	if (by_source)
		fprintf(out,
			" --hashlimit-mode srcip --hashlimit-name %s-%u --hashlimit-htable-max %d"
			" --hashlimit-htable-expire %d%s",
			f->limit_name, rate, SOURCES, FORGET_MS, f->limit_mask);
	else
		fprintf(out, " --hashlimit-name %s-all-%u", f->limit_name, rate);
}

/*
 * More than the limit is dropped: let through, the host itself would answer,
 * and the prober would see the end of its trace where there is none.
 *
 * A traceroute is a quiet source: it sends ten probes a second, not hundreds.
 * Only busy ones share the limit for all, so a flood does not crowd it out.
 */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	if (p->limit) {
		fprintf(out, "-A %s", chain);
		write_above(f, p->limit, true, out);
		fputs(" -j DROP\n", out);
	}
	if (p->limit_total) {
		fprintf(out, "-A %s", chain);
		if (p->limit)
			write_above(f, p->limit > QUIET_SHARE ? p->limit / QUIET_SHARE : 1, true, out);
		write_above(f, p->limit_total, false, out);
		fputs(" -j DROP\n", out);
	}
}
