/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "print.h"
#include "record/read_json.h"

enum { WHY_SIZE = 512 };

/* What is printed, in whatever format. */
struct difference {
	struct trace_record before, after;
	struct diff_changes changes;
	char *lines;
	enum diff_result result;
};

static bool is_possible(enum trace_format format)
{
	return format == FORMAT_TEXT || format == FORMAT_SVG || format == FORMAT_HTML;
}

bool diff_has_formats(const struct trace_options *o)
{
	bool has_all = o->output_count || is_possible(o->format);

	for (unsigned i = 0; i < o->output_count; i++)
		has_all = has_all && is_possible(o->outputs[i].format);
	if (!has_all)
		trace_error("diff: what changed is shown as text, svg or html: use one of these formats");
	return has_all;
}

static bool print(FILE *out, enum trace_format format, const void *what)
{
	const struct difference *d = what;

	if (format == FORMAT_SVG)
		return print_svg(out, &d->before, &d->after, &d->changes);
	if (format == FORMAT_HTML)
		return print_html(out, &d->before, &d->after, &d->changes, d->lines);
	fputs(d->lines, out);
	return true;
}

static void compare(struct difference *d)
{
	size_t size;
	FILE *out = open_memstream(&d->lines, &size);

	d->result = out ? diff_print(out, &d->before, &d->after, &d->changes) : DIFF_FAILED;
	if (out && fclose(out) != 0)
		d->result = DIFF_FAILED;
}

/* False after an error message. */
static bool put(const struct trace_options *o, const struct difference *d, struct save *save)
{
	char why[WHY_SIZE] = "";
	bool is_put = true;

	if (d->result == DIFF_FAILED || (!o->output_count && !print(stdout, o->format, d))) {
		trace_error("%s", strerror(ENOMEM));
		return false;
	}
	for (unsigned i = 0; i < o->output_count; i++) {
		if (save_put(save, i, print, d, why, sizeof(why)))
			continue;
		trace_error("%s", why);
		is_put = false;
	}
	return is_put;
}

int diff_files(const struct trace_options *o, FILE *before, const char *before_name, FILE *after,
	const char *after_name, struct save *save)
{
	struct difference *d = calloc(1, sizeof(*d));
	char why[WHY_SIZE] = "";
	int status = DIFF_STATUS_TROUBLE;

	if (!d) {
		trace_error("%s", strerror(ENOMEM));
		return status;
	}
	trace_record_init(&d->before);
	trace_record_init(&d->after);
	if (!read_json_file(&d->before, before, before_name, why, sizeof(why)) ||
		!read_json_file(&d->after, after, after_name, why, sizeof(why)) ||
		!diff_is_possible(&d->before, before_name, &d->after, after_name, why, sizeof(why))) {
		trace_error("%s", why);
	} else {
		compare(d);
		if (put(o, d, save))
			status = d->result == DIFF_SAME ? DIFF_STATUS_SAME : DIFF_STATUS_CHANGED;
	}
	trace_record_done(&d->before);
	trace_record_done(&d->after);
	free(d->lines);
	free(d);
	return status;
}
