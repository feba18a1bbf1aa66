/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the record of what the searches of a run have found. */
#ifndef UTURN_TRACE_RECORD_FILL_H
#define UTURN_TRACE_RECORD_FILL_H

#include <stdbool.h>

#include "record/trace_record.h"
#include "record_source.h"

/*
 * Adds flows, routers, links and probes, and sets what follows from them. False:
 * no memory. *r is as trace_record_init() left it, or has only words in it.
 */
bool record_fill(struct trace_record *r, const struct record_source *from);

#endif
