/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record in files: each is opened beside its place under another name, and
 * renamed when it is whole. Opened before root is left, so that a place where
 * nothing can be written is told before the trace and not after it; a process
 * of its own, which reads nothing else, keeps the right to make such files and
 * to rename them, and removes what is not renamed when this process ends, however
 * that is.
 */
#ifndef UTURN_TRACE_SAVE_H
#define UTURN_TRACE_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record/trace_record.h"
#include "trace_options.h"

struct save;

/* The files of o->outputs, which is borrowed. False with words in why. */
bool save_open(struct save **made, const struct trace_options *o, char *why, size_t why_size);
/* Prints something in a format; false: no memory. */
typedef bool save_print(FILE *out, enum trace_format format, const void *what);
/* Into one of these files; again replaces it. False with words in why. */
bool save_put(struct save *s, unsigned index, save_print *print, const void *what, char *why, size_t why_size);
bool save_record(struct save *s, unsigned index, const struct trace_record *r, char *why, size_t why_size);
void save_close(struct save *s); /* s may be NULL */

#endif
