/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a record goes. */
#ifndef UTURN_TRACE_PUT_H
#define UTURN_TRACE_PUT_H

#include <stdbool.h>

#include "record/trace_record.h"
#include "save.h"
#include "trace_options.h"

/* To standard output, or into the files of -o, each whatever becomes of the others; false after an error message. */
bool put_record(const struct trace_options *o, struct save *save, const struct trace_record *r);
/* Into the files of -o alone. */
bool put_files(const struct trace_options *o, struct save *save, const struct trace_record *r);

#endif
