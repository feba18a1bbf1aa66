/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"

/* What is stored, as text again; "" for a refusal. */
static const struct {
	const char *list, *stored;
} rows[] = {
	{ "80,443", "80-80 443-443 " },
	{ "all", "1-65535 " },
	{ "1,65535", "1-1 65535-65535 " },
	{ "22,8000-8099,443", "22-22 8000-8099 443-443 " },
	{ "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
		"1-1 2-2 3-3 4-4 5-5 6-6 7-7 8-8 9-9 10-10 11-11 12-12 13-13 14-14 15-15 16-16 " },
	{ "0", "" },
	{ "80,", "" },
	{ ",80", "" },
	{ "80-", "" },
	{ "80-79", "" },
	{ "80-81-82", "" },
	{ "80-65536", "" },
	{ "80;443", "" },
	{ "al", "" },
	{ "all,80", "" },
};

static int parse(const char *list, struct config *c, char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "inband-ports %s", list);
	return config_parse("f", text, strlen(text), c, why, CONFIG_WHY_SIZE);
}

static void reads_lists(void **state)
{
	char why[CONFIG_WHY_SIZE], stored[512], expected[CONFIG_WHY_SIZE];
	struct config c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = 0;

		stored[0] = '\0';
		if (parse(rows[i].list, &c, why)) {
			snprintf(expected, sizeof(expected),
				"f:1: inband-ports: '%s' is not a list of ports, such as 80,443,8000-8099",
				rows[i].list);
			assert_string_equal(why, expected);
			assert_string_equal(rows[i].stored, "");
			continue;
		}
		for (unsigned k = 0; k < c.inband_port_count; k++)
			len += (size_t)snprintf(stored + len, sizeof(stored) - len, "%u-%u ", c.inband_ports[k].first,
				c.inband_ports[k].last);
		assert_string_equal(stored, rows[i].stored);
	}
	assert_int_equal(parse("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", &c, why), -1);
	assert_string_equal(why, "f:1: inband-ports: more than 16 ports or ranges");
	assert_int_equal(parse("80\ninband-ports 443", &c, why), -1);
	assert_string_equal(why, "f:2: inband-ports: line 1 has set it already, keep one of them");
}

static void has_a_default(void **state)
{
	struct config c;

	(void)state;
	config_default(&c);
	assert_int_equal(c.inband_port_count, 2);
	assert_int_equal(c.inband_ports[0].first, 80);
	assert_int_equal(c.inband_ports[0].last, 80);
	assert_int_equal(c.inband_ports[1].first, 443);
	assert_int_equal(c.inband_ports[1].last, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lists),
		cmocka_unit_test(has_a_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
