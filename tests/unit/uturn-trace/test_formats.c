/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each format of a saved trace, against a file that was read before it was kept:
 * tests/unit/uturn-trace/formats/TRACE.json and TRACE.FORMAT. UPDATE=1 in the environment writes the files anew.
 */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/print.h"
#include "tools/uturn-trace/read_json.h"

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
		{ "json", FORMAT_JSON }, { "dot", FORMAT_DOT } };

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
			snprintf(path, sizeof(path), FOLDER "%s.%s", traces[i], rows[j].ending);
			compare(path, text);
			free(text);
		}
		trace_record_done(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
