/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules as text: what uturn-rules wants the mangle table to hold.
 *
 * Pure: the same plan gives the same text everywhere, and nothing of the
 * system is asked. The text is iptables-save's own canonical form, chains in
 * its order, so that it can be compared with the live rules line by line.
 *
 * The way of a packet, first to last:
 *
 *	INPUT           one TTL match; ordinary traffic goes on from here
 *	UTURN           what may be a probe at all: for an address of ours, not a neighbour's
 *	UTURN-udp, UTURN-tcp        ports and flags
 *	UTURN-seen, UTURN-seenNNN   TTL above arm: was this source seen near there?
 *	UTURN-ttl       limits; busy networks share one
 *	UTURN-ttlNNN    remember it in the list of its block of TTLs
 *	UTURN-hopNNN    count its hop, and into the queue
 *
 * and of a request of reverse traceroute, whatever its TTL:
 *
 *	INPUT           an echo request with code 1
 *	UTURN-request   into the queue
 */
#ifndef UTURN_RULES_PLAN_H
#define UTURN_RULES_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ports.h"

enum {
	PLAN_HOPS_MAX = 63, /* a neighbour's ordinary packet arrives with 64 */
	PLAN_BLOCK = 8, /* TTLs that share a chain, and a list of sources */
	PLAN_WINDOW_MAX_S = 3600,
	PLAN_LIMIT_MAX = 1000000, /* hashlimit's resolution */
	PLAN_OTHERS = 8,
	PLAN_SET_SOURCES = 262144, /* in each ipset */
};

enum plan_state { PLAN_RECENT, PLAN_IPSET };

struct plan {
	uint16_t queue_first, queue_last;
	unsigned hops; /* highest TTL queued */
	unsigned window_s; /* how long a source stays seen */
	unsigned gap; /* how many hops back counts as near; rounded up to the block that far back */
	unsigned arm; /* up to this TTL nobody needs to have been seen */
	unsigned limit; /* probes a second and source; 0: none */
	unsigned limit_total; /* of all busy networks together; 0: none */
	bool udp, tcp, icmp;
	bool request; /* take what `request on` of uturnd.conf(5) answers */
	char others[PLAN_OTHERS][16]; /* further protocols as iptables-save shows them, "" behind the last */
	enum plan_state state;
	struct ports exclude_udp, exclude_tcp;
};

void plan_default(struct plan *p);

/* Writes *mangle .. COMMIT for one family (4 or 6), the jumps as the last of INPUT. */
void plan_write(const struct plan *p, int family, FILE *out);

/* Writes the lines for `ipset restore -exist` that must precede the rules; none for recent. */
void plan_write_sets(const struct plan *p, int family, FILE *out);

#endif
