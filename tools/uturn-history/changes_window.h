/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The traces of a series that are remembered, and the comparison of those before one with those from it on. */
#ifndef UTURN_HISTORY_CHANGES_WINDOW_H
#define UTURN_HISTORY_CHANGES_WINDOW_H

#include "changes_found.h"

struct window_trace {
	int64_t at_ms;
	uint8_t hops;
	bool has_same_flows;
	uint16_t flow_count;
	uint16_t first[KEPT_HOPS + 1]; /* as in struct kept */
	int64_t *ids;
	uint16_t *met, *flows; /* as in struct kept; NULL: not told */
};

struct window {
	struct window_trace *traces[CHANGES_TRACES]; /* the oldest first */
	unsigned count;
};

bool window_add(struct window *w, const struct changes_trace *t); /* in place of the oldest; false: no memory */
void window_drop(struct window *w, unsigned count); /* the oldest ones */
bool window_has(const struct window_trace *t, unsigned hop, int64_t id);
/* Traces before `split` and from it on. */
unsigned window_compare(const struct window *w, unsigned split, struct changes_found *found, bool has_maybes);

#endif
