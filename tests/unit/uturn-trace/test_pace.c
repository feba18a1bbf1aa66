/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/pace.h"
#include "tools/uturn-trace/search/search.h"

static const uint64_t ms_ns = 1000000, begin_ns = 5000000000;

static struct search s;
static struct search_rate rate;
static struct search_settings settings;

static int begin(void **state)
{
	(void)state;
	rate = (struct search_rate){ .per_s = 10000 };
	settings = search_defaults();
	settings.rate = &rate;
	search_init(&s, &settings);
	return 0;
}

static unsigned pop(uint64_t now_ns, uint64_t *until_ns)
{
	struct search_due due;

	return pace_pop(&s, now_ns, &due, until_ns);
}

static void a_router_gets_32_at_once(void **state)
{
	uint64_t until_ns, now_ns = begin_ns;
	unsigned count = 0;

	(void)state;
	s.graph.hops[3].routers = 1;
	for (unsigned f = 0; f < 40; f++)
		assert_true(pace_push(&s, f, 3, SEARCH_FOR_FLOWS));
	while (pop(now_ns, &until_ns))
		count++;
	assert_int_equal(count, 32);
	assert_int_equal(until_ns, now_ns + 10 * ms_ns);
	for (; count < 40; count++) {
		now_ns = until_ns;
		assert_int_equal(pop(now_ns, &until_ns), 3);
		assert_int_equal(pop(now_ns, &until_ns), 0);
	}
	assert_int_equal(until_ns, UINT64_MAX);
}

static void four_routers_get_four_times_as_many(void **state)
{
	uint64_t until_ns;
	unsigned count = 0;

	(void)state;
	s.graph.hops[3].routers = 4;
	for (unsigned f = 0; f < SEARCH_DUE; f++)
		assert_true(pace_push(&s, f, 3, SEARCH_FOR_FLOWS));
	assert_false(pace_push(&s, SEARCH_DUE, 3, SEARCH_FOR_FLOWS));
	while (pop(begin_ns, &until_ns))
		count++;
	assert_int_equal(count, SEARCH_DUE);
}

/* A part of a rate may send its burst as fast as the whole lets it, and then at its own rate. */
static void a_burst_of_a_part(void **state)
{
	struct search_rate part = { .per_s = 100, .burst = 20, .whole = &rate };
	uint64_t now_ns = begin_ns, times[30];

	(void)state;
	rate.per_s = 1000;
	rate.free_ns = part.free_ns = begin_ns;
	s.settings.rate = &part;
	for (unsigned i = 0; i < 30; i++) {
		times[i] = now_ns = pace_free_ns(&s, now_ns);
		pace_on_sent(&s, now_ns);
	}
	assert_int_equal(times[20], begin_ns + 20 * ms_ns);
	for (unsigned i = 25; i < 30; i++)
		assert_int_equal(times[i] - times[i - 1], 10 * ms_ns);
	/* after a pause the burst is there again */
	now_ns += 1000 * ms_ns;
	for (unsigned i = 0; i < 10; i++) {
		assert_true(pace_free_ns(&s, now_ns) <= now_ns + ms_ns);
		now_ns = pace_free_ns(&s, now_ns);
		pace_on_sent(&s, now_ns);
	}
}

static void hops_take_turns(void **state)
{
	unsigned changes = 0, before = 0, hop;
	uint64_t until_ns;

	(void)state;
	for (unsigned f = 0; f < 30; f++) {
		pace_push(&s, f, 1, SEARCH_FOR_FLOWS);
		pace_push(&s, f, 2, SEARCH_FOR_FLOWS);
	}
	for (; (hop = pop(begin_ns, &until_ns)) != 0; before = hop)
		changes += hop != before;
	assert_in_range(changes, 15, 45);
}

static void what_is_planned_last_leaves_last(void **state)
{
	struct search_due due;
	uint64_t until_ns;

	(void)state;
	pace_push(&s, 1, 5, SEARCH_FOR_FLOWS);
	pace_push(&s, 2, 5, SEARCH_FOR_PER_PACKET);
	pace_push_first(&s, 3, 5, SEARCH_FOR_LIMIT);
	assert_int_equal(pace_pop(&s, begin_ns, &due, &until_ns), 5);
	assert_int_equal(due.flow, 3);
	assert_int_equal(pace_pop(&s, begin_ns, &due, &until_ns), 5);
	assert_int_equal(due.flow, 1);
	assert_int_equal(pace_pop(&s, begin_ns, &due, &until_ns), 5);
	assert_int_equal(due.flow, 2);
	assert_int_equal(due.purpose, SEARCH_FOR_PER_PACKET);
	assert_int_equal(pace_pop(&s, begin_ns, &due, &until_ns), 0);
}

/* Largest RTT at or behind a hop in ms, and what its timeout is. */
static void timeouts(void **state)
{
	static const struct {
		unsigned rtt_ms, timeout_ms;
	} rows[] = { { 1, 300 }, { 66, 300 }, { 67, 301 }, { 200, 700 }, { 633, 1999 }, { 634, 2000 }, { 5000, 2000 } };

	(void)state;
	assert_int_equal(s.hops[7].timeout_ns, 1000 * ms_ns);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(NULL);
		pace_learn(&s, 7, rows[i].rtt_ms * 1000);
		assert_int_equal(s.hops[7].timeout_ns, rows[i].timeout_ms * ms_ns);
		assert_int_equal(s.hops[1].timeout_ns, rows[i].timeout_ms * ms_ns);
		/* of what is behind nothing is known but that */
		assert_int_equal(s.hops[9].timeout_ns, rows[i].timeout_ms * ms_ns);
	}
}

static void a_nearer_answer_does_not_speak_for_a_farther_hop(void **state)
{
	(void)state;
	pace_learn(&s, 9, 100 * 1000);
	pace_learn(&s, 2, 300 * 1000);
	assert_int_equal(s.hops[2].timeout_ns, 1000 * ms_ns);
	assert_int_equal(s.hops[3].timeout_ns, 400 * ms_ns);
	assert_int_equal(s.hops[9].timeout_ns, 400 * ms_ns);
	assert_int_equal(s.hops[10].timeout_ns, 1000 * ms_ns);
}

/* A caller that comes late may catch up a little, and no more. */
static void the_rate_of_all(void **state)
{
	uint64_t now_ns = begin_ns;
	unsigned at_once = 0;

	(void)state;
	rate.per_s = 1000;
	for (; pace_free_ns(&s, now_ns) == now_ns; at_once++)
		pace_on_sent(&s, now_ns);
	assert_in_range(at_once, 5, 6);
	for (unsigned i = 0; i < 100; i++) {
		now_ns = pace_free_ns(&s, now_ns);
		pace_on_sent(&s, now_ns);
	}
	assert_in_range(now_ns - begin_ns, 99 * ms_ns, 101 * ms_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_router_gets_32_at_once, begin),
		cmocka_unit_test_setup(four_routers_get_four_times_as_many, begin),
		cmocka_unit_test_setup(a_burst_of_a_part, begin),
		cmocka_unit_test_setup(hops_take_turns, begin),
		cmocka_unit_test_setup(what_is_planned_last_leaves_last, begin),
		cmocka_unit_test_setup(timeouts, begin),
		cmocka_unit_test_setup(a_nearer_answer_does_not_speak_for_a_farther_hop, begin),
		cmocka_unit_test_setup(the_rate_of_all, begin),
	};

	return cmocka_run_group_tests_name("trace pace", tests, NULL, NULL);
}
