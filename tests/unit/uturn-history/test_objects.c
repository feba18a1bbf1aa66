/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON objects out of bytes, wherever they are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tools/uturn-history/objects.h"

struct row {
	const char *what, *bytes;
	const char *told; /* LINE:OBJECT; ... and then "whole", "rest LINE" or "wrong LINE" */
};

static const struct row rows[] = {
	{ "nothing", "", "whole" },
	{ "blank lines", " \n\r\n\t", "whole" },
	{ "one without a newline", "{}", "1:{};whole" },
	{ "two", "{\"a\":1}\n{\"b\":[{}]}\n", "1:{\"a\":1};2:{\"b\":[{}]};whole" },
	{ "two on a line", "{} {\"a\":{}}", "1:{};1:{\"a\":{}};whole" },
	{ "braces in a string", "{\"}\":\"{\\\"}\\\\\"}\n{}", "1:{\"}\":\"{\\\"}\\\\\"};2:{};whole" },
	{ "a trace of uturn-trace over lines", "\n{\"uturn-trace\":1,\n\"x\":[\n1]}\n{}",
		"2:{\"uturn-trace\":1,\n\"x\":[\n1]};5:{};whole" },
	{ "no other over lines", "{}\n{\"a\":\n1}", "1:{};wrong 2" },
	{ "not an object", "{}\n\n[1]", "1:{};wrong 3" },
	{ "a word", "null", "wrong 1" },
	{ "cut", "{}\n{\"a\":\"", "1:{};rest 2" },
	{ "cut in a trace of uturn-trace", "{\"uturn-trace\":1,\n", "rest 1" },
};

/* All that is told of these bytes, given so many at once. */
static void tell(const char *bytes, size_t step, char *told, size_t size)
{
	struct objects o = { 0 };
	enum objects_next next = OBJECTS_MORE;
	size_t len = 0, at = 0, room, object_len, all = strlen(bytes);
	const char *text;

	while (next != OBJECTS_WRONG && at < all) {
		const size_t some = all - at < step ? all - at : step;

		memcpy(objects_room(&o, &room), bytes + at, some);
		assert_true(room >= some);
		objects_took(&o, some);
		at += some;
		while ((next = objects_next(&o, &text, &object_len)) == OBJECTS_ONE)
			len += (size_t)snprintf(told + len, size - len, "%u:%.*s;", o.line, (int)object_len, text);
	}
	if (next == OBJECTS_WRONG)
		snprintf(told + len, size - len, "wrong %u", o.line);
	else if (objects_are_whole(&o))
		snprintf(told + len, size - len, "whole");
	else
		snprintf(told + len, size - len, "rest %u", o.line);
	objects_done(&o);
}

static void cuts_objects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t step = 1; step < 12; step++) {
			char told[512] = "";

			tell(rows[i].bytes, step, told, sizeof(told));
			if (strcmp(told, rows[i].told) != 0)
				fail_msg("%s, %zu bytes at once: %s", rows[i].what, step, told);
		}
	}
}

static void refuses_what_is_too_long(void **state)
{
	struct objects o = { 0 };
	enum objects_next next = OBJECTS_MORE;
	const char *text = "";
	size_t room, len, given = 0;

	(void)state;
	while (next == OBJECTS_MORE && given < (size_t)4 * OBJECTS_LINE_MOST) {
		char *to = objects_room(&o, &room);

		memset(to, 'x', room);
		if (!given)
			to[0] = '{', to[1] = '"';
		objects_took(&o, room);
		given += room;
		next = objects_next(&o, &text, &len);
	}
	assert_int_equal(next, OBJECTS_WRONG);
	assert_string_equal(text, "longer than an object may be");
	objects_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(cuts_objects),
		cmocka_unit_test(refuses_what_is_too_long) };

	return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
