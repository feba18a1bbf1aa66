/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturn-history.conf: values, defaults, and what is refused in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tools/uturn-history/history_config.h"

static const struct {
	const char *text, *why;
} refused[] = {
	{ "source run/control", "f:1: source: 'run/control' is neither - nor a path that begins with /" },
	{ "source /a b\n# c\nsource /a \x1b[31m",
		"f:3: source: '?[31m' is not a name of at most 63 printable characters" },
	{ "database history.db",
		"f:1: database: 'history.db' is neither postgresql://... nor a path that begins with /" },
	{ "database /a\ndatabase /b", "f:2: database: line 1 has set it already, keep one of them" },
	{ "keep 23h", "f:1: keep: '23h' is neither a time of a day or more, such as 90d, nor all" },
	{ "keep 40000d", "f:1: keep: '40000d' is neither a time of a day or more, such as 90d, nor all" },
	{ "keep 90", "f:1: keep: '90' is neither a time of a day or more, such as 90d, nor all" },
	{ "max-size 15M", "f:1: max-size: '15M' is neither a size of 16M or more, such as 1G, nor none" },
	{ "max-size 1000000000T",
		"f:1: max-size: '1000000000T' is neither a size of 16M or more, such as 1G, nor none" },
	{ "max-size 1GB", "f:1: max-size: '1GB' is neither a size of 16M or more, such as 1G, nor none" },
	{ "mmdb GeoLite2", "f:1: mmdb: 'GeoLite2' is not a path that begins with /, of less than 256 bytes" },
	{ "kep 90d", "f:1: unknown keyword 'kep', did you mean 'keep'?" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		static struct history_config c;
		char why[512] = "";

		assert_int_equal(history_config_parse("f", refused[i].text, strlen(refused[i].text), &c, why,
					 sizeof(why)),
			-1);
		assert_string_equal(why, refused[i].why);
	}
}

static void takes(void **state)
{
	static const char text[] = "source /run/a web1\nsource - \nkeep all\nmax-size 2T\nfull-address yes\n"
				   "database postgresql://u@h/d?x=1 # c\nhost me\nmmdb /a.mmdb\nuser root\n";
	static struct history_config c;
	char why[512];

	(void)state;
	assert_int_equal(history_config_parse("f", text, strlen(text), &c, why, sizeof(why)), 0);
	assert_int_equal(c.source_count, 2);
	assert_string_equal(c.sources[0].host, "web1");
	assert_string_equal(c.sources[1].host, "me");
	assert_string_equal(c.sources[1].path, "-");
	assert_true(c.keep_ms == 0 && c.max_bytes == INT64_C(2) << 40 && c.is_full);
	assert_string_equal(c.database, "postgresql://u@h/d?x=1");
	assert_string_equal(c.user, "root");
}

static void has_defaults(void **state)
{
	static struct history_config c;
	char why[512];

	(void)state;
	assert_int_equal(history_config_parse("f", "", 0, &c, why, sizeof(why)), 0);
	assert_int_equal(c.source_count, 1);
	assert_string_equal(c.sources[0].path, "/run/uturn/control");
	assert_string_equal(c.database, "/var/lib/uturn-history/history.db");
	assert_true(c.keep_ms == 90 * INT64_C(86400000) && c.max_bytes == 1 << 30 && !c.is_full && *c.host);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(refuses), cmocka_unit_test(takes),
		cmocka_unit_test(has_defaults) };

	return cmocka_run_group_tests_name("history_config", tests, NULL, NULL);
}
