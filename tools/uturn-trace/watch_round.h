/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a round of a watch asks, and what its answers mean. No system calls.
 */
#ifndef UTURN_TRACE_WATCH_ROUND_H
#define UTURN_TRACE_WATCH_ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "record/trace_record.h"

enum { WATCH_NEW = 6, WATCH_FLOWS = 512 };

/* The flows of rounds: those that cover what the last full run found, then new ones. */
struct watch_round {
	uint16_t flows[WATCH_FLOWS];
	unsigned count, covering;
	uint32_t first_new, next_new; /* flows that the full run has not asked */
	bool has_new; /* false: the options say which flows are asked */
};

/* After a full run, whose flows are those of the record; its covering ones are in flows[]. */
void watch_round_begin(struct watch_round *w, unsigned covering, const struct trace_record *full, bool has_new);
/* The new flows of the next round: others than in the last, until all were asked. */
void watch_round_next(struct watch_round *w);

/* Is what a round has found a reason for a full run? True as well where there is no memory to tell. */
bool watch_round_differs(const struct trace_record *full, const struct trace_record *round);

#endif
