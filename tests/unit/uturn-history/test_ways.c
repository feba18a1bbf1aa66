/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-history/ways.h"

/* "ab c -": hop 1 has routers a and b, hop 2 c, hop 3 is silent. */
static struct kept path_of(const char *text)
{
	static struct kept_router routers[64];
	struct kept k = { .routers = routers };
	unsigned count = 0;

	for (const char *c = text; *c; c++) {
		if (*c >= 'a')
			routers[count++] = (struct kept_router){ .addr = { 4, { 192, 0, 2, (uint8_t)*c } } };
		if (c[1] == ' ' || !c[1])
			k.first[++k.hops] = (uint16_t)count;
	}
	return k;
}

/* "abc x3, ! abd": three traces of a path, a change, one of another. Words are paths whose hops are split by '.'. */
static void add_all(struct ways *w, const char *text)
{
	char copy[512], *rest = copy;
	int64_t at_ms = 1000;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok_r(rest, " ", &rest); word; word = strtok_r(rest, " ", &rest)) {
		char *times = strchr(word, '*');
		unsigned long count = times ? strtoul(times + 1, NULL, 10) : 1;
		struct kept path;

		if (strcmp(word, "!") == 0) {
			ways_change(w);
			continue;
		}
		if (times)
			*times = '\0';
		for (char *c = word; *c; c++)
			*c = *c == '.' ? ' ' : *c;
		path = path_of(word);
		for (; count; count--)
			ways_add(w, at_ms++, &path);
	}
	ways_finish(w);
}

/* The way of each period as a letter, and the traces of each way. */
static const struct row {
	const char *name, *traces, *periods, *counts;
} way_rows[] = {
	{ "nothing", "", "", "" },
	{ "one path", "a.b.c*5", "A", "5" },
	{ "load balancing is one way", "a.b.d a.c.d a.b.d", "A", "3" },
	{ "a change", "a.b.d*4 ! a.c.d*2", "AB", "4 2" },
	{ "and back", "a.b.d*4 ! a.c.d*2 ! a.b.d*3", "ABA", "7 2" },
	{ "back to one path of a balancer", "a.b.d a.c.d ! a.e.d*2 ! a.c.d", "ABA", "3 2" },
	{ "a silent hop says nothing", "a.b.d ! a.-.d", "AA", "2" },
	{ "the last hop says nothing", "a.b.c ! a.b.e", "AA", "2" },
	{ "a single hop does", "a ! b", "AB", "1 1" },
	{ "a detour does not make two ways one", "a.b.d*40 a.c.d ! a.c.d*40 a.b.d", "AB", "41 41" },
	{ "a change before all, twice at once, after all", "! a.b.d ! ! a.c.d !", "AB", "1 1" },
	{ "a longer path with the same beginning", "a.b.c ! a.b.c.d", "AA", "2" },
};

static void tells_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(way_rows) / sizeof(way_rows[0]); i++) {
		char periods[64] = "", counts[64] = "";
		struct ways w;

		assert_true(ways_init(&w));
		add_all(&w, way_rows[i].traces);
		for (unsigned p = 0; p < w.period_count; p++)
			periods[p] = (char)('A' + w.periods[p].way);
		for (unsigned n = 0; n < w.count; n++)
			snprintf(counts + strlen(counts), 16, "%s%lld", n ? " " : "", (long long)w.all[n].traces);
		if (strcmp(periods, way_rows[i].periods) != 0 || strcmp(counts, way_rows[i].counts) != 0)
			fail_msg("%s: expected %s (%s) got %s (%s)", way_rows[i].name, way_rows[i].periods,
				way_rows[i].counts, periods, counts);
		ways_done(&w);
	}
}

/* Each router at a hop of its own way: more ways and periods than there is room for. */
static void holds_what_it_has_room_for(void **state)
{
	struct ways w;

	(void)state;
	assert_true(ways_init(&w));
	for (unsigned i = 0; i < 2 * WAYS_PERIODS; i++) {
		struct kept_router routers[] = { { .addr = { 4, { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } } },
			{ .addr = { 4, { 10, 1, 0, 1 } } } };
		struct kept k = { .hops = 2, .first = { 0, 1, 2 }, .routers = routers };

		ways_change(&w);
		ways_add(&w, i + 1, &k);
	}
	ways_finish(&w);
	assert_int_equal(w.count, WAYS);
	assert_int_equal(w.period_count, WAYS_PERIODS);
	assert_int_equal(w.all[WAYS_OTHER].traces, 2 * WAYS_PERIODS - WAYS);
	assert_int_equal(w.periods[WAYS_PERIODS - 1].way, WAYS_OTHER);
	assert_int_equal(w.periods[WAYS_PERIODS - 1].last_ms, 2 * WAYS_PERIODS);
	assert_int_equal(w.all[WAYS_OTHER].hops[0].count, WAY_ROUTERS);
	ways_done(&w);
}

static void knows_what_is_rare(void **state)
{
	struct way_hop h = { .seen = { 80, 11, 10 }, .count = 3 };

	(void)state;
	assert_false(way_is_rare(&h, 0));
	assert_false(way_is_rare(&h, 1));
	assert_true(way_is_rare(&h, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_ways),
		cmocka_unit_test(holds_what_it_has_room_for),
		cmocka_unit_test(knows_what_is_rare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
