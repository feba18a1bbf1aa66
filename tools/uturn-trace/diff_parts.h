/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a comparison share: the routers of one direction in both traces, numbered alike. */
#ifndef UTURN_TRACE_DIFF_PARTS_H
#define UTURN_TRACE_DIFF_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "compare/compare.h"
#include "diff_change.h"
#include "record/trace_record.h"

enum { DIFF_WORDS = 400 }; /* bytes of what changed, in a line: two lists of three addresses fit */

struct diff {
	diff_told *told;
	void *owner; /* of the callback */
	const struct trace_record *records[DIFF_RUNS];
	enum record_direction direction;
	struct addr routers[COMPARE_ROUTERS]; /* by number */
	uint8_t hops[COMPARE_ROUTERS]; /* the first of each */
	unsigned router_count;
	struct diff_changes *changes; /* or NULL */
	bool has_changed, has_failed;
};

/* The number of this address, or COMPARE_NOBODY: it is not there. */
unsigned diff_find(const struct diff *d, const struct addr *a);

/* One line; hop 0: of the whole path. is_from: from this hop on. */
void diff_line(struct diff *d, unsigned hop, bool is_from, const char *kind, const char *what, const char *evidence);
/* "p = 0.25", or "p < 0.0001". */
const char *diff_p(double p, char text[24]);

/* Which addresses are one router, of both directions: the last of all, since it sets the direction. */
void diff_aliases(struct diff *d);
/* Times, loss, marks and autonomous systems. */
void diff_values(struct diff *d);

#endif
