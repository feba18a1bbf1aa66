/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "common/text.h"

static void reads_and_writes_addresses(void **state)
{
	static const struct {
		const char *text, *canonical; /* NULL: no address */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" }, /* RFC 5952 4.2.3: the first of two */
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" }, /* 4.2.2: not for one group */
		{ "::", "::" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.01", NULL }, /* is it octal? nobody knows */
		{ " 192.0.2.1", NULL },
		{ "192.0.2.1 ", NULL },
		{ "fe80::1%eth0", NULL },
		{ "1::2::3", NULL },
		{ "localhost", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = { .family = 99 };
		char text[ADDR_TEXT_SIZE];

		if (addr_parse(rows[i].text, &a) != (rows[i].canonical != NULL))
			fail_msg("'%s'", rows[i].text);
		if (rows[i].canonical)
			assert_string_equal(addr_text(&a, text), rows[i].canonical);
		else
			assert_int_equal(a.family, 99);
	}
}

static void writes_no_address_as_a_dash(void **state)
{
	static const struct addr none = { 0 };
	char text[ADDR_TEXT_SIZE];

	(void)state;
	assert_string_equal(addr_text(&none, text), "-");
}

static void reads_prefixes(void **state)
{
	static const struct {
		const char *text, *addr; /* NULL: no prefix */
		uint8_t length;
	} rows[] = {
		{ "10.0.0.0/8", "10.0.0.0", 8 },
		{ "10.255.255.255/8", "10.0.0.0", 8 },
		{ "10.255.255.255/9", "10.128.0.0", 9 },
		{ "10.255.255.255/0", "0.0.0.0", 0 },
		{ "192.0.2.7", "192.0.2.7", 32 },
		{ "192.0.2.7/32", "192.0.2.7", 32 },
		{ "192.0.2.7/033", NULL, 0 },
		{ "192.0.2.7/032", "192.0.2.7", 32 },
		{ "2001:db8::ffff", "2001:db8::ffff", 128 },
		{ "2001:db8::ffff/127", "2001:db8::fffe", 127 },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/65", "ffff:ffff:ffff:ffff:8000::", 65 },
		{ "192.0.2.7/33", NULL, 0 },
		{ "2001:db8::/129", NULL, 0 },
		{ "192.0.2.7/", NULL, 0 },
		{ "192.0.2.7/-1", NULL, 0 },
		{ "192.0.2.7/+1", NULL, 0 },
		{ "192.0.2.7/8x", NULL, 0 },
		{ "192.0.2.7/8/8", NULL, 0 },
		{ "192.0.2.7/0000", NULL, 0 },
		{ "192.0.2.7/4294967296", NULL, 0 },
		{ "/8", NULL, 0 },
		{ "", NULL, 0 },
		{ "10.0.0.0/255.0.0.0", NULL, 0 },
		{ "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111/8", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prefix p = { .length = 199 };
		struct addr expected;

		if (prefix_parse(rows[i].text, &p) != (rows[i].addr != NULL))
			fail_msg("'%s'", rows[i].text);
		assert_int_equal(p.length, rows[i].addr ? rows[i].length : 199);
		if (rows[i].addr) {
			assert_true(addr_parse(rows[i].addr, &expected));
			assert_memory_equal(&p.addr, &expected, sizeof(expected));
		}
	}
}

static void reads_addresses_with_ports(void **state)
{
	static const struct {
		const char *text, *addr; /* NULL: none */
		uint16_t port;
	} rows[] = {
		{ "192.0.2.1:80", "192.0.2.1", 80 },
		{ "192.0.2.1:65535", "192.0.2.1", 65535 },
		{ "192.0.2.1:00080", "192.0.2.1", 80 },
		{ "[2001:db8::1]:1", "2001:db8::1", 1 },
		{ "[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1", 1 },
		{ "192.0.2.1:0", NULL, 0 },
		{ "192.0.2.1:65536", NULL, 0 },
		{ "192.0.2.1:000080", NULL, 0 },
		{ "192.0.2.1:-1", NULL, 0 },
		{ "192.0.2.1:80 ", NULL, 0 },
		{ "192.0.2.1:", NULL, 0 },
		{ "192.0.2.1", NULL, 0 },
		{ ":80", NULL, 0 },
		{ "", NULL, 0 },
		{ "[192.0.2.1]:80", NULL, 0 },
		{ "2001:db8::1:80", NULL, 0 },
		{ "[2001:db8::1:80", NULL, 0 },
		{ "[2001:db8::1]", NULL, 0 },
		{ "[]:80", NULL, 0 },
		{ "[:80", NULL, 0 },
		{ "[2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0001]:80", NULL, 0 },
	};
	char text[ADDR_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = { 0 };
		uint16_t port = 0;

		if (addr_port_parse(rows[i].text, &a, &port) != (rows[i].addr != NULL))
			fail_msg("%s", rows[i].text);
		assert_string_equal(addr_text(&a, text), rows[i].addr ? rows[i].addr : "-");
		assert_int_equal(port, rows[i].port);
	}
}

static void finds_the_word_that_was_meant(void **state)
{
	static const char *const words[] = { "queue", "max-ttl", "turn", "keep", "on", "off", "answer-from" };
	static const struct {
		const char *text, *nearest;
	} rows[] = {
		{ "queue", "queue" },
		{ "queu", "queue" },
		{ "qeuue", "queue" }, /* two neighbours swapped are one mistake */
		{ "quueeu", "queue" },
		{ "maxttl", "max-ttl" },
		{ "max_ttl", "max-ttl" },
		{ "tunr", "turn" },
		{ "kepe", "keep" },
		{ "of", "off" },
		{ "ofn", "on" }, /* of equals, the first */
		{ "aswer-form", "answer-from" },
		{ "answerfrom", "answer-from" },
		{ "kxxp", NULL },
		{ "", NULL },
		{ "x", NULL },
		{ "completely-different", NULL },
		{ "a word that is longer than any keyword could ever become", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = text_nearest(rows[i].text, words, sizeof(words) / sizeof(words[0]));

		if (!got != !rows[i].nearest || (got && strcmp(got, rows[i].nearest) != 0))
			fail_msg("'%s' is near '%s'", rows[i].text, got ? got : "nothing");
	}
	assert_null(text_nearest("queue", words, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_addresses),
		cmocka_unit_test(writes_no_address_as_a_dash),
		cmocka_unit_test(reads_prefixes),
		cmocka_unit_test(reads_addresses_with_ports),
		cmocka_unit_test(finds_the_word_that_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
