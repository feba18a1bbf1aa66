/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_verdict.h"

/* A file that holds this text; the caller frees its name. */
static char *verdict_write(const char *text, size_t len)
{
	char *path = strdup("/tmp/uturn-verdict.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

static void lets_the_saved_verdict_decide(void **state)
{
	static const char both[] = "answer-from4 self # a note\n\n# none\n\tanswer-from6\tself\r\n";
	static const struct {
		const char *text, *verdict; /* NULL: no file */
		const char *expected; /* the words; of `4 6` router or self where there are none */
	} rows[] = {
		{ "", both, "" },
		{ "answer-from self", both, "" },
		{ "answer-from auto", both, "answer-from auto: IPv4 self, IPv6 self" },
		{ "answer-from auto", NULL,
			"answer-from auto: IPv4 router (no verdict: uturnctl spoof-check), "
			"IPv6 router (no verdict: uturnctl spoof-check)" },
		{ "answer-from auto", "",
			"answer-from auto: IPv4 router (no verdict: uturnctl spoof-check), "
			"IPv6 router (no verdict: uturnctl spoof-check)" },
		{ "answer-from auto", "answer-from6 self",
			"answer-from auto: IPv4 router (no verdict: uturnctl spoof-check), IPv6 self" },
		{ "answer-from auto", "answer-from6 self\nanswer-from4 router",
			"answer-from auto: IPv4 router, IPv6 self" },
		{ "answer-from auto\nanswer-from4 router", both, "answer-from auto: IPv6 self" },
		{ "answer-from6 auto\nanswer-from router", both, "answer-from auto: IPv6 self" },
		{ "answer-from router\nanswer-from6 auto", both, "answer-from auto: IPv6 self" },
		{ "answer-from4 auto", both, "answer-from auto: IPv4 self" },
	};
	char why[CONFIG_WHY_SIZE] = "", words[CONFIG_VERDICT_WORDS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;
		char *path = verdict_write(rows[i].verdict ? rows[i].verdict : "",
			rows[i].verdict ? strlen(rows[i].verdict) : 0);

		if (!rows[i].verdict)
			unlink(path);
		assert_int_equal(config_parse("f", rows[i].text, strlen(rows[i].text), &c, why, sizeof(why)), 0);
		if (config_verdict_choose(path, &c, why, sizeof(why)))
			fail_msg("%s", why);
		if (strcmp(config_verdict_words(&c, words), rows[i].expected) != 0)
			fail_msg("%s\n\tsays %s\n\tnot %s", rows[i].text, words, rows[i].expected);
		if (c.answer_from_chosen4 == CHOSEN_BY_FILE)
			assert_int_equal(c.answer_from4, strcmp(rows[i].text, "answer-from self") == 0);
		unlink(path);
		free(path);
	}
}

#define REMEDY ", run `uturnctl spoof-check --save` again, or remove the file"

static void refuses_a_broken_verdict(void **state)
{
	static const char form[] = "neither 'answer-from4 router|self' nor 'answer-from6 router|self'" REMEDY;
	static const struct {
		const char *text;
		size_t len;
		int line;
		const char *why;
	} rows[] = {
		{ "answer-from4 slef", 17, 1, form },
		{ "answer-from4", 12, 1, form },
		{ "\nanswer-from self", 17, 2, form },
		{ "answer-from4 auto", 17, 1, form },
		{ "answer-from4 self self", 22, 1, form },
		{ "answer-from4 self\nanswer-from4 self", 35, 2, "a second verdict for one family" REMEDY },
		{ "answer-from4-and-6 self", 23, 1, "not written by uturnctl" REMEDY },
		{ "answer-from4 self\0", 18, 1, "not written by uturnctl" REMEDY },
		{ "answer-from4 self\xff", 18, 1, "not written by uturnctl" REMEDY },
	};
	struct config c, before;
	char why[CONFIG_WHY_SIZE], expected[CONFIG_WHY_SIZE];

	(void)state;
	assert_int_equal(config_parse("f", "answer-from auto", 16, &c, why, sizeof(why)), 0);
	before = c;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *path = verdict_write(rows[i].text, rows[i].len);

		snprintf(expected, sizeof(expected), "%s:%d: %s", path, rows[i].line, rows[i].why);
		assert_int_equal(config_verdict_choose(path, &c, why, sizeof(why)), -1);
		assert_string_equal(why, expected);
		assert_memory_equal(&c, &before, sizeof(c));
		unlink(path);
		free(path);
	}
	assert_int_equal(config_verdict_choose("/dev/zero", &c, why, sizeof(why)), -1);
	assert_string_equal(why, "/dev/zero: larger than 1023 bytes" REMEDY);
	assert_int_equal(config_verdict_choose("/", &c, why, sizeof(why)), -1);
	assert_string_equal(why, "/: Is a directory" REMEDY);
	config_default(&c);
	assert_int_equal(config_verdict_choose("/dev/zero", &c, why, sizeof(why)), 0); /* nobody asked for it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lets_the_saved_verdict_decide),
		cmocka_unit_test(refuses_a_broken_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
