/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a saved trace: what is read is printed, read again and printed
 * the same, and what is refused has words with a line. In no format does it
 * bring a control character, or markup of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/read_json.h"
#include "tests/sound.h"
#include "tools/uturn-trace/diff.h"
#include "tools/uturn-trace/print.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(void (*to)(FILE *, const struct trace_record *), const struct trace_record *r, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	MUST(out);
	to(out, r);
	MUST(fclose(out) == 0);
	return text;
}

static unsigned count(const char *text, const char *words)
{
	unsigned found = 0;

	for (; (text = strstr(text, words)); text += strlen(words))
		found++;
	return found;
}

/* Tags begin and end in turn, and a script is as often there as the page has one. */
static void check_markup(const char *text, enum trace_format format, unsigned scripts)
{
	const char *body = format == FORMAT_SVG ? text : strstr(text, "<body>");
	const char *end = format == FORMAT_SVG ? text + strlen(text) : strstr(text, "<script>");
	bool is_tag = false;

	MUST(body && end);
	for (; body < end; body++) {
		MUST(*body != '<' || !is_tag);
		MUST(*body != '>' || is_tag);
		is_tag = *body == '<' || (is_tag && *body != '>');
	}
	MUST(!is_tag);
	MUST(count(text, "<script") == (format == FORMAT_SVG ? 0 : scripts));
	MUST(count(text, "</script") == (format == FORMAT_SVG ? 0 : scripts));
	MUST(count(text, "<!--") == 0);
}

static void check_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		MUST((unsigned char)text[i] >= 0x20 || text[i] == '\n' || text[i] == '\t');
}

static void check_format(const struct trace_record *r, enum trace_format format)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	MUST(out && print_record(out, format, r));
	MUST(fclose(out) == 0);
	check_text(text, size);
	if (format == FORMAT_SVG || format == FORMAT_HTML)
		check_markup(text, format, 2);
	free(text);
}

/* A trace and itself: nothing changed, and the page has both. */
static void check_difference(const struct trace_record *before, const struct trace_record *after)
{
	static struct diff_changes changes;
	size_t size;
	char *lines = NULL, *text = NULL;
	FILE *out = open_memstream(&lines, &size);

	MUST(out && diff_print(out, before, after, &changes) == DIFF_SAME);
	MUST(fclose(out) == 0);
	check_text(lines, size);
	out = open_memstream(&text, &size);
	MUST(out && print_html(out, before, after, &changes, lines));
	MUST(fclose(out) == 0);
	check_text(text, size);
	check_markup(text, FORMAT_HTML, 3);
	free(lines);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace_record first, second;
	char why[160] = "", *once, *again;
	size_t once_size, again_size;

	trace_record_init(&first);
	trace_record_init(&second);
	if (!read_json(&first, (const char *)data, size, why, sizeof(why))) {
		MUST(strncmp(why, "line ", 5) == 0);
		trace_record_done(&first);
		return 0;
	}
	once = print(print_json, &first, &once_size);
	MUST(read_json(&second, once, once_size, why, sizeof(why)));
	again = print(print_json, &second, &again_size);
	MUST(once_size == again_size && memcmp(once, again, once_size) == 0);
	for (enum trace_format format = FORMAT_TEXT; format <= FORMAT_HTML; format++)
		if (format != FORMAT_JSON)
			check_format(&first, format);
	check_difference(&first, &second);
	free(once);
	free(again);
	trace_record_done(&first);
	trace_record_done(&second);
	return 0;
}
