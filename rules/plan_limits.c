/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_parts.h"

enum {
	QUIET_SHARE = 5, /* a quiet network keeps below this part of what one source may send */
	SOURCE_BURST = 64,
	NETWORK_BURST = 128, /* a trace of thirty hops is 90 probes, and may come at once */
	ENTRIES = 131072, /* 16 MB a table when it is full */
	SLACK_MS = 5000, /* what a client waits at a silent hop */
};

/* Whom a limit is for, in the name of its table, and the mask that makes them one. */
struct whom {
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
 * Matches what comes above the rate. The table is named after its rate,
 * because a table that exists keeps its rate. A full one refuses who is new and
 * keeps who goes on: a flood of ever new sources does not end a trace, so an
 * entry outlives its bucket's filling a little, and no longer.
 */
static void write_above(const struct family *f, const struct whom *whom, unsigned limit, FILE *out)
{
	unsigned rate = rate_shown(limit);
	unsigned burst = rate < whom->burst ? whom->burst : rate;

	fprintf(out,
		" -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u --hashlimit-mode srcip"
		" --hashlimit-name %s-%s%u --hashlimit-htable-max %d --hashlimit-htable-expire %u%s",
		rate, burst, f->limit_name, whom->name, rate, ENTRIES, SLACK_MS + 1000 * burst / rate, whom->mask);
}

/* Of all together so much may come at once that the queue does not run full. */
static void write_above_total(const struct family *f, unsigned limit, FILE *out)
{
	unsigned rate = rate_shown(limit);
	unsigned burst = rate / 10 < SOURCE_BURST ? SOURCE_BURST : rate / 10;

	fprintf(out, " -m hashlimit --hashlimit-above %u/sec --hashlimit-burst %u --hashlimit-name %s-all-%u", rate,
		burst, f->limit_name, rate);
}

/*
 * More than the limit is dropped: let through, the host itself would answer,
 * and the prober would see the end of its trace where there is none.
 *
 * A traceroute sends ten probes a second, not hundreds. Where all together are
 * too many, networks with no more than a few of them go on; the others share
 * what there is, so a flood does not crowd out who is quiet, however many
 * sources of a network it has forged. Who is quiet is asked only then.
 */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out)
{
	const struct whom source = { "", f->limit_mask, SOURCE_BURST };
	const struct whom network = { "net-", f->network_mask, NETWORK_BURST };

	if (p->limit) {
		fprintf(out, "-A %s", chain);
		write_above(f, &source, p->limit, out);
		fputs(" -j DROP\n", out);
	}
	if (p->limit_total) {
		fprintf(out, "-A %s", chain);
		write_above_total(f, p->limit_total, out);
		if (p->limit)
			write_above(f, &network, p->limit > QUIET_SHARE ? p->limit / QUIET_SHARE : 1, out);
		fputs(" -j DROP\n", out);
	}
}
