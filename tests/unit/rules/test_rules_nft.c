/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as a table of nftables, the lines it is compared by, and the counters that libnftables shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/cli.h"
#include "rules/cli_parse.h"
#include "rules/nft_plan.h"
#include "rules/nft_status.h"
#include "rules/nftables.h"

static struct ruleset lines_of(const struct nft_plan *n)
{
	struct ruleset r;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	nft_plan_write(n, out);
	fclose(out);
	assert_int_equal(nftables_lines(&r, text), 0);
	free(text);
	return r;
}

static bool has_rule(const struct ruleset *r, const char *line)
{
	const struct table *t = &r->table[RULESET_MANGLE];

	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->line[i], line) == 0)
			return true;
	return false;
}

static void writes_what_iptables_would_do(void **state)
{
	static const char *const lines[] = {
		"chain input",
		"input: type filter hook input priority mangle; policy accept;",
		"input: ip ttl < 33 counter name \"ipv4_entered\" jump ipv4",
		"input: ip6 hoplimit < 33 counter name \"ipv6_entered\" jump ipv6",
		"output: meta mark 0x00000054 jump sent",
		"ipv4: fib daddr type != local return",
		"ipv4: ip saddr @ipv4_denied counter name \"ipv4_denied\" return",
		"ipv6: meta l4proto vmap { tcp : goto ipv6_tcp, udp : goto ipv6_udp, ipv6-icmp : goto ipv6_icmp }",
		"ipv4_tcp: tcp dport { 179, 639, 646, 711 } return",
		"ipv4_seen31: ip saddr @ipv4_hop25 goto ipv4_ttl",
		"ipv4_ttl: update @ipv4_sources { ip saddr limit rate 200/second burst 200 packets } goto ipv4_ttl_total",
		"ipv6_ttl_busy: update @ipv6_networks { ip6 saddr & ffff:ffff:ffff:: limit rate 40/second burst 128 packets } goto ipv6_hops",
		"ipv6_hops9: update @ipv6_hop9 { ip6 saddr & ffff:ffff:ffff:ffff:: }",
		"ipv4_queue: queue flags bypass to 5",
	};
	struct plan plan;
	struct nft_plan n = { .plan = &plan, .has4 = true, .has6 = true };
	struct ruleset r;

	(void)state;
	plan_default(&plan);
	r = lines_of(&n);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!has_rule(&r, lines[i]))
			fail_msg("missing: %s", lines[i]);
	ruleset_done(&r);
	plan.queue_last = 8;
	n.has6 = false;
	r = lines_of(&n);
	assert_true(has_rule(&r, "ipv4_queue: queue flags bypass to 5-8"));
	assert_false(has_rule(&r, "chain ipv6"));
	assert_false(has_rule(&r, "chain reassembly"));
	ruleset_done(&r);
}

static void reads_lines(void **state)
{
	static const char text[] = "table inet uturn {\n\tset ipv6_hop1 {\n\t\ttype ipv6_addr\n\t}\n\n\tchain c {\n"
				   "\t\tip6 saddr & ffff:: == @ipv6_hop1 return\n\t}\n}\n";
	static const char *const lines[] = { "set ipv6_hop1", "ipv6_hop1: type ipv6_addr", "chain c",
		"c: ip6 saddr & ffff:: @ipv6_hop1 return" };
	struct ruleset r;

	(void)state;
	assert_int_equal(nftables_lines(&r, text), 0);
	assert_int_equal(ruleset_count(&r), 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(r.table[RULESET_MANGLE].line[i], lines[i]);
	ruleset_done(&r);
	assert_int_equal(nftables_lines(&r, ""), 0);
	assert_int_equal(ruleset_count(&r), 0);
	ruleset_done(&r);
}

static void reads_counters(void **state)
{
	static const char counters[] =
		"{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
		"{\"counter\": {\"name\": \"ipv4_entered\", \"packets\": 9, \"bytes\": 1}},"
		"{\"counter\": {\"name\": \"ipv6_entered\", \"packets\": 7, \"bytes\": 1}},"
		"{\"counter\": {\"name\": \"ipv4_hop3\", \"packets\": 4294967296, \"bytes\": 1}},"
		"{\"counter\": {\"name\": \"ipv4_hop99\", \"packets\": 5}}, {\"counter\": {\"name\": \"ipv4_hop3x\", \"packets\": 5}},"
		"{\"counter\": {\"name\": \"ipv4_hop64\", \"packets\": 5}}, {\"counter\": {\"name\": 3}}, {\"counter\": 1}]}";
	static const char chain[] =
		"{\"nftables\": [{\"rule\": {\"expr\": [{\"counter\": null}]}},"
		"{\"rule\": {\"expr\": [{\"queue\": {\"num\": {\"range\": [5, 8]}, \"flags\": \"bypass\"}}]}}]}";
	struct counters c = { 0 };

	(void)state;
	assert_int_equal(nft_status_parse(4, counters, chain, &c), 0);
	assert_true(c.is_loaded);
	assert_int_equal(c.entered, 9);
	assert_int_equal(c.hops, 3);
	assert_int_equal(c.queued[3], 4294967296);
	assert_int_equal(c.queue_first, 5);
	assert_int_equal(c.queue_last, 8);
	assert_false(c.has_requests);
	assert_int_equal(nft_status_parse(4, counters, "{", &c), -EINVAL);
	assert_int_equal(nft_status_parse(4, "", "{}", &c), -EINVAL);
}

static void refuses_what_is_of_iptables(void **state)
{
	static const struct {
		const char *word, *option, *value, *why;
	} rows[] = {
		{ "apply", "--state", "ipset", "--state ipset" },
		{ "apply", "--deny-set", "banned", "ipv4_denied" },
		{ "print", "--shell", NULL, "nft -f -" },
		{ "remove", "-4", NULL, "one table" },
		{ "keep", NULL, NULL, "use apply" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *argv[] = { (char *)"uturn-rules", (char *)rows[i].word, (char *)"--backend", (char *)"nftables",
			(char *)rows[i].option, (char *)rows[i].value, NULL };
		int argc = 4 + (rows[i].option != NULL) + (rows[i].value != NULL);
		char why[512] = "";
		struct cli c;

		assert_int_equal(cli_parse(&c, argc, argv, why, sizeof(why)), CLI_WRONG);
		if (!strstr(why, rows[i].why))
			fail_msg("row %zu: %s", i, why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_iptables_would_do),
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(reads_counters),
		cmocka_unit_test(refuses_what_is_of_iptables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
