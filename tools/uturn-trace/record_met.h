/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each flow of a record met, hop by hop. */
#ifndef UTURN_TRACE_RECORD_MET_H
#define UTURN_TRACE_RECORD_MET_H

#include "record/trace_record.h"

enum { MET_UNKNOWN = -1 /* not asked */, MET_SILENT = -2, MET_OVER = -3 /* behind the end of the path */ };

/*
 * Fills met and rtt_us, by flow * hops + hop - 1, where flow is an index: the
 * router that answered first, or MET_UNKNOWN or MET_SILENT; its time, or -1.
 */
void record_met(const struct trace_record *r, enum record_direction direction, unsigned hops, int32_t *met,
	int64_t *rtt_us);

/* The median of times, which are sorted in place; -1: there are none. */
int64_t record_median(int64_t *times, size_t count);

#endif
