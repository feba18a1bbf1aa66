/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace that goes on: after the search one sweep a second, on a terminal,
 * with keys.
 */
#ifndef UTURN_TRACE_LIVE_H
#define UTURN_TRACE_LIVE_H

#include "aim.h"
#include "known.h"
#include "run.h"
#include "save.h"
#include "screen.h"

/* Borrowed until live() returns. */
struct live_setting {
	const struct trace_options *options;
	struct ev_loop *ev;
	struct run *run;
	struct wire *wire;
	struct known *known;
	struct save *save;
	const struct aim *aim;
	const char *target_name; /* as a record has it */
	struct screen *screen; /* open; closed when live() returns */
};

/* Returns the exit status of the program, after an error message if need be. */
int live(const struct live_setting *setting);

#endif
