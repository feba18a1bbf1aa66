/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of ports: what is read, and what a rule says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ports.h"

static void written(const struct ports *p, char *out, size_t size)
{
	FILE *f = fmemopen(out, size, "w");

	assert_non_null(f);
	for (unsigned next = 0; next < p->count;) {
		next = ports_write(p, next, f);
		fputs(next < p->count ? " | " : "", f);
	}
	fclose(f);
}

static void adds_ports(void **state)
{
	static const struct {
		const char *list, *udp, *tcp, *why;
	} rows[] = {
		{ "443", "443", "443", NULL },
		{ "udp:5000-5010,tcp:8080,443", "443,5000:5010", "443,8080", NULL },
		{ "udp:5:9,udp:7-20", "5:20", "", NULL },
		{ "udp:9,udp:9,udp:0,udp:65535", "0,9,65535", "", NULL },
		{ "udp:1,udp:3,udp:5,udp:7,udp:9,udp:11,udp:13,udp:15,udp:17,udp:19,udp:21,udp:23,udp:25,udp:27-28,udp:40",
			"1,3,5,7,9,11,13,15,17,19,21,23,25,27:28 | 40", "", NULL },
		{ "", "", "", "'' is not PORT" },
		{ "65536", "", "", "'65536' is not PORT" },
		{ "9-5", "", "", "'9-5' is not PORT" },
		{ "sctp:5", "", "", "'sctp:5' is not PORT" },
		{ "5,", "", "", "'' is not PORT" },
		{ "99999999999999999999999999999999999999999999", "", "", "is not PORT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ports udp = { .count = 0 }, tcp = { .count = 0 };
		char text[512] = "", why[128] = "";

		if (ports_parse(rows[i].list, &udp, &tcp, why, sizeof(why))) {
			if (!rows[i].why || !strstr(why, rows[i].why))
				fail_msg("%s: %s", rows[i].list, why);
			continue;
		}
		assert_null(rows[i].why);
		written(&udp, text, sizeof(text));
		assert_string_equal(text, rows[i].udp);
		text[0] = '\0';
		written(&tcp, text, sizeof(text));
		assert_string_equal(text, rows[i].tcp);
	}
}

static void refuses_more_ports_than_fit(void **state)
{
	struct ports udp = { .count = 0 }, tcp = { .count = 0 };
	char item[16], why[128];

	(void)state;
	for (unsigned i = 0; i < PORTS_MAX; i++) {
		snprintf(item, sizeof(item), "udp:%u", i * 2);
		assert_int_equal(ports_parse(item, &udp, &tcp, why, sizeof(why)), 0);
	}
	assert_int_equal(ports_parse("udp:4", &udp, &tcp, why, sizeof(why)), 0); /* is there already */
	assert_int_equal(ports_parse("udp:9001", &udp, &tcp, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "more than"));
}

static void finds_the_longest_range_without_any(void **state)
{
	static const struct {
		const char *list;
		unsigned first, last; /* 0: there is none */
	} rows[] = {
		{ "53", 1024, 65535 },
		{ "1024", 1025, 65535 },
		{ "8472,520", 8473, 65535 },
		{ "1000-1030,40000", 1031, 39999 },
		{ "40000-65535,8472", 8473, 39999 },
		{ "1024-65535", 0, 0 },
		{ "1025-65535", 0, 0 },
		{ "1024-65533", 65534, 65535 },
		{ "0-1100,1102-65535", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ports udp = { .count = 0 }, tcp = { .count = 0 };
		struct port_range found = { 0, 0 };
		char why[128];

		assert_int_equal(ports_parse(rows[i].list, &udp, &tcp, why, sizeof(why)), 0);
		assert_int_equal(ports_free(&udp, &found), rows[i].last > 0);
		assert_int_equal(found.first, rows[i].first);
		assert_int_equal(found.last, rows[i].last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_ports),
		cmocka_unit_test(refuses_more_ports_than_fit),
		cmocka_unit_test(finds_the_longest_range_without_any),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
