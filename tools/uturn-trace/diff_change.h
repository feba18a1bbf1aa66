/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a comparison tells. */
#ifndef UTURN_TRACE_DIFF_CHANGE_H
#define UTURN_TRACE_DIFF_CHANGE_H

#include <stdbool.h>

#include "record/trace_record.h"

/* What changed at one hop, or of the whole path, hop 0. Words are lent. */
struct diff_change {
	enum record_direction direction;
	unsigned hop;
	bool is_from; /* from this hop on */
	const char *kind, *what, *evidence; /* evidence "": none */
};
typedef void diff_told(void *owner, const struct diff_change *c);

enum { DIFF_CHANGES = 4096 };

enum diff_run { DIFF_BEFORE, DIFF_AFTER, DIFF_RUNS };

/* Whether a router or link is in both traces. DIFF_ONLY_...: in one of them, which may be chance and is not counted as a change. */
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
