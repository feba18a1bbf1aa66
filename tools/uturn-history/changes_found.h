/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the search for changes is told, and what it finds; see changes.h. */
#ifndef UTURN_HISTORY_CHANGES_FOUND_H
#define UTURN_HISTORY_CHANGES_FOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "kept.h"

enum {
	CHANGES_TRACES = 128, /* of a series that are remembered */
	CHANGES_FOUND = 64, /* at once */
	CHANGES_NAMED = 8,
};

struct changes_routers {
	int64_t ids[CHANGES_NAMED];
	unsigned count; /* may be more */
};

struct changes_found {
	int64_t before_ms, at_ms; /* the last trace before, the first after */
	uint8_t hop;
	bool is_maybe; /* it may be chance */
	unsigned moved, compared; /* flows that both have answers of */
	unsigned seen, asked; /* traces or flows that met the router, of those that were answered; is_maybe alone */
	double p;
	struct changes_routers gone, added;
};

/* Lent for the call. ids: of each router of k, in its order. */
struct changes_trace {
	const struct kept *k;
	const int64_t *ids;
	int64_t at_ms;
	bool has_same_flows; /* the flows of one identifier are the same as in other traces of the series */
};

#endif
