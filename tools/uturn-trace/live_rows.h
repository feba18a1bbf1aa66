/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of --live: of what a run has found so far, and what its sweeps have measured. */
#ifndef UTURN_TRACE_LIVE_ROWS_H
#define UTURN_TRACE_LIVE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "live_loss.h"
#include "live_stats.h"
#include "record/trace_record.h"
#include "view.h"

enum live_direction { LIVE_BOTH, LIVE_THERE, LIVE_BACK, LIVE_DIRECTIONS };

enum { LIVE_ROWS = 1024 };

/* Everything is borrowed. */
struct live_world {
	const struct search *searches[DIRECTIONS]; /* NULL: no such direction */
	const struct live_stats *stats;
	const struct trace_record
		*record; /* names, AS numbers and marks; without routers as long as they are not known */
	enum live_direction direction;
	int path; /* which flow of the searches alone, or LIVE_ALL_PATHS */
	bool has_names; /* shown, where they are known */
	uint32_t now_ms; /* CLOCK_MONOTONIC */
	struct live_losses losses;
};

/* Fills rows, at most LIVE_ROWS, and returns how many. */
unsigned live_rows(const struct live_world *w, struct view_row rows[LIVE_ROWS]);

#endif
