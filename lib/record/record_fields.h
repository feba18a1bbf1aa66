/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for what a balancer chooses by, of JSON and of text. */
#ifndef UTURN_RECORD_RECORD_FIELDS_H
#define UTURN_RECORD_RECORD_FIELDS_H

#include <stddef.h>

#include "record/trace_record.h"

extern const char *const record_field_names[RECORD_FIELDS];

/* Bits by enum record_field: those that packets of this trace have. */
unsigned record_fields_there(const struct trace_record *r);

enum { RECORD_FIELDS_TEXT = 160 };
/* "balances: source port; not dscp"; "" where nothing is known. */
void record_fields_text(const struct trace_record *r, const struct record_router *router,
	char text[RECORD_FIELDS_TEXT]);

#endif
