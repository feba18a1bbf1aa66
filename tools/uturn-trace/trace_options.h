/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of uturn-trace(1): one table for parser and help. */
#ifndef UTURN_TRACE_TRACE_OPTIONS_H
#define UTURN_TRACE_TRACE_OPTIONS_H

#include <stdbool.h>

#include "option_values.h"
#include "trace_error.h"

/*
 * Options may stand in front of and behind arguments, which are moved to the end:
 * *first is the first of them. False: the program exits at once with *status, help, the
 * version or an error has been printed.
 */
bool trace_options_take(int argc, char **argv, struct trace_options *o, int *first, int *status);

/*
 * With the options of a saved trace, which is borrowed for as long as *o, where the
 * command line gives none; false after an error message, which names o->like.
 */
bool trace_options_like(struct trace_options *o, const struct trace_record *r);
/* Into a record, for trace_options_like(). */
void trace_options_save(const struct trace_options *o, struct trace_record *r);

#endif
