/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as a table of nftables, the lines it is compared by, one family out of it, and the counters that libnftables shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/cli.h"
#include "rules/cli_parse.h"
#include "rules/nft_lines.h"
#include "rules/nft_plan.h"
#include "rules/nft_remove.h"
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
	assert_int_equal(nft_lines_of_plan(&r, text), 0);
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

#define CANDIDATE4 \
	" iif != \"lo\" ip saddr != 169.254.0.0/16 fib daddr type local fib saddr type != { local, broadcast }"
#define CANDIDATE6 " iif != \"lo\" ip6 saddr != fe80::/10 fib daddr type local fib saddr type != local"

static void writes_what_iptables_would_do(void **state)
{
	static const char *const lines[] = {
		"chain input",
		"chain input type filter hook input priority -150 policy accept",
		"chain output type filter hook output priority -300 policy accept",
		"set ipv4_hop1 type ipv4_addr size 262144 timeout 30s flags timeout",
		"set ipv6_denied type ipv6_addr flags interval flags timeout",
		"limit ipv4_total rate over 20000/second burst 2000",
		"counter ipv6_hop32",
		"input: ip ttl < 33 counter name \"ipv4_entered\" jump ipv4",
		"input: ip6 hoplimit < 33 counter name \"ipv6_entered\" jump ipv6",
		"output: meta mark 0x00000054 jump sent",
		("ipv4: meta l4proto udp @th,0,32 & 0x80008000 == 0x80008000 ip saddr != @ipv4_denied" CANDIDATE4
		 " goto ipv4_datagram"),
		"ipv4: ip saddr @ipv4_denied goto ipv4_denied",
		("ipv4_denied:" CANDIDATE4 " counter name \"ipv4_denied\""),
		("ipv6:" CANDIDATE6
		 " meta l4proto vmap { tcp : goto ipv6_tcp, udp : goto ipv6_udp, ipv6-icmp : goto ipv6_icmp }"),
		"ipv4_tcp: tcp dport { 179, 639, 646, 711 } return",
		"ipv4_udp: udp sport 8473-65535 udp dport 8473-65535 goto ipv4_datagram",
		"ipv4_seen31: ip saddr @ipv4_hop25 goto ipv4_ttl31",
		"ipv4_limits: update @ipv4_sources { ip saddr limit rate 200/second burst 200 packets } goto ipv4_total",
		"ipv4_total: limit name \"ipv4_total\" goto ipv4_busy",
		"ipv6_busy: update @ipv6_networks { ip6 saddr & ffff:ffff:ffff:: limit rate 40/second burst 128 packets } return",
		"ipv4_later23: ip saddr @ipv4_hop25 goto ipv4_ttl",
		"ipv4_ttl9: jump ipv4_block9",
		"ipv6_block9: jump ipv6_limits",
		"ipv6_block9: update @ipv6_hop9 { ip6 saddr & ffff:ffff:ffff:ffff:: }",
		"ipv4_ttl32: counter name \"ipv4_hop32\" queue flags bypass to 5",
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
	plan.window_s = 3661;
	snprintf(plan.deny[0].name, sizeof(plan.deny[0].name), "banned");
	n.has6 = false;
	r = lines_of(&n);
	assert_true(has_rule(&r, "ipv4_ttl1: counter name \"ipv4_hop1\" queue flags bypass to 5-8"));
	assert_true(has_rule(&r, "set ipv4_hop9 type ipv4_addr size 262144 timeout 3661s flags timeout"));
	assert_true(has_rule(&r, "set ipv4_banned type ipv4_addr flags interval flags timeout"));
	assert_true(has_rule(&r, "ipv4: ip saddr @ipv4_banned goto ipv4_denied"));
	assert_true(has_rule(&r,
		"ipv4: meta l4proto udp @th,0,32 & 0x80008000 == 0x80008000 ip saddr != @ipv4_denied"
		" ip saddr != @ipv4_banned" CANDIDATE4 " goto ipv4_datagram"));
	assert_false(has_rule(&r, "chain ipv6"));
	assert_false(has_rule(&r, "chain reassembly"));
	ruleset_done(&r);
	n.has6 = true;
	plan.udp = plan.tcp = false; /* then fragments come one by one */
	r = lines_of(&n);
	assert_true(has_rule(&r,
		"ipv6: iif != \"lo\" ip6 saddr != fe80::/10 exthdr frag missing fib daddr type local"
		" fib saddr type != local meta l4proto vmap { ipv6-icmp : goto ipv6_icmp }"));
	assert_false(has_rule(&r, "chain reassembly"));
	ruleset_done(&r);
}

/* No mask of bits tells high ports where one of them is excluded. */
static void leaves_out_excluded_high_ports(void **state)
{
	static const struct {
		const char *ports;
		bool has_rule;
	} rows[] = { { "udp:32767", true }, { "udp:32768", false }, { "udp:65535", false }, { "tcp:40000", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan plan;
		struct nft_plan n = { .plan = &plan, .has4 = true };
		struct ruleset r;
		char why[128];

		plan_default(&plan);
		assert_int_equal(ports_parse(rows[i].ports, &plan.exclude_udp, &plan.exclude_tcp, why, sizeof(why)), 0);
		r = lines_of(&n);
		if (has_rule(&r,
			    "ipv4: meta l4proto udp @th,0,32 & 0x80008000 == 0x80008000 ip saddr != @ipv4_denied" CANDIDATE4
			    " goto ipv4_datagram") != rows[i].has_rule)
			fail_msg("%s", rows[i].ports);
		ruleset_done(&r);
	}
}

/* The plan of a small table, and what nft shows of it: in another order, and a flag alone as some releases have it. */
static const char small[] =
	"table inet uturn {\n\tcounter ipv4_entered {\n\t}\n\n\tset ipv4_denied {\n\t\ttype ipv4_addr\n"
	"\t\tflags interval\n\t}\n\n\tchain input {\n\t\ttype filter hook input priority mangle; "
	"policy accept;\n\t\tip ttl < 3 jump ipv4\n\t\tdrop\n\t}\n}\n";
#define SMALL_BEGIN \
	"{\"nftables\": [{\"metainfo\": {\"version\": \"9\"}}, {\"table\": {\"name\": \"uturn\"}}," \
	"{\"chain\": {\"name\": \"input\", \"type\": \"filter\", \"hook\": \"input\", \"prio\": -150, \"policy\": \"accept\"}},"
#define SMALL_SET \
	"{\"set\": {\"name\": \"ipv4_denied\", \"type\": \"ipv4_addr\", \"flags\": \"interval\"}}," \
	"{\"counter\": {\"name\": \"ipv4_entered\", \"packets\": 7}},"

/* The comment of a rule of the marked text, behind it. */
static void id_of(const char *marked, const char *rule, char id[9])
{
	const char *at = strstr(marked, rule);

	assert_non_null(at);
	assert_int_equal(sscanf(at + strlen(rule), " comment \"%8[0-9a-f]\"\n", id), 1);
}

static char *marked_text(const char *text)
{
	char *marked = NULL;
	size_t size;
	FILE *out = open_memstream(&marked, &size);

	assert_non_null(out);
	nft_lines_mark(text, out);
	fclose(out);
	return marked;
}

static char *listed(const char *first, const char *second, const char *more)
{
	char *text = NULL;

	assert_true(
		asprintf(&text,
			SMALL_BEGIN
			"{\"rule\": {\"chain\": \"input\", \"handle\": 4, \"comment\": \"%s\", \"expr\": [1]}}," SMALL_SET
			"{\"rule\": {\"chain\": \"input\", \"handle\": 5, \"comment\": \"%s\", \"expr\": [{\"drop\": null}]}}%s]}",
			first, second, more) > 0);
	return text;
}

static void knows_rules_by_their_comments(void **state)
{
	static const struct {
		bool is_swapped, is_equal;
		const char *more, *line;
	} rows[] = {
		{ false, true, "", "input: ip ttl < 3 jump ipv4" },
		{ true, false, "", "input: drop" },
		{ false, false, ",{\"rule\": {\"chain\": \"input\", \"handle\": 9, \"expr\": [{\"accept\": null}]}}",
			"input: handle 9: [{\"accept\":null}]" },
		{ false, false, ",{\"chain\": {\"name\": \"more\"}}", "chain more" },
		{ false, false, ",{\"map\": {\"name\": \"m\"}}", "map m" },
		{ false, false,
			",{\"set\": {\"name\": \"s\", \"type\": \"ipv4_addr\", \"flags\": [\"timeout\"], \"timeout\": 5}}",
			"set s type ipv4_addr timeout 5s flags timeout" },
		{ false, false, ",{\"set\": 3},{\"rule\": []}, 4", "set ? type ?" },
		{ false, false, ",{\"table\": {\"name\": \"uturn\", \"flags\": \"dormant\"}}", "flags dormant" },
	};
	char *marked = marked_text(small), jump[9], drop[9];
	struct ruleset want;

	(void)state;
	id_of(marked, "ip ttl < 3 jump ipv4", jump);
	id_of(marked, "drop", drop);
	assert_null(strstr(marked, "accept; comment"));
	assert_null(strstr(marked, "ipv4_addr comment"));
	assert_int_equal(nft_lines_of_plan(&want, small), 0);
	assert_int_equal(ruleset_count(&want), 6);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *json = listed(rows[i].is_swapped ? drop : jump, rows[i].is_swapped ? jump : drop, rows[i].more);
		struct ruleset live;

		assert_int_equal(nft_lines_of_json(&live, &want, json), 0);
		if (ruleset_equal(&want, &live) != rows[i].is_equal || !has_rule(&live, rows[i].line))
			fail_msg("row %zu: %s", i, rows[i].line);
		ruleset_done(&live);
		free(json);
	}
	ruleset_done(&want);
	free(marked);
}

static void reads_nothing(void **state)
{
	struct ruleset r, none = { 0 };

	(void)state;
	assert_int_equal(nft_lines_of_plan(&r, ""), 0);
	assert_int_equal(ruleset_count(&r), 0);
	ruleset_done(&r);
	assert_int_equal(nft_lines_of_json(&r, &none, "{}"), 0);
	assert_int_equal(ruleset_count(&r), 0);
	ruleset_done(&r);
	assert_int_equal(nft_lines_of_json(&r, &none, "{"), -EINVAL);
}

static void takes_one_family_away(void **state)
{
	static const char both[] =
		"{\"nftables\": [{\"chain\": {\"name\": \"input\"}}, {\"chain\": {\"name\": \"sent\"}},"
		"{\"chain\": {\"name\": \"ipv4\"}}, {\"chain\": {\"name\": \"ipv6\"}}, {\"chain\": {\"name\": \"ipv4_tcp\"}},"
		"{\"chain\": {\"name\": \"reassembly\"}}, {\"chain\": {\"name\": \"ipv46\"}}, {\"set\": {\"name\": \"ipv4_x; flush ruleset\"}},"
		"{\"set\": {\"name\": \"ipv4_denied\"}}, {\"counter\": {\"name\": \"ipv4_hop1\"}}, {\"counter\": {\"name\": \"ipv6_hop1\"}},"
		"{\"rule\": {\"chain\": \"input\", \"handle\": 7, \"expr\": [{\"counter\": 1}, {\"jump\": {\"target\": \"ipv4_request\"}}]}},"
		"{\"rule\": {\"chain\": \"input\", \"handle\": 8, \"expr\": [{\"jump\": {\"target\": \"ipv6\"}}]}},"
		"{\"rule\": {\"chain\": \"ipv4\", \"handle\": 9, \"expr\": []}}]}";
	static const char *const words[] = { "delete rule inet uturn input handle 7\n", "flush chain inet uturn sent\n",
		"map { ipv6 : \"ipv6_untracked\" } comment", "flush chain inet uturn ipv4\n",
		"delete chain inet uturn ipv4_tcp\n", "delete set inet uturn ipv4_denied\n",
		"delete counter inet uturn ipv4_hop1\n" };
	static const char *const others[] = { "handle 8", "handle 9", "uturn ipv6", "ipv46", "flush ruleset",
		"reassembly", "delete table" };
	char *commands;

	(void)state;
	assert_int_equal(nft_remove_commands(4, both, &commands), 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strstr(commands, words[i]))
			fail_msg("missing: %s in %s", words[i], commands);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(commands, others[i]))
			fail_msg("unexpected: %s in %s", others[i], commands);
	free(commands);
	assert_int_equal(nft_remove_commands(6, both, &commands), 0);
	assert_non_null(strstr(commands, "delete chain inet uturn reassembly\n"));
	free(commands);
	assert_int_equal(nft_remove_commands(6, "{\"nftables\": [{\"chain\": {\"name\": \"ipv6\"}}]}", &commands), 0);
	assert_string_equal(commands, "delete table inet uturn\n");
	free(commands);
	assert_int_equal(nft_remove_commands(4, "{\"nftables\": [{\"chain\": {\"name\": \"ipv6\"}}]}", &commands), 0);
	assert_null(commands);
	assert_int_equal(nft_remove_commands(4, "{", &commands), -EINVAL);
	assert_null(commands);
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

/* Of a set that others fill: what it has is text that nft takes again. */
static void keeps_elements(void **state)
{
#define SET(elements) "table inet uturn {\n\tset ipv4_denied {\n\t\ttype ipv4_addr\n" elements "\t}\n}\n"
	static const struct {
		const char *listed, *elements;
		int err;
	} cases[] = {
		{ SET(""), NULL, 0 },
		{ SET("\t\telements = { 192.0.2.7 timeout 1h expires 59m }\n"), "{ 192.0.2.7 timeout 1h expires 59m }",
			0 },
		{ SET("\t\telements = { 192.0.2.7 comment \"a } b\",\n\t\t\t     192.0.2.8 }\n"),
			"{ 192.0.2.7 comment \"a } b\",\n\t\t\t     192.0.2.8 }", 0 },
		{ "elements = { 192.0.2.7 comment \"}", NULL, -EINVAL },
	};

	static const char sets[] = "{\"nftables\":[{\"metainfo\":{}},{\"set\":{\"name\":\"ipv4_denied\"}}]}";

	(void)state;
	assert_int_equal(nft_lines_has_set(sets, "ipv4_denied"), 1);
	assert_int_equal(nft_lines_has_set(sets, "ipv6_denied"), 0);
	assert_int_equal(nft_lines_has_set("{", "ipv4_denied"), -EINVAL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *elements;

		assert_int_equal(nftables_elements_of(cases[i].listed, &elements), cases[i].err);
		if (cases[i].elements)
			assert_string_equal(elements, cases[i].elements);
		else
			assert_null(elements);
		free(elements);
	}
}

static void refuses_what_is_of_iptables(void **state)
{
	static const struct {
		const char *word, *option, *value, *why;
	} rows[] = {
		{ "apply", "--state", "ipset", "--state ipset" },
		{ "apply", "--deny-set", "ban-ned", "letters, digits, _ and ." },
		{ "apply", "--deny-set", "denied", "another name" },
		{ "apply", "--deny-set", "hop17", "another name" },
		{ "print", "--shell", NULL, "nft -f -" },
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
		cmocka_unit_test(leaves_out_excluded_high_ports),
		cmocka_unit_test(knows_rules_by_their_comments),
		cmocka_unit_test(reads_nothing),
		cmocka_unit_test(takes_one_family_away),
		cmocka_unit_test(reads_counters),
		cmocka_unit_test(keeps_elements),
		cmocka_unit_test(refuses_what_is_of_iptables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
