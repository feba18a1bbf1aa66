/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where sweeps have lost packets, and how many: what is shown of it at a router. */
#ifndef UTURN_TRACE_LIVE_LOSS_H
#define UTURN_TRACE_LIVE_LOSS_H

#include <stdint.h>

#include "search/search.h"
#include "sent.h"

enum { LIVE_ALL_PATHS = -1 };

struct live_loss {
	uint32_t sweeps; /* as of so many */
	uint8_t hop; /* to which the link leads; 0: none */
};

/* All zero at first. */
struct live_losses {
	struct live_loss flows[DIRECTIONS][LOSS_FLOWS]; /* as in the loss of the search */
	struct live_loss together[DIRECTIONS][LOSS_HOPS + 1]; /* of all flows of the same length */
};

/* Looks where packets are lost, where there are new sweeps. searches: NULL where there is no such direction. */
void live_losses_find(struct live_losses *l, const struct search *const searches[DIRECTIONS]);

/*
 * At this node of the hop, in thousandths: what the target misses of the flows
 * that meet it, if it is the target, or the link to this hop loses packets. -1: not
 * stated. flow: of the search, or LIVE_ALL_PATHS.
 */
int live_losses_at(const struct live_losses *l, const struct search *s, enum direction d, int flow, unsigned hop,
	unsigned node);

#endif
