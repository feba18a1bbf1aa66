/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of the host's that change a TTL: found where packets of ours or probes pass, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ttl_rules.h"

struct row {
	int family;
	unsigned found;
	const char *text, *says;
};

static void check(const struct row *r, uint32_t mark, unsigned (*find)(const struct ttl_search *, const char *))
{
	char *said = NULL;
	size_t size;
	FILE *out = open_memstream(&said, &size);
	const struct ttl_search s = { .family = r->family, .mark = mark, .out = out };
	unsigned found = find(&s, r->text);

	fclose(out);
	if (found != r->found || (r->says && !strstr(said, r->says)))
		fail_msg("%s: %u found: %s", r->text, found, said);
	free(said);
}

static void finds_rules_of_iptables(void **state)
{
	static const struct row rows[] = {
		{ 4, 1, "*mangle\n-A POSTROUTING -o eth0 -j TTL --ttl-set 65\nCOMMIT\n",
			"uturn-rules: IPv4: \"-A POSTROUTING -o eth0 -j TTL --ttl-set 65\", from POSTROUTING, changes the TTL of"
			" return probes: they do not expire where they should (leave out those of uturnd: -m mark ! --mark 0x54)\n" },
		{ 6, 1, "*mangle\n-A OUTPUT -j HL --hl-inc 1\n", "IPv6: \"-A OUTPUT -j HL --hl-inc 1\", from OUTPUT" },
		{ 4, 1, "*mangle\n-A PREROUTING -i wan -j TTL --ttl-set 64\n",
			"changes the TTL of probes before uturnd sees it" },
		/* through chains of the host's own, however often */
		{ 4, 2, "*mangle\n:a - [0:0]\n-A OUTPUT -p udp -j a\n-A POSTROUTING -g a\n-A a -j TTL --ttl-dec 1\n",
			"from POSTROUTING" },
		{ 4, 1,
			"*mangle\n:a - [0:0]\n:b - [0:0]\n-A OUTPUT -p tcp -j b\n-A OUTPUT -p udp -j a\n-A OUTPUT -j a\n"
			"-A a -j b\n-A b -j TTL --ttl-dec 1\n",
			"\"-A b -j TTL --ttl-dec 1\", from OUTPUT," },
		{ 4, 0, "*mangle\n:a - [0:0]\n-A FORWARD -j a\n-A INPUT -j a\n-A a -j TTL --ttl-set 1\n", NULL },
		{ 4, 0, "*mangle\n:a - [0:0]\n-A OUTPUT -j a\n-A a -j a\n", NULL },
		{ 4, 0, "*mangle\n-A OUTPUT -j a\n*raw\n:a - [0:0]\n-A a -j TTL --ttl-set 9\n", NULL },
		/* left out by the mark, or not for them */
		{ 4, 0, "*mangle\n-A POSTROUTING -m mark ! --mark 0x54 -j TTL --ttl-set 65\n", NULL },
		{ 4, 1, "*mangle\n-A POSTROUTING -m mark ! --mark 0x55 -j TTL --ttl-set 65\n", NULL },
		{ 4, 0, "*mangle\n-A POSTROUTING -m mark ! --mark 0x54 -j a\n:a - [0:0]\n-A a -j TTL --ttl-set 65\n",
			NULL },
		{ 4, 0, "*mangle\n-A POSTROUTING -m mark --mark 0x54 -j RETURN\n-A POSTROUTING -j TTL --ttl-set 65\n",
			NULL },
		{ 4, 1, "*mangle\n-A POSTROUTING -j TTL --ttl-set 65\n-A POSTROUTING -m mark --mark 0x54 -j ACCEPT\n",
			NULL },
		{ 4, 1, "*mangle\n-A POSTROUTING -p tcp -m mark --mark 0x54 -j RETURN\n-A POSTROUTING -j TTL --ttl-set 65\n",
			NULL },
		{ 4, 0, "*mangle\n-A POSTROUTING -o lo -j TTL --ttl-set 65\n", NULL },
		{ 4, 0, "*mangle\n-A PREROUTING -m addrtype ! --dst-type LOCAL -j TTL --ttl-inc 1\n", NULL },
		/* not this table, nor this family's target */
		{ 4, 0, "*filter\n-A OUTPUT -j TTL --ttl-set 65\nCOMMIT\n*mangle\n-A OUTPUT -j ACCEPT\n", NULL },
		{ 4, 0, "*mangle\n-A OUTPUT -m ttl --ttl-lt 3 -j DROP\n-A OUTPUT -m comment --comment \"TTL\" -j MARK --set-xmark 1\n",
			NULL },
		{ 6, 0, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], 0x54, ttl_rules_of_iptables);
}

#define CHAIN(hook, rule) \
	"table inet t {\n\tchain c {\n\t\ttype filter hook " hook " priority mangle; policy accept;\n\t\t" rule \
	"\n\t}\n}\n"

static void finds_rules_of_nftables(void **state)
{
	static const struct row rows[] = {
		{ 4, 1, CHAIN("postrouting", "oifname \"eth0\" ip ttl set 65"),
			"IPv4: \"oifname \"eth0\" ip ttl set 65\", from postrouting" },
		{ 6, 1, CHAIN("output", "ip6 hoplimit set 64"),
			"return probes: they do not expire where they should"
			" (leave out those of uturnd: meta mark != 0x54)\n" },
		{ 4, 1, CHAIN("prerouting", "ip ttl set 64"),
			"probes before uturnd sees it: hops are missing or shown twice"
			" (leave out packets to this host: fib daddr type != local)\n" },
		{ 6, 0, CHAIN("postrouting", "ip ttl set 65"), NULL },
		{ 4, 0, CHAIN("postrouting", "meta mark != 0x00000054 ip ttl set 65"), NULL },
		{ 4, 1, CHAIN("postrouting", "meta mark != 0x00000055 ip ttl set 65"), NULL },
		{ 4, 1, CHAIN("prerouting", "meta mark != 0x00000054 ip ttl set 65"), NULL },
		/* in front of it, those of uturnd leave the chain; only that one */
		{ 4, 0, CHAIN("output", "meta mark 0x00000054 accept\n\t\tip ttl set 65"), NULL },
		{ 4, 0, CHAIN("output", "meta mark 0x00000054 counter packets 7 bytes 900 return\n\t\tip ttl set 65"),
			NULL },
		{ 4, 1, CHAIN("output", "ip ttl set 65\n\t\tmeta mark 0x00000054 accept"), NULL },
		{ 4, 1, CHAIN("output", "meta mark 0x00000055 accept\n\t\tip ttl set 65"), NULL },
		{ 4, 1, CHAIN("output", "meta mark 0x00000054 counter packets 7 bytes 900\n\t\tip ttl set 65"), NULL },
		{ 4, 1, CHAIN("output", "tcp dport 1 meta mark 0x00000054 accept\n\t\tip ttl set 65"), NULL },
		{ 4, 1, CHAIN("output", "meta mark 0x00000054 accept") CHAIN("postrouting", "ip ttl set 65"), NULL },
		/* not for probes, or not for what goes to another host */
		{ 4, 0, CHAIN("prerouting", "fib daddr type != local ip ttl set 65"), NULL },
		{ 4, 0, CHAIN("prerouting", "iifname \"lo\" ip ttl set 65"), NULL },
		{ 4, 1, CHAIN("prerouting", "iifname != \"lo\" ip ttl set 65"), NULL },
		{ 6, 0, CHAIN("output", "oifname \"lo\" ip6 hoplimit set 65"), NULL },
		{ 6, 0, CHAIN("postrouting", "oif \"lo\" ip6 hoplimit set 65"), NULL },
		{ 4, 1, CHAIN("output", "fib daddr type != local ip ttl set 65"), NULL },
		{ 4, 0, CHAIN("forward", "ip ttl set 65"), NULL },
		{ 4, 0, CHAIN("output", "ip ttl 1 drop") "table ip u {\n\tchain other {\n\t\tip ttl set 9\n\t}\n}\n",
			NULL },
		{ 4, 0, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], 0x54, ttl_rules_of_nft);
}

/* Nothing can be left out by a mark that there is none of; a rule of the other backend is named as such. */
static void says_where_and_what_to_do(void **state)
{
	static const struct row without_mark[] = {
		{ 4, 1, "*mangle\n-A POSTROUTING -j TTL --ttl-set 65\n",
			"uturn-rules: IPv4: \"-A POSTROUTING -j TTL --ttl-set 65\", from POSTROUTING, changes the TTL of"
			" return probes: they do not expire where they should\n" },
		{ 4, 1, "*mangle\n-A OUTPUT -m mark --mark 0x0 -j ACCEPT\n-A OUTPUT -m mark ! --mark 0x0 -j TTL --ttl-set 65\n",
			"where they should\n" },
	}, nft = { 4, 1, CHAIN("output", "meta mark 0x00000000 accept\n\t\tip ttl set 65"), "where they should\n" };
	char said[256] = "";
	FILE *out = fmemopen(said, sizeof(said), "w");
	const struct ttl_search s = { .family = 4, .mark = 0x54, .tool = "iptables-legacy", .out = out };

	(void)state;
	for (size_t i = 0; i < sizeof(without_mark) / sizeof(without_mark[0]); i++)
		check(&without_mark[i], 0, ttl_rules_of_iptables);
	check(&nft, 0, ttl_rules_of_nft);
	assert_int_equal(ttl_rules_of_iptables(&s, "*mangle\n-A OUTPUT -j TTL --ttl-set 65\n"), 1);
	fclose(out);
	assert_non_null(strstr(said, "\", from OUTPUT of iptables-legacy, changes the TTL of return probes"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_rules_of_iptables),
		cmocka_unit_test(finds_rules_of_nftables),
		cmocka_unit_test(says_where_and_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
