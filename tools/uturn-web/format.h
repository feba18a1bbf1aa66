/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record told to one reader, in one of four forms. A telling remembers how
 * far it has come; format_advance() adds what is new to the reader's buffer.
 *
 * Pure: a record goes in, text comes out. What a slow reader has no room for
 * is left out and counted, and the last line says how much that was.
 */
#ifndef UTURN_WEB_FORMAT_H
#define UTURN_WEB_FORMAT_H

#include <jansson.h>

#include "buffer.h"
#include "record.h"

struct telling;

struct format {
	const char *type; /* Content-Type */
	/* false: it does not fit */
	bool (*tell)(struct telling *t, const struct record *r, const struct event *e, struct buffer *out);
	/* what became due without an event; may be NULL */
	bool (*due)(struct telling *t, const struct record *r, struct buffer *out);
};

extern const struct format format_sse, format_json, format_text, format_inband;

struct telling {
	const struct format *format;
	unsigned next; /* event */
	unsigned hop; /* text: next one to be shown */
	bool is_shown_nat;
	uint8_t is_named[RECORD_ROUTERS]; /* text: with its name already */
	unsigned lost; /* lines */
};

void format_begin(struct telling *t, const struct format *format);
void format_advance(struct telling *t, const struct record *r, struct buffer *out);
/* Has the last event been told? */
bool format_is_over(const struct telling *t, const struct record *r);

/* What is known of a router, as an object; and one object as a line behind `prefix`. */
json_t *format_info(const struct router *router);
json_t *format_answer(const struct record *r, const struct answer *a);
bool format_line(struct buffer *out, const char *before, json_t *object, const char *after);

#endif
