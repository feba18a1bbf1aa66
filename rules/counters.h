/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet counters of the loaded rules.
 *
 * counters_legacy() reads them from the kernel through libiptc,
 * counters_parse() from the output of iptables-nft-save -c. Plain memory;
 * a struct counters must start as zeroes.
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
	bool has_denied;
	uint64_t denied; /* of sources of --deny-set */
	bool has_untracked;
	uint64_t untracked; /* sent by uturnd, kept out of conntrack */
	bool has_requests;
	uint64_t requests; /* queued, of reverse traceroute */
	uint64_t queued[PLAN_HOPS_MAX + 1]; /* by hop, from 1 */
};

/* Adds those of one table, which must exist: a request would create it. Returns 0 or a negative errno. */
int counters_legacy(int family, const char *table, struct counters *c);
/* Adds what the text says; what is in the nat table is counted in mangle. */
void counters_parse(const char *text, struct counters *c);

#endif
