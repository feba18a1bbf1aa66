/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/search_scene.h"

static void the_far_probe_tells_the_distance(void **state)
{
	int64_t id;

	(void)state;
	start();
	id = next_probe(0);
	assert_int_equal(s.probes[id].hop, SEARCH_FAR_HOP);
	assert_int_equal(s.probes[id].ttl, 64);
	answer_path((uint32_t)id, 4);
	assert_int_equal(search_last_hop(&s), 4);
	assert_true(search_is_reached(&s));
	run_path(4);
	for (uint32_t i = 1; i < s.probe_count; i++)
		assert_true(s.probes[i].hop <= 4);
	/* six flows at each of three hops, and at the target five: of flow 0 the far probe has told */
	assert_int_equal(s.probe_count, 1 + 3 * 6 + 5);
	assert_true(search_bound(&s) < 0.05);
	assert_false(search_is_cut_off(&s));
}

/* The hop and the time of the next probe, which is one of the wave. */
static void expect_wave(unsigned hop, uint64_t at_ns)
{
	int64_t id = next_probe(1000);

	assert_true(id >= 0);
	assert_int_equal(s.probes[id].flow, 0);
	assert_int_equal(s.probes[id].hop, hop);
	assert_int_equal(time_ns, at_ns);
}

/* What it would send behind the target takes answers that other flows need. */
static void the_wave_waits_for_the_far_probe(void **state)
{
	(void)state;
	rate.per_s = 10000;
	start();
	next_probe(0);
	for (unsigned hop = 1; hop <= 12; hop++)
		expect_wave(hop, begin_ns + (300 + hop - 1) * ms_ns);
	assert_int_equal(next_probe(100), -1);
}

static void an_answer_that_quotes_nothing_begins_the_wave(void **state)
{
	(void)state;
	rate.per_s = 10000;
	start();
	next_probe(0);
	time_ns += 20 * ms_ns;
	answer(0, 200, SEARCH_REACHED, SEARCH_TTL_UNKNOWN);
	expect_wave(1, begin_ns + 20 * ms_ns);
	expect_wave(2, begin_ns + 21 * ms_ns);
}

/* A router that refuses what goes to the target is not asked behind itself, where it is the end in fact. */
static void a_refusal_ends_the_wave(void **state)
{
	unsigned most = 0;
	int64_t id;

	(void)state;
	start();
	time_ns += ms_ns;
	answer((uint32_t)next_probe(0), 5, SEARCH_UNREACHABLE, 64 - 5 + 1);
	while ((id = next_probe(60000)) >= 0) {
		const struct search_probe *p = &s.probes[id];

		most = p->hop > most ? p->hop : most;
		time_ns += ms_ns;
		answer((uint32_t)id, p->hop < 5 ? p->hop : 5, p->hop < 5 ? SEARCH_EXPIRED : SEARCH_UNREACHABLE, 0);
	}
	assert_int_equal(most, 5);
	assert_int_equal(s.graph.hops[5].answered, 6);
	assert_int_equal(search_last_hop(&s), 5);
}

/* Without a far probe the wave goes on as it is answered, and slowly where it is not. */
static void the_wave_follows_answers(void **state)
{
	(void)state;
	settings.has_far_probe = false;
	rate.per_s = 10000;
	start();
	expect_wave(1, begin_ns);
	time_ns += 2 * ms_ns;
	answer(0, 1, SEARCH_EXPIRED, 0);
	expect_wave(2, begin_ns + 2 * ms_ns);
	expect_wave(3, begin_ns + 32 * ms_ns);
	time_ns += 3 * ms_ns;
	answer(1, 2, SEARCH_EXPIRED, 0);
	answer(2, 200, SEARCH_REACHED, 0);
	assert_int_equal(search_last_hop(&s), 3);
}

/* The target has answered at hop 4; hop 3 has not, and may be the target as well: no other flow is asked there yet. */
static void an_end_that_nothing_quotes_may_be_nearer(void **state)
{
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	settings.ahead = 4;
	start();
	for (unsigned hop = 1; hop <= 4; hop++)
		assert_int_equal(s.probes[next_probe(10)].hop, hop);
	answer(0, 1, SEARCH_EXPIRED, 0);
	answer(1, 2, SEARCH_EXPIRED, 0);
	answer(3, 200, SEARCH_REACHED, 0);
	while ((id = next_probe(100)) >= 0)
		assert_true(s.probes[id].hop < 3);
	answer(2, 200, SEARCH_REACHED, 0);
	assert_int_equal(search_last_hop(&s), 3);
	while ((id = next_probe(100)) >= 0) {
		assert_true(s.probes[id].hop <= 3);
		answer_path((uint32_t)id, 3);
	}
	assert_int_equal(s.graph.flow_count, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_far_probe_tells_the_distance, begin_search),
		cmocka_unit_test_setup(the_wave_waits_for_the_far_probe, begin_search),
		cmocka_unit_test_setup(an_answer_that_quotes_nothing_begins_the_wave, begin_search),
		cmocka_unit_test_setup(a_refusal_ends_the_wave, begin_search),
		cmocka_unit_test_setup(the_wave_follows_answers, begin_search),
		cmocka_unit_test_setup(an_end_that_nothing_quotes_may_be_nearer, begin_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
