/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is ours in a table, how it differs, the transaction that changes it, and its counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "rules/counters.h"
#include "rules/ruleset.h"

static const char others[] = "*mangle\n"
			     ":PREROUTING ACCEPT [9:999]\n"
			     ":INPUT ACCEPT [1:2]\n"
			     ":OTHER - [0:0]\n"
			     ":UTURNS - [0:0]\n"
			     "-A INPUT -m comment --comment \"not -j UTURN\" -j ACCEPT\n"
			     "-A INPUT -j UTURNS\n"
			     "-A FORWARD -j UTURN\n"
			     "COMMIT\n";

static const char ours[] = "*filter\n"
			   ":UTURN - [0:0]\n"
			   "-A UTURN -j ACCEPT\n"
			   "COMMIT\n"
			   "*mangle\n"
			   ":INPUT ACCEPT [0:0]\n"
			   ":UTURN - [0:0]\n"
			   ":UTURN-a - [0:0]\n"
			   "[1:2] -A INPUT -m ttl --ttl-lt 33 -j UTURN\n"
			   "[3:4] -A UTURN -g UTURN-a\n"
			   "-A UTURN-a -j RETURN\n"
			   "COMMIT\n";

static struct ruleset read_text(const char *text)
{
	struct ruleset r;

	assert_int_equal(ruleset_read(&r, text), 0);
	return r;
}

static void tells_ours_from_others(void **state)
{
	struct ruleset r = read_text(others);
	const struct table *mangle = &r.table[RULESET_MANGLE], *raw = &r.table[RULESET_RAW];

	(void)state;
	assert_int_equal(mangle->count, 0);
	assert_int_equal(mangle->foreign, 5); /* two chains and three rules; a policy that accepts is nobody's */
	assert_true(mangle->exists && !raw->exists);
	assert_true(ruleset_is_empty(&r));
	ruleset_done(&r);

	r = read_text(ours);
	assert_int_equal(mangle->count, 5);
	assert_int_equal(mangle->foreign, 0);
	assert_string_equal(mangle->line[0], ":UTURN");
	assert_string_equal(mangle->line[2], "-A INPUT -m ttl --ttl-lt 33 -j UTURN");
	assert_int_equal(ruleset_count(&r), 5);
	ruleset_done(&r);

	r = read_text("*mangle\n:INPUT DROP [0:0]\n:UTURN-made-this-table - [0:0]\nCOMMIT\n");
	assert_int_equal(mangle->count, 0);
	assert_int_equal(mangle->foreign, 1);
	assert_true(mangle->is_ours && !raw->is_ours && !ruleset_is_empty(&r));
	ruleset_done(&r);

	r = read_text(
		"*raw\n:OUTPUT ACCEPT [0:0]\n:UTURN-notrack - [0:0]\n-A OUTPUT -m mark --mark 0x54 -j UTURN-notrack\n"
		"-A OUTPUT -m mark --mark 0x54 -j CT --notrack\n-A UTURN-notrack -j CT --notrack\nCOMMIT\n*mangle\n"
		":UTURN - [0:0]\nCOMMIT\n");
	assert_int_equal(raw->count, 3);
	assert_int_equal(raw->foreign, 1);
	assert_int_equal(mangle->count, 1);
	assert_int_equal(ruleset_count(&r), 4);
	ruleset_done(&r);

	r = read_text("");
	assert_false(mangle->exists);
	ruleset_done(&r);
}

static char *changed(const char *from, const char *to)
{
	struct ruleset live = read_text(from), want = read_text(to);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ruleset_change(&live, &want, out);
	fclose(out);
	ruleset_done(&live);
	ruleset_done(&want);
	return text;
}

static void changes_nothing_but_ours(void **state)
{
	static const struct {
		const char *from, *to, *expected;
	} rows[] = {
		{ others, ours,
			"*mangle\n:UTURN - [0:0]\n:UTURN-a - [0:0]\n-I INPUT -m ttl --ttl-lt 33 -j UTURN\n"
			"-A UTURN -g UTURN-a\n-A UTURN-a -j RETURN\nCOMMIT\n" },
		{ "", ours,
			"*mangle\n:UTURN - [0:0]\n:UTURN-a - [0:0]\n:UTURN-made-this-table - [0:0]\n"
			"-I INPUT -m ttl --ttl-lt 33 -j UTURN\n-A UTURN -g UTURN-a\n-A UTURN-a -j RETURN\nCOMMIT\n" },
		{ ours, "",
			"*mangle\n:UTURN - [0:0]\n:UTURN-a - [0:0]\n-D INPUT -m ttl --ttl-lt 33 -j UTURN\n"
			"-X UTURN\n-X UTURN-a\nCOMMIT\n" },
		{ "*mangle\n:UTURN-made-this-table - [0:0]\n:UTURN - [0:0]\n", "",
			"*mangle\n:UTURN - [0:0]\n-X UTURN\n-X UTURN-made-this-table\nCOMMIT\n" },
		/* the jump is right and stays where it is; a chain of an earlier plan goes */
		{ "*mangle\n:UTURN - [0:0]\n:UTURN-old - [0:0]\n-A INPUT -j X\n-A INPUT -j UTURN\n-A UTURN -j UTURN-old\n",
			"*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n",
			"*mangle\n:UTURN - [0:0]\n:UTURN-old - [0:0]\n-X UTURN-old\nCOMMIT\n" },
		/* so do two, in their order; others are put there in that order */
		{ "*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n-A INPUT -j X\n-A INPUT -p 1 -j UTURN-r\n",
			"*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n-A INPUT -p 1 -j UTURN-r\n",
			"*mangle\n:UTURN - [0:0]\nCOMMIT\n" },
		{ "*mangle\n:UTURN - [0:0]\n-A INPUT -p 1 -j UTURN-r\n-A INPUT -j UTURN\n",
			"*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n-A INPUT -p 1 -j UTURN-r\n",
			"*mangle\n:UTURN - [0:0]\n-D INPUT -p 1 -j UTURN-r\n-D INPUT -j UTURN\n"
			"-I INPUT -p 1 -j UTURN-r\n-I INPUT -j UTURN\nCOMMIT\n" },
		/* two jumps are one too many, whichever */
		{ "*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n-A INPUT -j UTURN\n",
			"*mangle\n:UTURN - [0:0]\n-A INPUT -j UTURN\n",
			"*mangle\n:UTURN - [0:0]\n-D INPUT -j UTURN\n-D INPUT -j UTURN\n-I INPUT -j UTURN\nCOMMIT\n" },
		/* two tables, raw first, each with a marker of its own; one that is right already is written again */
		{ "*mangle\n:INPUT ACCEPT [0:0]\n",
			"*raw\n:UTURN-n\n-A OUTPUT -j UTURN-n\n*mangle\n:UTURN\n-A INPUT -j UTURN\n",
			"*raw\n:UTURN-n - [0:0]\n:UTURN-made-this-table - [0:0]\n-I OUTPUT -j UTURN-n\nCOMMIT\n"
			"*mangle\n:UTURN - [0:0]\n-I INPUT -j UTURN\nCOMMIT\n" },
		/* the nat table between them, with a jump from PREROUTING; rules of others stay */
		{ "*nat\n-A PREROUTING -j DOCKER\n*mangle\n:UTURN\n-A INPUT -j UTURN\n",
			"*nat\n:UTURN\n-A PREROUTING -m ttl --ttl-lt 9 -j UTURN\n*mangle\n:UTURN\n-A INPUT -j UTURN\n",
			"*nat\n:UTURN - [0:0]\n-I PREROUTING -m ttl --ttl-lt 9 -j UTURN\nCOMMIT\n"
			"*mangle\n:UTURN - [0:0]\nCOMMIT\n" },
		{ "*nat\n:UTURN\n-A PREROUTING -j X\n-A PREROUTING -m ttl --ttl-lt 9 -j UTURN\n", "",
			"*nat\n:UTURN - [0:0]\n-D PREROUTING -m ttl --ttl-lt 9 -j UTURN\n-X UTURN\nCOMMIT\n" },
		{ "*raw\n:UTURN-n\n-A OUTPUT -j X\n-A OUTPUT -j UTURN-n\n:UTURN-made-this-table - [0:0]\n", "",
			"*raw\n:UTURN-n - [0:0]\n-D OUTPUT -j UTURN-n\n-X UTURN-n\n-X UTURN-made-this-table\nCOMMIT\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = changed(rows[i].from, rows[i].to);

		assert_string_equal(text, rows[i].expected);
		free(text);
	}
}

static void tells_what_differs(void **state)
{
	static const struct {
		const char *want, *live, *expected;
	} rows[] = {
		{ ours, ours, "" },
		{ "*mangle\n:UTURN\n-A UTURN -j A\n-A UTURN -j B\n", "*mangle\n:UTURN\n-A UTURN -j B\n-A UTURN -j C\n",
			"missing: -A UTURN -j A\nunexpected: -A UTURN -j C\n" },
		{ "*mangle\n-A UTURN -j A\n-A UTURN -j B\n", "*mangle\n-A UTURN -j B\n-A UTURN -j A\n",
			"missing: -A UTURN -j A\nunexpected: -A UTURN -j A\n" },
		{ "*mangle\n:UTURN\n", "", "missing: chain UTURN\n" },
		{ "", "*mangle\n:UTURN - [0:0]\n", "unexpected: chain UTURN\n" },
		{ "*raw\n-A UTURN-n -j A\n*mangle\n:UTURN\n", "*mangle\n:UTURN\n-A UTURN -j B\n",
			"missing: -A UTURN-n -j A\nunexpected: -A UTURN -j B\n" },
		{ "*nat\n:UTURN\n-A UTURN -j A\n*mangle\n:UTURN\n", "*nat\n:UTURN\n-A PREROUTING -j UTURN\n",
			"missing: -A UTURN -j A (nat table)\nunexpected: -A PREROUTING -j UTURN (nat table)\n"
			"missing: chain UTURN\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ruleset want = read_text(rows[i].want), live = read_text(rows[i].live);
		char *text = NULL;
		size_t size, found, lines = 0;
		FILE *out = open_memstream(&text, &size);

		found = ruleset_diff(&want, &live, out);
		fclose(out);
		for (const char *at = text; *at; at++)
			lines += *at == '\n';
		assert_string_equal(text, rows[i].expected);
		assert_int_equal(found, lines);
		assert_int_equal(ruleset_equal(&want, &live), found == 0);
		free(text);
		ruleset_done(&want);
		ruleset_done(&live);
	}
}

static void counts_by_hop(void **state)
{
	struct counters c = { 0 };

	(void)state;
	counters_parse("*mangle\n"
		       ":INPUT ACCEPT [5:6]\n"
		       "[70:71] -A INPUT -m ttl --ttl-lt 33 -j UTURN\n"
		       "[9:9] -A INPUT -j OTHER\n"
		       "[1:9] -A UTURN-ttl -m hashlimit --hashlimit-above 9/sec -j DROP\n"
		       "[2:9] -A UTURN-ttl -m hashlimit --hashlimit-above 99/sec -j DROP\n"
		       "[0:0] -A UTURN-ttl001 -j SET --add-set uturn-hop001 src --exist --timeout 30\n"
		       "[18446744073709551615:84] -A UTURN-hop002 -j NFQUEUE --queue-balance 5:8 --queue-bypass\n"
		       "[2:84] -A UTURN-hop010 -m recent --set --name hop010 -j NFQUEUE --queue-num 5 --queue-bypass\n"
		       "[2:84] -A UTURN-hop064 -j NFQUEUE --queue-num 9 --queue-bypass\n"
		       "[2:84] -A UTURN-hop01x -j NFQUEUE --queue-num 9 --queue-bypass\n"
		       "[2:84] -A OTHER -j NFQUEUE --queue-num 9\nCOMMIT",
		&c);
	assert_true(c.is_loaded);
	assert_int_equal(c.entered, 70);
	assert_int_equal(c.limited, 3);
	assert_true(c.queued[2] == UINT64_MAX);
	assert_int_equal(c.queued[10], 2);
	assert_int_equal(c.hops, 10);
	assert_int_equal(c.queue_first, 5);
	assert_int_equal(c.queue_last, 5); /* the last one seen */

	c = (struct counters){ 0 };
	counters_parse("[1:2] -A INPUT -j OTHER\n[2:84] -A UTURN-hop001 -j NFQUEUE --queue-balance 7:9\n", &c);
	assert_false(c.is_loaded);
	assert_int_equal(c.queue_first, 7);
	assert_int_equal(c.queue_last, 9);
	assert_false(c.has_requests);
	counters_parse("[3:4] -A UTURN-request -i lo -j RETURN\n[5:6] -A UTURN-asked -j DROP\n"
		       "[7:84] -A UTURN-asked -j NFQUEUE --queue-num 5\n",
		&c);
	assert_false(c.has_untracked);
	counters_parse(
		"[8:9] -A OUTPUT -m mark --mark 0x54 -j UTURN-notrack\n[10:9] -A UTURN-notrack -j CT --notrack\n", &c);
	assert_true(c.has_untracked && c.untracked == 10);
	assert_false(c.has_denied);
	counters_parse("[9:9] -A UTURN -m set --match-set a src -g UTURN-denied\n[4:9] -A UTURN-denied -j RETURN\n",
		&c);
	assert_true(c.has_denied && c.denied == 4);
	assert_true(c.has_requests && c.requests == 7 && c.limited == 5 && c.queued[1] == 2);
	counters_parse("*nat\n[9:9] -A UTURN-x -j DROP\nCOMMIT\n*mangle\n[2:9] -A UTURN-ttl -j DROP\n", &c);
	assert_int_equal(c.limited, 7); /* what the nat table has counted comes to mangle as well */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_ours_from_others),
		cmocka_unit_test(changes_nothing_but_ours),
		cmocka_unit_test(tells_what_differs),
		cmocka_unit_test(counts_by_hop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
