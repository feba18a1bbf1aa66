/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what print_json() wrote. Keys that it does not know are skipped. */
#ifndef UTURN_RECORD_READ_JSON_H
#define UTURN_RECORD_READ_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record/trace_record.h"

/*
 * False with words in why: "line 3: "ttl" is 300, not 1..255". *r is as
 * trace_record_init() left it, and is to be given back by trace_record_done()
 * whatever the result.
 */
bool read_json(struct trace_record *r, const char *text, size_t len, char *why, size_t why_size);

/* The same of an open file; why begins with this name of it. */
bool read_json_file(struct trace_record *r, FILE *file, const char *name, char *why, size_t why_size);

#endif
