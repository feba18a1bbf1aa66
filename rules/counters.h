/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loaded rules have counted.
 *
 * counters_legacy() asks the kernel through libiptc, counters_parse() reads
 * what iptables-nft-save -c wrote. Plain memory; start from zero.
 */
#ifndef UTURN_RULES_COUNTERS_H
#define UTURN_RULES_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

struct counters {
	bool is_loaded;
	unsigned hops; /* highest hop with a chain */
	unsigned queue_first, queue_last;
	uint64_t entered; /* through the jump in INPUT */
	uint64_t limited; /* dropped by --limit */
	bool has_requests;
	uint64_t requests; /* queued, of reverse traceroute */
	uint64_t queued[PLAN_HOPS_MAX + 1]; /* by hop, from 1 */
};

/* A table must be there: to ask for one would make it. Returns 0 or a negative errno. */
int counters_legacy(int family, struct counters *c);
void counters_parse(const char *text, struct counters *c);

/* One rule, as either source tells it; target without its options. */
void counters_add(struct counters *c, const char *chain, const char *target, uint64_t packets);
void counters_set_queue(struct counters *c, unsigned first, unsigned last);

#endif
