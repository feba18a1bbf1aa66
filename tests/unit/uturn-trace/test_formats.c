/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each format of a saved trace, against a file that was read before it was kept:
 * tests/unit/uturn-trace/formats/TRACE.json and TRACE.FORMAT. Of html, style and
 * script are left out. UPDATE=1 in the environment writes the files anew.
 */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/read_json.h"
#include "tools/uturn-trace/diff.h"
#include "tools/uturn-trace/print.h"

#define FOLDER "tests/unit/uturn-trace/formats/"

static void read_trace(struct trace_record *r, const char *name)
{
	char path[128], why[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), FOLDER "%s.json", name);
	file = fopen(path, "r");
	trace_record_init(r);
	if (!file || !read_json_file(r, file, path, why, sizeof(why)))
		fail_msg("%s: %s", path, why);
	fclose(file);
}

/* What is between these words, in the text itself; "" stays of it. */
static void cut_between(char *text, const char *from, const char *to)
{
	for (char *at = text, *end; (at = strstr(at, from)) && (end = strstr(at, to)); at += strlen(from))
		memmove(at + strlen(from), end, strlen(end) + 1);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	assert_non_null(text);
	if (file) {
		assert_true(fread(text, 1, (1 << 18) - 1, file) < (1 << 18) - 1);
		fclose(file);
	}
	return text;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The first line that differs. */
static void compare(const char *path, const char *got)
{
	char *wanted = read_file(path);
	const char *one = wanted, *other = got;
	unsigned line = 1;

	if (getenv("UPDATE"))
		write_file(path, got);
	for (; !getenv("UPDATE") && (*one || *other); one++, other++) {
		if (*one != *other) {
			while (one > wanted && one[-1] != '\n') {
				one--;
				other--;
			}
			fail_msg("%s: line %u\nwanted: %.*s\ngot:    %.*s", path, line, (int)strcspn(one, "\n"), one,
				(int)strcspn(other, "\n"), other);
		}
		line += *one == '\n';
	}
	free(wanted);
}

static void formats(void **state)
{
	static const char *const traces[] = { "paths", "lengths" };
	static const struct {
		const char *ending;
		enum trace_format format;
	} rows[] = { { "text", FORMAT_TEXT }, { "vertical", FORMAT_VERTICAL }, { "horizontal", FORMAT_HORIZONTAL },
		{ "json", FORMAT_JSON }, { "dot", FORMAT_DOT }, { "svg", FORMAT_SVG }, { "html", FORMAT_HTML } };

	(void)state;
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		struct trace_record r;

		read_trace(&r, traces[i]);
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++) {
			char path[128], *text = NULL;
			size_t size;
			FILE *out = open_memstream(&text, &size);

			assert_non_null(out);
			assert_true(print_record(out, rows[j].format, &r));
			fclose(out);
			cut_between(text, "<style>", "</style>");
			cut_between(text, "<script>", "</script>");
			snprintf(path, sizeof(path), FOLDER "%s.%s", traces[i], rows[j].ending);
			compare(path, text);
			free(text);
		}
		trace_record_done(&r);
	}
}

/* One router replaced by another, and 8 ms more behind it. */
static void difference(void **state)
{
	struct trace_record before, after;
	struct diff_changes *changes = calloc(1, sizeof(*changes));
	char *lines = NULL, *text = NULL;
	size_t size;
	FILE *out;

	(void)state;
	assert_non_null(changes);
	read_trace(&before, "before");
	read_trace(&after, "after");
	out = open_memstream(&lines, &size);
	assert_non_null(out);
	assert_int_equal(diff_print(out, &before, &after, changes), DIFF_CHANGED);
	fclose(out);
	compare(FOLDER "difference.text", lines);
	assert_int_equal(changes->count, 2);
	for (unsigned i = 0; i < 2; i++) {
		out = open_memstream(&text, &size);
		assert_non_null(out);
		assert_true(i ? print_svg(out, &before, &after, changes)
			      : print_html(out, &before, &after, changes, lines));
		fclose(out);
		cut_between(text, "<style>", "</style>");
		cut_between(text, "<script>", "</script>");
		compare(i ? FOLDER "difference.svg" : FOLDER "difference.html", text);
		free(text);
	}
	trace_record_done(&before);
	trace_record_done(&after);
	free(lines);
	free(changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
