/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The paths of a record, one direction: what each flow met hop by hop, equal
 * ones folded.
 *
 * A search asks most flows at some hops only. Where a hop has one router, a flow
 * that was not asked there met that one; where it has several, the path is not
 * known there. Complete paths come first, those of most flows before others; then
 * what is known in part and has a router at a hop that no path before it has.
 */
#ifndef UTURN_TRACE_RECORD_PATHS_H
#define UTURN_TRACE_RECORD_PATHS_H

#include <stdbool.h>

#include "record_met.h"

struct record_path {
	uint32_t flow; /* the first: an index */
	uint32_t flows;
	bool is_complete;
	int32_t *met; /* by hop - 1: a router, or MET_ */
	int64_t *rtt_us; /* median of these flows; -1: none */
};

struct record_paths {
	struct record_path *paths;
	size_t count;
	unsigned hops;
	uint32_t others; /* flows that are on none of these */
	int32_t *met; /* what the paths point to */
	int64_t *times;
};

/* False: no memory. To be given back by record_paths_done() whatever the result. */
bool record_paths_find(struct record_paths *p, const struct trace_record *r, enum record_direction direction);
void record_paths_done(struct record_paths *p);

#endif
