/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words at a router: what its answers have shown beside where it is. */
#ifndef UTURN_TRACE_RECORD_MARKS_H
#define UTURN_TRACE_RECORD_MARKS_H

#include "record/trace_record.h"
#include "record_source.h"

/* What the search knows of it. */
void record_mark_router(struct record_router *r, const struct graph_router *known, bool is_per_packet);

/*
 * What the answers say: labels, interfaces, a return path of another length, and
 * at the first hop that shows it what the path has changed in the probe.
 */
void record_mark_probes(struct trace_record *r, const struct record_source *from);

#endif
