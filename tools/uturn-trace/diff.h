/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed between two saved traces: a line for each change, and for what looks like one and is none. */
#ifndef UTURN_TRACE_DIFF_H
#define UTURN_TRACE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "diff_change.h"
#include "record/trace_record.h"

/* False with words in why: they are not of one target and protocol. */
bool diff_is_possible(const struct trace_record *before, const char *before_name, const struct trace_record *after,
	const char *after_name, char *why, size_t why_size);

/* As a line of diff. */
void diff_print_change(FILE *out, const struct diff_change *c);

enum diff_result { DIFF_SAME, DIFF_CHANGED, DIFF_FAILED /* no memory */ };
enum diff_result diff_tell(diff_told *told, void *owner, const struct trace_record *before,
	const struct trace_record *after);
/* changes may be NULL, else it is filled. */
enum diff_result diff_print(FILE *out, const struct trace_record *before, const struct trace_record *after,
	struct diff_changes *changes);

#endif
