/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace that was kept (engine/traces.h) as JSON: uturn-control(7), traces. */
#ifndef UTURN_OPERATOR_REPORT_KEPT_H
#define UTURN_OPERATOR_REPORT_KEPT_H

#include <jansson.h>
#include <stdint.h>

#include "engine/traces.h"

const char *report_front(unsigned front); /* enum front_end */
const char *report_end(unsigned end); /* enum trace_end */

struct report_clocks {
	uint64_t now_ns, wall_ns; /* the same moment, CLOCK_MONOTONIC and CLOCK_REALTIME */
};

/* How many hops have answered, and how many were asked before the last one and have not. */
struct report_hops {
	unsigned answered, silent;
};
struct report_hops report_hops(const struct trace *trace);

/* Returns a new reference. A trace that goes on has age_s and ttl, one that has ended its end. */
json_t *report_kept(const struct trace *trace, const struct report_clocks *clocks);
/* A new reference to the list of its hops. */
json_t *report_kept_hops(const struct trace *trace);

#endif
