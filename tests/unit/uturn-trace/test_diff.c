/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two saved traces compared: the lines, and whether anything has changed. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tools/uturn-trace/diff.h"

enum { FLOWS = 20 };

/* A trace of 20 flows: hop 1 a router, hop 2 one of two routers by flow, hop 3 the target. */
static void make(struct trace_record *r, const char *first, const char *second, unsigned turn, const char *mark)
{
	const char *const addresses[] = { "10.1.1.1", first, second, "203.0.113.80" };
	static const unsigned hops[] = { 1, 2, 2, 3 };

	trace_record_init(r);
	r->target = addr_of("203.0.113.80");
	r->source = addr_of("10.1.1.10");
	strcpy(r->protocol, "udp");
	for (unsigned i = 0; i < 4; i++) {
		struct record_router *router = record_add_router(r);

		snprintf(router->id, sizeof(router->id), "t%u%c", hops[i], 'a' + (i == 2));
		router->hops = UINT64_C(1) << (hops[i] - 1);
		router->addr = addr_of(addresses[i]);
		router->flows = FLOWS;
		if (i == 3 && mark)
			record_mark(router, "%s", mark);
	}
	for (unsigned flow = 0; flow < FLOWS; flow++) {
		*record_add_flow(r) = (struct record_flow){ .id = flow, .hops = 3 };
		for (unsigned hop = 1; hop <= 3; hop++)
			*record_add_probe(r) = (struct record_probe){ .flow = flow,
				.hop = (uint8_t)hop,
				.ttl = (uint8_t)hop,
				.attempt = 1,
				.rtt_us = 1000 * hop + flow,
				.router = hop == 1 ? 0
					: hop == 2 ? 1 + (int)((flow + turn) % 2)
						   : 3 };
	}
}

static enum diff_result compare(struct trace_record *before, struct trace_record *after, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	enum diff_result result;

	assert_non_null(out);
	result = diff_print(out, before, after, NULL);
	fputc('\0', out);
	fclose(out);
	trace_record_done(before);
	trace_record_done(after);
	return result;
}

static void lines(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *first, *second;
		unsigned turn;
		const char *mark;
		enum diff_result result;
		const char *text;
	} rows[] = {
		{ "the same", "10.1.2.1", "10.1.2.5", 0, NULL, DIFF_SAME, "" },
		{ "another router", "10.1.2.1", "10.1.2.9", 0, NULL, DIFF_CHANGED,
			"there  hop 2    path      10.1.2.5 gone, 10.1.2.9 new  10 of 20 flows moved\n" },
		{ "one router less", "10.1.2.1", "10.1.2.1", 0, NULL, DIFF_CHANGED,
			"there  hop 2    path      10.1.2.5 gone  10 of 20 flows moved\n" },
		{ "the same routers, other flows", "10.1.2.1", "10.1.2.5", 1, NULL, DIFF_SAME,
			"there  hop 2    remapped  same 2 routers  20 of 20 flows moved\n" },
		{ "a mark", "10.1.2.1", "10.1.2.5", 0, "nat", DIFF_CHANGED, "there  hop 3    marks     nat new\n" },
		{ "a mark that is not of the path", "10.1.2.1", "10.1.2.5", 0, "limited, 1/s", DIFF_SAME, "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_record before, after;
		enum diff_result result;
		char text[512] = "";

		make(&before, "10.1.2.1", "10.1.2.5", 0, NULL);
		make(&after, rows[i].first, rows[i].second, rows[i].turn, rows[i].mark);
		result = compare(&before, &after, text, sizeof(text));
		if (result != rows[i].result || strcmp(text, rows[i].text) != 0)
			fail_msg("%s: %d\n%s", rows[i].name, result, text);
	}
}

/* A field that one of the traces could not test has not changed, nor have routers that only one found to be one. */
static void fields_and_aliases(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		uint8_t balances[2], balances_not[2];
		bool asked[2], one[2];
		enum diff_result result;
		const char *text;
	} rows[] = {
		{ "the same", { 1, 1 }, { 2, 2 }, { true, true }, { true, true }, DIFF_SAME, "" },
		{ "not asked before", { 0, 1 }, { 0, 2 }, { false, true }, { false, true }, DIFF_SAME, "" },
		{ "not tested after", { 3, 1 }, { 8, 0 }, { false, false }, { false, false }, DIFF_SAME, "" },
		{ "one more and one less", { 3, 9 }, { 8, 2 }, { false, false }, { false, false }, DIFF_CHANGED,
			"there  hop 1    balances  destination port gone, dscp new\n" },
		{ "one router before", { 0, 0 }, { 0, 0 }, { true, true }, { true, false }, DIFF_SAME,
			"there  hop 2    maybe     10.1.2.1, 10.1.2.5 one router only before\n" },
		{ "one router after", { 0, 0 }, { 0, 0 }, { true, true }, { false, true }, DIFF_SAME,
			"there  hop 2    maybe     10.1.2.1, 10.1.2.5 one router only after\n" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_record runs[2];
		enum diff_result result;
		char text[512] = "";

		for (unsigned run = 0; run < 2; run++) {
			make(&runs[run], "10.1.2.1", "10.1.2.5", 0, NULL);
			runs[run].routers[0].balances = rows[i].balances[run];
			runs[run].routers[0].balances_not = rows[i].balances_not[run];
			runs[run].has_aliases = rows[i].asked[run];
			if (rows[i].one[run])
				record_join(&runs[run], 1, 2);
		}
		result = compare(&runs[0], &runs[1], text, sizeof(text));
		if (result != rows[i].result || strcmp(text, rows[i].text) != 0)
			fail_msg("%s: %d\n%s", rows[i].name, result, text);
	}
}

/* What is later by 8 ms from hop 2 on is told once, where it begins; what is lost at the target is told as well. */
static void delay_and_loss(void **state)
{
	struct trace_record before, after;
	char text[512] = "";

	(void)state;
	make(&before, "10.1.2.1", "10.1.2.5", 0, NULL);
	make(&after, "10.1.2.1", "10.1.2.5", 0, NULL);
	for (size_t i = 0; i < after.probe_count; i++)
		if (after.probes[i].hop > 1)
			after.probes[i].rtt_us += 8000;
	for (size_t i = 0; i < 30; i++)
		if (after.probes[i].hop == 3)
			after.probes[i].rtt_us = after.probes[i].router = -1;
	assert_int_equal(compare(&before, &after, text, sizeof(text)), DIFF_CHANGED);
	assert_non_null(strstr(text, "there  hop 2+   delay     2.0 -> 10.0 ms  p "));
	assert_null(strstr(text, "hop 3+"));
	assert_non_null(strstr(text, "loss      0 of 20 -> 10 of 20 probes to the target  p "));
}

static void reach_and_as(void **state)
{
	struct trace_record before, after;
	char text[512] = "";

	(void)state;
	make(&before, "10.1.2.1", "10.1.2.5", 0, NULL);
	make(&after, "10.1.2.1", "10.1.2.5", 0, NULL);
	before.is_reached = true;
	before.routers[0].asn = after.routers[0].asn = 64500;
	after.routers[3].asn = 64510;
	assert_int_equal(compare(&before, &after, text, sizeof(text)), DIFF_CHANGED);
	assert_string_equal(text,
		"there           target    reached -> not reached\n"
		"as     there    64500 -> 64500 64510\n");
}

/* Eight routers with long addresses take the flows of hop 2; `net` tells two sets of them apart. */
static void widen(struct trace_record *r, unsigned net)
{
	enum { WIDE = 8 };
	size_t first = r->router_count;

	for (unsigned i = 0; i < WIDE; i++) {
		struct record_router *router = record_add_router(r);
		char text[ADDR_TEXT_SIZE];

		snprintf(text, sizeof(text), "2001:db8:aaaa:bbbb:cccc:dddd:%x:%x", 0x1000 + net, 0x1000 + i);
		snprintf(router->id, sizeof(router->id), "t2w%u", i);
		router->hops = 2;
		router->addr = addr_of(text);
		router->flows = FLOWS / WIDE;
	}
	for (size_t i = 0; i < r->probe_count; i++)
		if (r->probes[i].hop == 2)
			r->probes[i].router = (int)(first + r->probes[i].flow % WIDE);
}

/* The longest list: more than three routers gone, and more than three new, with the longest addresses. */
static void many_routers(void **state)
{
	struct trace_record before, after;
	char text[2048] = "";

	(void)state;
	make(&before, "10.1.2.1", "10.1.2.5", 0, NULL);
	make(&after, "10.1.2.1", "10.1.2.5", 0, NULL);
	widen(&before, 1);
	widen(&after, 2);
	assert_int_equal(compare(&before, &after, text, sizeof(text)), DIFF_CHANGED);
	assert_non_null(strstr(text, "2001:db8:aaaa:bbbb:cccc:dddd:1001:1002 and 5 more gone, "));
	assert_non_null(strstr(text, "2001:db8:aaaa:bbbb:cccc:dddd:1002:1002 and 5 more new  20 of 20 flows moved\n"));
}

static void nothing_to_compare(void **state)
{
	struct trace_record before, after;
	char why[200];

	(void)state;
	make(&before, "10.1.2.1", "10.1.2.5", 0, NULL);
	make(&after, "10.1.2.1", "10.1.2.5", 0, NULL);
	assert_true(diff_is_possible(&before, "a", &after, "b", why, sizeof(why)));
	after.target = addr_of("192.0.2.9");
	strcpy(after.protocol, "tcp");
	assert_false(diff_is_possible(&before, "before.json", &after, "after.json", why, sizeof(why)));
	assert_string_equal(why, "before.json is udp to 203.0.113.80, after.json tcp to 192.0.2.9: nothing to compare");
	trace_record_done(&before);
	trace_record_done(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(fields_and_aliases),
		cmocka_unit_test(delay_and_loss),
		cmocka_unit_test(reach_and_as),
		cmocka_unit_test(many_routers),
		cmocka_unit_test(nothing_to_compare),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
