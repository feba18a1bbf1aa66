/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the probes of a record say of a link, and of the path to the target: times
 * and loss of the flows that take it, and of no others.
 *
 * Loss is located as in search/loss.h: of one flow, all hops of which were asked
 * within 50 ms, an unanswered end of two hops or more blames the link before it.
 */
#ifndef UTURN_TRACE_RECORD_LINKS_H
#define UTURN_TRACE_RECORD_LINKS_H

#include <stdbool.h>

#include "record/trace_record.h"

struct link_values {
	unsigned flows; /* that were seen at both ends */
	int64_t rtt_us; /* median of these at the far end; -1: none */
	unsigned lost, sent; /* sweeps that ended at this link, and all of these flows */
};

/* Of each link of the record, and of the forward path's target; values has a place for each link. False: no memory. */
bool record_link_values(const struct trace_record *r, struct link_values *values);

/* First attempts of the forward path that should have reached the target, and how many were not answered. */
void record_target_loss(const struct trace_record *r, unsigned *lost, unsigned *sent);

#endif
