/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch_print.h"

#include <time.h>

#include "common/text.h"
#include "diff.h"
#include "print.h"

enum { TIME_SIZE = 32 };

struct lines {
	FILE *out;
	enum trace_format format;
	char time[TIME_SIZE];
};

static void write_time(char time_text[TIME_SIZE])
{
	const time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(time_text, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static void put_pair(FILE *out, const char *key, const char *text)
{
	fprintf(out, ",\"%s\":", key);
	print_json_text(out, text);
}

static void begin_object(const struct lines *l, const char *kind)
{
	fprintf(l->out, "{\"time\":\"%s\"", l->time);
	put_pair(l->out, "kind", kind);
}

static void put_change(void *owner, const struct diff_change *c)
{
	const struct lines *l = owner;

	if (l->format != FORMAT_JSON) {
		fprintf(l->out, "%s  ", l->time);
		diff_print_change(l->out, c);
		return;
	}
	begin_object(l, c->kind);
	put_pair(l->out, "direction", c->direction == RECORD_THERE ? "there" : "back");
	if (c->hop)
		fprintf(l->out, ",\"hop\":%u,\"from\":%s", c->hop, c->is_from ? "true" : "false");
	put_pair(l->out, "what", c->what);
	if (*c->evidence)
		put_pair(l->out, "evidence", c->evidence);
	fputs("}\n", l->out);
}

bool watch_print_changes(FILE *out, enum trace_format format, const struct trace_record *before,
	const struct trace_record *after)
{
	struct lines l = { .out = out, .format = format };
	bool is_done;

	write_time(l.time);
	is_done = diff_tell(put_change, &l, before, after) != DIFF_FAILED;
	fflush(out);
	return is_done;
}

void watch_print_event(FILE *out, enum trace_format format, const char *kind, const char *what)
{
	struct lines l = { .out = out, .format = format };

	write_time(l.time);
	if (format == FORMAT_JSON) {
		begin_object(&l, kind);
		put_pair(out, "what", what);
		fputs("}\n", out);
	} else {
		fprintf(out, "%s  %s  %s\n", l.time, kind, what);
	}
	fflush(out);
}

void watch_print_first(FILE *out, enum trace_format format, const struct trace_record *r)
{
	struct lines l = { .out = out, .format = format };
	char text[ADDR_TEXT_SIZE];

	write_time(l.time);
	if (format == FORMAT_JSON) {
		begin_object(&l, "begin");
		put_pair(out, "target", addr_text(&r->target, text));
		put_pair(out, "protocol", r->protocol);
		fprintf(out, ",\"reached\":%s,\"flows\":%zu,\"routers\":%zu,\"bound\":%.3g}\n",
			r->is_reached ? "true" : "false", r->flow_count, r->router_count, r->bound);
	} else {
		print_record(out, FORMAT_TEXT, r);
	}
	fflush(out);
}
