/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters of the rules: what the command line and uturnd.conf can set.
 * Plain memory. plan_write.h makes the text of the rules from it.
 */
#ifndef UTURN_RULES_PLAN_H
#define UTURN_RULES_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "ports.h"

enum {
	PLAN_HOPS_MAX = 63, /* an ordinary packet of a neighbour arrives with 64 */
	PLAN_BLOCK = 8, /* TTLs that share a list of sources */
	PLAN_SPAN = 2 * PLAN_BLOCK, /* TTLs whose groups are found in one chain */
	PLAN_WINDOW_MAX_S = 3600,
	PLAN_LIMIT_MAX = 1000000, /* hashlimit's resolution */
	PLAN_OTHERS = 8,
	PLAN_SET_SOURCES = 262144, /* in each ipset */
	PLAN_DENY_SETS = 8,
	PLAN_SET_NAME = 32, /* IPSET_MAXNAMELEN, with its NUL */
};

enum plan_state { PLAN_RECENT, PLAN_IPSET };

/* An ipset that others fill, whose sources are not queued. */
struct plan_deny {
	char name[PLAN_SET_NAME];
	int family; /* whose addresses it holds; 0: both, or not asked yet (deny_sets.h) */
};

struct plan {
	uint16_t queue_first, queue_last;
	unsigned hops; /* highest TTL queued */
	unsigned window_s; /* how long a source is remembered */
	unsigned gap; /* hops to a TTL the source was seen with, at most; rounded up to a block */
	unsigned arm; /* up to this TTL every source is accepted */
	unsigned limit; /* probes a second and source; 0: none */
	unsigned limit_total; /* of all busy networks together; 0: none */
	bool udp, tcp, icmp;
	bool nat; /* keep probes from being translated */
	bool request; /* queue what `request on` of uturnd.conf(5) answers */
	char others[PLAN_OTHERS][16]; /* further protocols as iptables-save shows them, "" behind the last */
	uint32_t mark; /* of what uturnd sends, kept out of conntrack; 0: it has none, and no such rule is written */
	enum plan_state state;
	struct plan_deny deny[PLAN_DENY_SETS]; /* "" behind the last */
	struct ports exclude_udp, exclude_tcp;
};

/* The defaults of uturn-rules(8). */
void plan_default(struct plan *p);

#endif
