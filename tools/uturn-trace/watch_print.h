/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a watch: each with its time, as text or as a JSON object. */
#ifndef UTURN_TRACE_WATCH_PRINT_H
#define UTURN_TRACE_WATCH_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "record/trace_record.h"
#include "trace_options.h"

/* The first trace: as text whole, in JSON a line about it. */
void watch_print_first(FILE *out, enum trace_format format, const struct trace_record *r);
/* False: no memory. */
bool watch_print_changes(FILE *out, enum trace_format format, const struct trace_record *before,
	const struct trace_record *after);
/* What is no change of the path. */
void watch_print_event(FILE *out, enum trace_format format, const char *kind, const char *what);

#endif
