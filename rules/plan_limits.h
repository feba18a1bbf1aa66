/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the plan that drops what exceeds --limit and --limit-total. Pure. */
#ifndef UTURN_RULES_PLAN_LIMITS_H
#define UTURN_RULES_PLAN_LIMITS_H

#include <stdio.h>

enum {
	LIMIT_QUIET_SHARE = 5, /* a quiet network sends less than this part of the limit of one source */
	LIMIT_SOURCE_BURST = 64,
	LIMIT_NETWORK_BURST = 128, /* a trace of thirty hops is 90 probes, and may come at once */
	LIMIT_ENTRIES = 131072, /* 16 MB a table when it is full */
	LIMIT_BUCKETS =
		65536, /* 512 kB a table; the kernel's own choice is 8192 at most, where 100,000 sources are chains of twelve */
	LIMIT_SLACK_MS = 5000, /* how long a client waits at a silent hop */
};

struct family;
struct plan;

/* Writes the rules of this chain; they stand in front of those that accept a probe. */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out);

#endif
