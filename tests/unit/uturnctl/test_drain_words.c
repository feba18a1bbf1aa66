/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The times of `uturnctl drain`, as they are given and as they are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturnctl/drain.h"
#include "tools/uturnctl/print.h"

static void takes_times(void **state)
{
	static const struct {
		const char *text;
		bool is_right;
		unsigned seconds;
	} rows[] = {
		{ "off", true, 0 },
		{ "1s", true, 1 },
		{ "90s", true, 90 },
		{ "10m", true, 600 },
		{ "24h", true, 86400 },
		{ "86400s", true, 86400 },
		{ "86401s", false, 0 },
		{ "1441m", false, 0 },
		{ "25h", false, 0 },
		{ "0s", false, 0 },
		{ "10", false, 0 },
		{ "", false, 0 },
		{ "m", false, 0 },
		{ "-1s", false, 0 },
		{ "10ms", false, 0 },
		{ "1d", false, 0 },
		{ "OFF", false, 0 },
		{ "99999999999999999999s", false, 0 },
	};
	unsigned seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (drain_time(rows[i].text, &seconds) != rows[i].is_right || seconds != rows[i].seconds)
			fail_msg("'%s': %u", rows[i].text, seconds);
}

static void says_what_is_left(void **state)
{
	static const struct {
		const char *answer, *words;
	} rows[] = {
		{ "{\"draining_s\":598}", "draining, 9 minutes 58 seconds left" },
		{ "{\"draining_s\":86400}", "draining, 1 day left" },
		{ "{\"draining_s\":1}", "draining, 1 second left" },
		/* another version is trusted for nothing */
		{ "{\"draining_s\":\"soon\"}", "draining, less than a second left" },
		{ "{\"draining_s\":-9223372036854775807}", "draining, less than a second left" },
		{ "{\"draining_s\":9223372036854775807}", "draining, 106751991167300 days 15 hours left" },
		{ "{\"draining\":false}", NULL },
		{ "[]", NULL },
	};
	char words[DRAIN_LEFT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *answer = json_loads(rows[i].answer, 0, NULL);

		assert_non_null(answer);
		assert_int_equal(drain_words(answer, words), rows[i].words != NULL);
		if (rows[i].words)
			assert_string_equal(words, rows[i].words);
		json_decref(answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_times),
		cmocka_unit_test(says_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
