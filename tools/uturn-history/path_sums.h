/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the traces of one series show together: the routers of each hop and how
 * many traces met them, and the delay day by day.
 *
 * Begin with path_sums_init(), end with path_sums_done(). The delay of a trace is
 * the round-trip time of the last hop that answered, of traces that arrived; of all where none did.
 */
#ifndef UTURN_HISTORY_PATH_SUMS_H
#define UTURN_HISTORY_PATH_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept.h"

struct path_values {
	uint32_t *us;
	size_t count, room;
};

struct path_router {
	unsigned hop;
	struct addr addr;
	uint32_t asn;
	unsigned traces; /* that met it at this hop */
	struct path_values rtts;
};

struct path_day {
	int64_t day; /* since 1970, UTC */
	unsigned arrived;
	struct path_values rtts; /* of those that arrived, or of the others until one does */
};

struct path_sums {
	struct path_router *routers; /* in order of hops */
	size_t router_count, router_room;
	struct path_day *days; /* in ascending order */
	size_t day_count, day_room;
	int64_t *paths; /* each once */
	size_t path_count, path_room;
	unsigned traces;
	unsigned answered[KEPT_HOPS + 1]; /* traces with an answer at this hop */
	int64_t last_ms;
};

void path_sums_init(struct path_sums *p);
void path_sums_done(struct path_sums *p);
/* A trace: its path by number and by routers, and 2 bytes for each of them (kept_bytes.h). False: no memory. */
bool path_sums_add(struct path_sums *p, int64_t path, const struct kept *k, const uint8_t *rtts, int64_t at_ms,
	bool is_arrived);
/* The median, 0 of none; values are sorted in place. */
uint32_t path_median(struct path_values *v);

#endif
