/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command diff: two saved traces, in the formats that show what changed. */
#ifndef UTURN_TRACE_DIFF_FILES_H
#define UTURN_TRACE_DIFF_FILES_H

#include <stdio.h>

#include "save.h"
#include "trace_options.h"

/* Can all formats that are asked for show a difference? False after an error message. */
bool diff_has_formats(const struct trace_options *o);

/* To standard output, or into the files of -o. Returns the exit status, 2 after an error message. */
int diff_files(const struct trace_options *o, FILE *before, const char *before_name, FILE *after,
	const char *after_name, struct save *save);

#endif
