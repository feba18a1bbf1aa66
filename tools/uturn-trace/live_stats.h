/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sweeps have measured: of each router at a hop, and of each hop of a
 * flow. Fixed size; what is more than it holds is left out.
 */
#ifndef UTURN_TRACE_LIVE_STATS_H
#define UTURN_TRACE_LIVE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"
#include "search/graph.h"
#include "search/loss.h"
#include "series.h"

enum { LIVE_ROUTERS = 1024 };

struct live_router {
	struct addr addr;
	uint8_t direction, hop;
	struct series times;
};

struct live_path {
	uint16_t flow; /* of the searches */
	struct series times[GRAPH_HOPS + 1]; /* by hop */
	struct addr met[GRAPH_HOPS + 1]; /* who answered last */
};

struct live_stats {
	struct live_router routers[LIVE_ROUTERS];
	unsigned router_count;
	struct live_path paths[DIRECTIONS][LOSS_FLOWS];
	unsigned path_counts[DIRECTIONS];
};

void live_stats_clear(struct live_stats *s);
void live_stats_add(struct live_stats *s, const struct run_sample *sample);

/* NULL where nothing was measured. */
const struct live_router *live_stats_router(const struct live_stats *s, enum direction d, unsigned hop,
	const struct addr *a);
const struct live_path *live_stats_path(const struct live_stats *s, enum direction d, unsigned flow);

#endif
