/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record in a file: written beside it under another name, and renamed when it is whole. */
#ifndef UTURN_TRACE_SAVE_H
#define UTURN_TRACE_SAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "trace_options.h"
#include "trace_record.h"

/* False with words in why. */
bool save_record(const struct trace_output *to, const struct trace_record *r, char *why, size_t why_size);

#endif
