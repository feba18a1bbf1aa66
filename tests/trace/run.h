/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One search of one network in memory, and what it should have found.
 */
#ifndef UTURN_TESTS_TRACE_RUN_H
#define UTURN_TESTS_TRACE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "network.h"
#include "tools/uturn-trace/search/search.h"

struct run_result {
	unsigned probes;
	double seconds; /* of the search's own time */
	bool has_all_routers, has_all_links; /* and none that is not there */
};

/*
 * The seed makes the network another one. Flows take the source ports that they
 * have to one target, from that of first_flow on.
 */
struct run_result run_search(struct search *s, struct network *n, const struct search_settings *settings, uint64_t seed,
	unsigned first_flow);

/* The search goes on: sweeps of these flows, so many of each, all that fit at once and then the next. */
void run_sweeps(struct search *s, struct network *n, const uint16_t *flows, unsigned count, unsigned sweeps);

/* The number of the router that has this address. */
unsigned run_router(const struct addr *addr);

/* The router of the graph that has this name, or NULL where it was not found. */
const struct graph_router *run_find(const struct search *s, const struct network *n, const char *name);

#endif
