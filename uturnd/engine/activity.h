/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the engine last did its work, and how long routers take to answer it.
 * Plain memory, to be zeroed; another process may read it.
 */
#ifndef UTURN_ENGINE_ACTIVITY_H
#define UTURN_ENGINE_ACTIVITY_H

#include <stdint.h>

#include "engine/event.h"

enum { RELAY_BOUNDS = 12 };

/* Of all answers of routers that were relayed: from the return probe sent to its answer. */
struct relay_times {
	uint64_t counts[RELAY_BOUNDS + 1]; /* up to each bound and above the one before; the last: above all */
	uint64_t sum_ns;
};

extern const uint32_t relay_bounds_ms[RELAY_BOUNDS];

struct activity {
	uint64_t turned_ns, relayed_ns; /* the last, CLOCK_MONOTONIC; 0: never */
	struct relay_times relay;
};

void activity_on_event(struct activity *a, const struct event *e);

#endif
