/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any lines as uturnd's, then told in all four forms: nothing that a terminal
 * would obey, each piece of data one line of JSON, and an end that is told.
 * A line that begins with @ is a text out of a database instead.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "enrich/place.h"
#include "tools/uturn-web/control_lines.h"
#include "tools/uturn-web/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static struct record record;

static void take_text(const char *line, size_t len)
{
	struct place *p = record.router_count ? record.routers[record.router_count - 1].place : NULL;
	json_t *text;

	if (!p)
		return;
	place_text(p->as_name, sizeof(p->as_name), line, len);
	place_text(p->country_code, sizeof(p->country_code), line, len);
	text = json_string(p->as_name);
	require(text != NULL); /* it is UTF-8 */
	json_decref(text);
	p->asn = 64500;
}

static void take_line(const char *line, size_t len)
{
	static struct control_reply reply;
	bool is_new;

	if (len && *line == '@') {
		take_text(line + 1, len - 1);
		return;
	}
	switch (control_lines_read(line, len, &reply)) {
	case REPLY_ACCEPTED:
		require(reply.max_ttl >= 1 && reply.max_ttl <= RECORD_HOPS && reply.attempts >= 1);
		record.attempts = reply.attempts;
		record_tell(&record, EVENT_START, 0);
		break;
	case REPLY_ANSWER:
		require(reply.answer.hop >= 1 && reply.answer.hop <= RECORD_HOPS);
		if (reply.router.family)
			reply.answer.router = (int16_t)record_router(&record, &reply.router, &is_new);
		record_answer(&record, &reply.answer);
		break;
	case REPLY_DONE:
		require(reply.row_count <= RECORD_ROWS);
		record.end = reply.end;
		record.hops = reply.hops;
		for (unsigned i = 0; i < reply.row_count; i++)
			record_row(&record, &reply.rows[i]);
		record_tell(&record, EVENT_END, 0);
		break;
	case REPLY_ERROR:
		record_problem(&record, reply.words);
		break;
	case REPLY_STATUS: /* of no trace */
	case REPLY_NOTHING:
		break;
	}
}

/* Every line behind `before` is JSON. */
static void check_json(const char *text, size_t len, const char *before)
{
	const char *end = text + len;
	size_t skipped = strlen(before);

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		require(newline != NULL);
		if ((size_t)(newline - text) > skipped && memcmp(text, before, skipped) == 0) {
			json_t *o =
				json_loadb(text + skipped, (size_t)(newline - text) - skipped, JSON_DECODE_ANY, NULL);

			require(o != NULL);
			json_decref(o);
		}
		text = newline + 1;
	}
}

static void tell(const struct format *format, const char *before)
{
	struct buffer out = { 0 };
	struct telling t;

	format_begin(&t, format);
	format_advance(&t, &record, &out);
	require(format_is_over(&t, &record));
	for (size_t i = 0; i < out.len; i++)
		require(buffer_bytes(&out)[i] == '\n' || (unsigned char)buffer_bytes(&out)[i] >= ' ');
	if (before)
		check_json(buffer_bytes(&out), out.len, before);
	buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;

	record_free(&record);
	record.attempts = 3;
	record.local.family = record.peer.family = 4;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *line_end = newline ? newline : end;

		take_line(at, (size_t)(line_end - at));
		at = newline ? newline + 1 : end;
	}
	record_tell(&record, EVENT_END, 0);
	record.event_count = record.event_count < RECORD_EVENTS ? record.event_count : RECORD_EVENTS - 1;
	record_tell(&record, EVENT_DONE, 0);
	tell(&format_sse, "data: ");
	tell(&format_json, "");
	tell(&format_inband, "data: ");
	tell(&format_text, NULL);
	return 0;
}
