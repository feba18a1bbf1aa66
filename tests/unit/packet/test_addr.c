/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "common/text.h"
#include "packet/addr.h"

static struct addr parsed(const char *text)
{
	struct addr a = { 0 };

	if (!addr_parse(text, &a))
		fail_msg("%s is no address", text);
	return a;
}

static void takes_bytes_from_the_wire(void **state)
{
	static const uint8_t wire[16] = { 192, 0, 2, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 9 };
	struct addr a4 = addr_from(4, wire), a6 = addr_from(6, wire);
	struct addr expected = parsed("192.0.2.1");

	(void)state;
	assert_int_equal(addr_size(&a4), 4);
	assert_int_equal(addr_size(&a6), 16);
	assert_memory_equal(&a4, &expected, sizeof(a4)); /* nothing of the other twelve bytes */
	assert_memory_equal(a6.bytes, wire, 16);
}

static void compares_family_and_bytes(void **state)
{
	struct addr a4 = parsed("32.1.13.184"), a6 = parsed("2001:db8::"), same = parsed("32.1.13.184");

	(void)state;
	assert_true(addr_equal(&a4, &same));
	assert_false(addr_equal(&a4, &a6)); /* the first four bytes are the same */
	a6.family = 4;
	assert_true(addr_equal(&a4, &a6));
	same.bytes[3]++;
	assert_false(addr_equal(&a4, &same));
}

static void contains_to_the_bit(void **state)
{
	static const struct {
		const char *prefix, *addr;
		bool is_in;
	} rows[] = {
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::", false },
		{ "::/0", "ffff::1", true },
		{ "::/0", "1.2.3.4", false },
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "128.0.0.0/1", "127.255.255.255", false },
		{ "128.0.0.0/1", "128.0.0.0", true },
		{ "192.0.2.1/32", "192.0.2.1", true },
		{ "192.0.2.1/32", "192.0.2.0", false },
		{ "192.0.2.0/31", "192.0.2.1", true },
		{ "192.0.2.0/31", "192.0.2.2", false },
		{ "2001:db8::/33", "2001:db8:7fff::", true },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "2001:db8::1/128", "2001:db8::1", true },
		{ "2001:db8::1/128", "2001:db8::", false },
		{ "2001:db8::/127", "2001:db8::1", true },
		{ "2001:db8::/127", "2001:db8::2", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = parsed(rows[i].addr);
		struct prefix p = { 0 };

		assert_true(prefix_parse(rows[i].prefix, &p));
		if (prefix_contains(&p, &a) != rows[i].is_in)
			fail_msg("%s in %s", rows[i].addr, rows[i].prefix);
	}
}

static void groups_probers(void **state)
{
	static const struct {
		const char *prober, *prefix;
	} rows[] = {
		{ "192.0.2.77", "192.0.2.77/32" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = parsed(rows[i].prober);
		struct prefix expected, got = prefix_of_prober(&a);

		assert_true(prefix_parse(rows[i].prefix, &expected));
		assert_memory_equal(&got, &expected, sizeof(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_bytes_from_the_wire),
		cmocka_unit_test(compares_family_and_bytes),
		cmocka_unit_test(contains_to_the_bit),
		cmocka_unit_test(groups_probers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
