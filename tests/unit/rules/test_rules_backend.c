/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools of iptables say: the remedy for an error, and NAT beside the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rules/backend.h"
#include "rules/translated.h"

static void knows_remedies(void **state)
{
	static const struct {
		const char *error, *remedy;
	} rows[] = {
		{ "iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'",
			" (the kernel has no nat table: load iptable_nat, ip6table_nat for IPv6, or use --no-nat)" },
		{ "iptables-restore: unable to initialize table 'raw'",
			" (a kernel module is missing, see uturn-rules(8))" },
		{ "Cannot initialize: Table does not exist (do you need to insmod?)",
			" (a kernel module is missing, see uturn-rules(8))" },
		{ "line 3 failed", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(backend_remedy(rows[i].error), rows[i].remedy);
}

static void finds_nat_of_what_arrives(void **state)
{
	static const struct {
		bool found;
		const char *text;
	} rows[] = {
		{ true, "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j REDIRECT --to-ports 7\nCOMMIT\n" },
		{ true, "*nat\n-A PREROUTING -p tcp -j REDIRECT\nCOMMIT\n" },
		{ true, "*nat\n-A PREROUTING -p tcp -j REDIRECT" },
		{ true, "*raw\n*nat\n-A DOCKER -p tcp -j DNAT --to-destination 172.17.0.2:80\n" },
		{ true, "*nat\n-A PREROUTING -d 192.0.2.0/24 -j NETMAP --to 198.51.100.0/24\n" },
		/* what the host sends, sources, and targets with a name like that */
		{ false,
			"*nat\n-A OUTPUT -p tcp -j REDIRECT --to-ports 7\n-A OUTPUT -j DNAT --to-destination 192.0.2.1\n" },
		{ false, "*nat\n-A POSTROUTING -s 192.0.2.0/24 -j NETMAP --to 198.51.100.0/24\n" },
		{ false, "*nat\n-A POSTROUTING -j MASQUERADE\n-A PREROUTING -j REDIRECT2\n:x\n" },
		{ false, "*mangle\n-A PREROUTING -j DNAT\n" },
		{ false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (translated_in_iptables(rows[i].text) != rows[i].found)
			fail_msg("row %zu: %s", i, rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_remedies),
		cmocka_unit_test(finds_nat_of_what_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
