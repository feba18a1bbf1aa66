/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways that a series has taken, of its paths and of when they changed.
 *
 * A period is the time between two changes; its way is what its traces have met
 * together, so that the paths of a load balancer are one way. A period whose
 * routers are those of an earlier one is that way again. Pure: no database.
 */
#ifndef UTURN_HISTORY_WAYS_H
#define UTURN_HISTORY_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "kept.h"

enum {
	WAYS = 16, /* told apart; those of further periods are one more, WAYS_OTHER */
	WAYS_OTHER = WAYS,
	WAYS_PERIODS = 512, /* a change too many makes no further period */
	WAY_ROUTERS = 16, /* of a hop, the first that were met */
	WAY_RARE = 8, /* a router is rare that is met an eighth as often as another of its hop, or less */
};

struct way_hop {
	struct kept_router routers[WAY_ROUTERS];
	uint32_t seen[WAY_ROUTERS]; /* traces that met it */
	unsigned count;
};

struct way {
	struct way_hop hops[KEPT_HOPS];
	unsigned hop_count;
	int64_t traces, first_ms, last_ms;
};

struct way_period {
	int64_t first_ms, last_ms; /* of its traces */
	unsigned way;
};

struct ways {
	struct way *all; /* WAYS of them, the other one, and that of the period that goes on */
	unsigned count; /* without the other one, which is there where it has traces */
	struct way_period periods[WAYS_PERIODS];
	unsigned period_count;
};

bool ways_init(struct ways *w); /* false: no memory */
void ways_done(struct ways *w);

/* In the order of time: a change, and the traces that follow it. */
void ways_change(struct ways *w);
void ways_add(struct ways *w, int64_t at_ms, const struct kept *path);
void ways_finish(struct ways *w); /* after the last one */

/* Is this router of a hop met that much less often than another one that it says little? */
bool way_is_rare(const struct way_hop *h, unsigned router);

#endif
