/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same trace again and again: a full run, then rounds of the flows that
 * cover all links and a few that were not asked yet. Where a round differs from
 * the last full run, another full run follows, and what has changed is printed.
 *
 * Memory is that of two traces, however long it runs.
 */
#ifndef UTURN_TRACE_WATCH_H
#define UTURN_TRACE_WATCH_H

#include <stdio.h>

#include "known.h"
#include "run.h"
#include "save.h"

/* Borrowed until watch() returns. */
struct watch_world {
	const struct trace_options *options;
	struct ev_loop *ev;
	struct run *run;
	struct wire *wire;
	struct known *known;
	struct save *save;
	const char *target_name; /* as a record has it */
	FILE *out; /* of changes, and of the first trace as text */
	unsigned long rounds; /* after so many it ends; 0: when it is interrupted */
};

/* Returns the exit status of the program, after an error message if need be. SIGUSR1 brings a full run. */
int watch(const struct watch_world *w);

#endif
