/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a comparison of two traces says of their routers. */
#ifndef UTURN_TRACE_DIFF_CHANGES_H
#define UTURN_TRACE_DIFF_CHANGES_H

#include <stdint.h>

#include "packet/addr.h"

enum { DIFF_CHANGES = 4096 };

enum diff_run { DIFF_BEFORE, DIFF_AFTER, DIFF_RUNS };

/* How a router or link of two traces stands; what is in one alone by chance, or may be so, is no change. */
enum diff_state { DIFF_IN_BOTH, DIFF_GONE, DIFF_NEW, DIFF_ONLY_BEFORE, DIFF_ONLY_AFTER };

/* The routers that lines of the kind path name. */
struct diff_changes {
	struct {
		struct addr addr;
		uint8_t direction; /* enum record_direction */
		uint8_t state; /* DIFF_GONE or DIFF_NEW */
	} routers[DIFF_CHANGES];
	unsigned count;
};

#endif
