/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ipset says of a set of others: whose addresses it holds, or why it cannot be matched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "rules/deny_sets.h"
#include "rules/plan.h"

static void finds_the_family(void **state)
{
	static const struct {
		const char *text;
		int family;
	} rows[] = {
		{ "Name: f2b-sshd\nType: hash:ip\nRevision: 6\nHeader: family inet hashsize 1024 maxelem 65536 timeout 600\n",
			4 },
		{ "Name: f2b-sshd6\nType: hash:ip\nRevision: 6\nHeader: family inet6 hashsize 1024 maxelem 65536\n",
			6 },
		{ "Name: b\nType: hash:net\nHeader: family inet6 hashsize 1024\nMembers:\n", 6 },
		{ "Name: family inet6\nType: hash:net\nHeader: family inet hashsize 1024\n", 4 },
		{ "Name: b\nType: bitmap:ip\nHeader: range 192.0.2.0-192.0.2.255\n", 4 },
		{ "Name: b\nType: list:set\nHeader: size 8\n", 0 },
	};
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_deny set = { "b", 9 };

		assert_int_equal(deny_sets_parse(&set, rows[i].text, why, sizeof(why)), 0);
		assert_int_equal(set.family, rows[i].family);
	}
}

static void names_a_type_that_does_not_match_a_source(void **state)
{
	static const char *const types[] = { "hash:ip,port", "hash:net,iface", "hash:mac", "bitmap:port",
		"hash:ip,mark", "" };
	char text[128], why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct plan_deny set = { "b", 0 };

		snprintf(text, sizeof(text), "Name: b\nType: %s\nHeader: family inet hashsize 1024\n", types[i]);
		assert_int_equal(deny_sets_parse(&set, text, why, sizeof(why)), -1);
		snprintf(text, sizeof(text), "an ipset of type %s, whose entries are not just addresses", types[i]);
		assert_memory_equal(why, text, strlen(text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_family),
		cmocka_unit_test(names_a_type_that_does_not_match_a_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
