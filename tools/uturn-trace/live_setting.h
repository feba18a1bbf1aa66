/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --live is given. */
#ifndef UTURN_TRACE_LIVE_SETTING_H
#define UTURN_TRACE_LIVE_SETTING_H

#include "aim.h"
#include "known.h"
#include "run.h"
#include "save.h"
#include "terminal/screen.h"

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

#endif
