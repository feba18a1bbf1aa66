/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/search_scene.h"

/* What was planned while the end seemed to be further away is not sent. */
static void what_is_behind_the_end_is_dropped(void **state)
{
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	start();
	for (unsigned hop = 1; hop <= 4; hop++) {
		assert_int_equal(s.probes[next_probe(40)].hop, hop);
		if (hop != 3)
			answer(hop - 1, hop == 4 ? 200 : hop, hop == 4 ? SEARCH_REACHED : SEARCH_EXPIRED, 0);
	}
	s.graph.cells[0][3].state = GRAPH_CELL_UNKNOWN; /* as if it had not been sent */
	id = next_probe(0);
	assert_int_equal(search_last_hop(&s), 4);
	s.graph.cells[0][3].state = GRAPH_CELL_ASKED;
	answer(2, 200, SEARCH_REACHED, 0);
	for (; id >= 0; id = next_probe(100))
		answer_path((uint32_t)id, 3);
	for (uint32_t i = 5; i < s.probe_count; i++)
		assert_true(s.probes[i].hop <= 3);
}

static void three_attempts(void **state)
{
	unsigned attempts[GRAPH_HOPS + 1] = { 0 };
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	settings.max_ttl = 3;
	start();
	while ((id = next_probe(60000)) >= 0)
		attempts[s.probes[id].hop]++;
	for (unsigned hop = 1; hop <= 3; hop++)
		assert_int_equal(attempts[hop], 3);
	assert_false(search_is_reached(&s));
	assert_int_equal(search_last_hop(&s), 0);
	assert_true(time_ns < begin_ns + 6000 * ms_ns);
}

static void late_counts_and_twice_does_not(void **state)
{
	uint32_t first;

	(void)state;
	settings.has_far_probe = false;
	start();
	first = (uint32_t)next_probe(0);
	assert_int_equal(s.probes[first].hop, 1);
	while (s.probes[next_probe(5000)].attempt == 1) {
	}
	assert_true(s.probes[first].is_late);
	assert_int_equal(answer(first, 1, SEARCH_EXPIRED, 1), SEARCH_LATE);
	assert_int_equal(s.graph.hops[1].routers, 1);
	assert_int_equal(answer(first, 1, SEARCH_EXPIRED, 1), SEARCH_DUPLICATE);
	assert_int_equal(answer(first, 2, SEARCH_EXPIRED, 1), SEARCH_DUPLICATE);
	assert_int_equal(s.probes[first].duplicates, 2);
	assert_int_equal(s.graph.hops[1].routers, 1);
	assert_int_equal(answer(s.probe_count, 1, SEARCH_EXPIRED, 1), SEARCH_FOREIGN);
}

static void an_answer_after_the_end_goes_on(void **state)
{
	int64_t id, lost = -1;

	(void)state;
	start();
	while ((id = next_probe(60000)) >= 0) {
		if (s.probes[id].flow == 3 && s.probes[id].hop == 2)
			lost = id;
		else
			answer_path((uint32_t)id, 4);
	}
	assert_int_equal(s.graph.hops[2].silent, 1);
	assert_int_equal(answer((uint32_t)lost, 77, SEARCH_EXPIRED, 1), SEARCH_LATE);
	assert_int_equal(s.graph.hops[2].routers, 2);
	assert_int_equal(s.graph.hops[2].silent, 0);
	assert_true(next_probe(1000) >= 0);
}

static void probes_are_found_by_flow_hop_and_attempt(void **state)
{
	(void)state;
	settings.has_far_probe = false;
	settings.max_ttl = 2;
	start();
	while (next_probe(60000) >= 0) {
	}
	for (uint32_t i = 0; i < s.probe_count; i++)
		assert_int_equal(search_find(&s, s.probes[i].flow, s.probes[i].hop, s.probes[i].attempt), i);
	assert_int_equal(search_find(&s, 0, 1, 4), -1);
	assert_int_equal(search_find(&s, 0, 3, 1), -1);
	assert_int_equal(search_find(&s, 1, 1, 1), -1);
	assert_int_equal(search_find(&s, 0, 0, 1), -1);
}

static void a_refused_probe_was_never_sent(void **state)
{
	int64_t id;

	(void)state;
	start();
	for (unsigned refused = 0; (id = next_probe(60000)) >= 0; refused++) {
		if (refused % 3 == 1)
			search_on_refusal(&s, (uint32_t)id);
		else
			answer_path((uint32_t)id, 4);
	}
	assert_int_equal(s.probe_count, 1 + 3 * 6 + 5);
	for (uint32_t i = 0; i < s.probe_count; i++)
		assert_int_equal(s.probes[i].attempt, 1);
}

static void the_deadline_cuts_off(void **state)
{
	(void)state;
	settings.deadline_ns = 100 * ms_ns;
	start();
	while (next_probe(10000) >= 0) {
	}
	assert_true(search_is_cut_off(&s));
	assert_int_equal(time_ns, begin_ns + 100 * ms_ns);
}

static void as_many_paths_as_asked_for(void **state)
{
	(void)state;
	settings.paths = 2;
	start();
	run_path(5);
	for (uint32_t i = 0; i < s.probe_count; i++)
		assert_true(s.probes[i].flow < 2);
	for (unsigned hop = 1; hop <= 5; hop++)
		assert_int_equal(s.graph.hops[hop].answered, 2);
}

static void as_many_answers_as_asked_for(void **state)
{
	unsigned answers[6] = { 0 };

	(void)state;
	settings.queries = 3;
	settings.paths = 1;
	start();
	run_path(5);
	for (uint32_t i = 1; i < s.probe_count; i++)
		answers[s.probes[i].hop]++;
	for (unsigned hop = 1; hop < 5; hop++)
		assert_int_equal(answers[hop], 3);
}

/* What is due until then, which nothing answers. */
static void send_for(uint64_t ms)
{
	const uint64_t end_ns = time_ns + ms * ms_ns;

	while (time_ns < end_ns)
		if (next_probe(0) < 0)
			time_ns += ms_ns;
}

/* However late the answers are, and however many flows are out by then. */
static void further_queries_are_not_forgotten(void **state)
{
	unsigned answers[4] = { 0 };
	uint32_t first = 0, before;

	(void)state;
	settings.queries = 3;
	settings.paths = 400;
	start();
	answer_path((uint32_t)next_probe(0), 3);
	do {
		before = s.probe_count;
		send_for(250);
		for (; first < s.probe_count; first++)
			if (s.probes[first].kind == SEARCH_UNANSWERED)
				answer_path(first, 3);
	} while (s.probe_count != before);
	for (uint32_t i = 1; i < s.probe_count; i++)
		answers[s.probes[i].hop]++;
	assert_int_equal(answers[1], 3 * 400);
	assert_int_equal(answers[2], 3 * 400);
}

/* The return path from a host that counts hops: never more than four ahead of what was answered. */
static void in_order(void **state)
{
	static uint8_t offsets[GRAPH_FLOWS] = { 9, 9, 10 };
	unsigned answered = 0;
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	settings.ahead = 4;
	settings.offsets = offsets;
	start();
	while ((id = next_probe(60000)) >= 0) {
		const struct search_probe *p = &s.probes[id];

		assert_true(p->hop <= answered + 4);
		assert_int_equal(p->ttl, p->hop + (p->flow == 2 ? 10 : 9));
		answer_path((uint32_t)id, 20);
		if (p->hop > answered && p->hop < 20)
			answered = p->hop;
	}
	assert_int_equal(search_last_hop(&s), 20);
	assert_true(search_is_reached(&s));
}

/* A flow is asked when it is known how far the host is on its path; the others are asked when no more is found out. */
static void flows_wait_for_their_offsets(void **state)
{
	static uint8_t offsets[GRAPH_FLOWS];
	int64_t id;

	(void)state;
	memset(offsets, 0, sizeof(offsets));
	offsets[0] = 9;
	settings.has_far_probe = false;
	settings.ahead = 4;
	settings.offsets = offsets;
	start();
	run_path(3);
	assert_int_equal(s.graph.flow_count, 1);
	offsets[1] = 10;
	search_on_offsets(&s, false);
	while ((id = next_probe(1000)) >= 0) {
		assert_true(s.probes[id].flow == 1 && s.probes[id].ttl == s.probes[id].hop + 10);
		answer_path((uint32_t)id, 3);
	}
	assert_int_equal(s.graph.flow_count, 2);
	search_on_offsets(&s, true);
	while ((id = next_probe(1000)) >= 0) {
		assert_int_equal(s.probes[id].ttl, s.probes[id].hop + 9);
		answer_path((uint32_t)id, 3);
	}
	assert_int_equal(s.graph.hops[1].answered, 6);
	assert_int_equal(s.graph.hops[3].answered, 6);
}

/* A probe of another search counts, with its answer, where none has been asked for yet. */
static void an_adopted_probe_is_not_sent(void **state)
{
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	settings.ahead = 4;
	start();
	id = search_adopt(&s, 2, 1, begin_ns);
	assert_int_equal(s.probes[id].flow, 2);
	assert_int_equal(answer((uint32_t)id, 1, SEARCH_EXPIRED, 1), SEARCH_FRESH);
	assert_int_equal(search_adopt(&s, 2, 1, begin_ns), -1);
	run_path(3);
	assert_int_equal(s.probe_count, 3 * 6);
	assert_int_equal(s.graph.hops[1].answered, 6);
	assert_int_equal(search_find(&s, 2, 1, 2), -1);
}

/* Such an answer does not settle the hop, which is asked again at once. */
static void a_void_answer_is_asked_again(void **state)
{
	int64_t id;
	uint64_t before_ns;

	(void)state;
	start();
	answer_path((uint32_t)next_probe(0), 2);
	id = next_probe(10);
	before_ns = time_ns;
	search_on_void(&s, (uint32_t)id);
	run_path(2);
	assert_int_equal(search_find(&s, s.probes[id].flow, s.probes[id].hop, 1), id);
	assert_int_not_equal(search_find(&s, s.probes[id].flow, s.probes[id].hop, 2), -1);
	assert_int_equal(s.probe_count, 1 + 6 + 5 + 1);
	assert_true(time_ns < before_ns + 100 * ms_ns);
}

static void an_end_that_is_contradicted_is_asked_again(void **state)
{
	unsigned wrong = 0;
	int64_t id;

	(void)state;
	settings.has_far_probe = false;
	settings.ahead = 4;
	start();
	while ((id = next_probe(60000)) >= 0) {
		const struct search_probe *p = &s.probes[id];

		/* as if the host had no u-turn: it answers itself, once */
		if (p->flow == 0 && p->hop == 2 && p->attempt == 1) {
			wrong = (unsigned)id;
			continue;
		}
		answer_path((uint32_t)id, 6);
		if (p->hop == 4 && wrong) {
			answer(wrong, 200, SEARCH_REACHED, 0);
			wrong = 0;
		}
	}
	assert_int_equal(search_last_hop(&s), 6);
	assert_int_equal(s.graph.distances[0], 6);
	assert_int_equal(s.graph.hops[2].routers, 1);
}

static void balancers_elsewhere_cost_flows(void **state)
{
	uint32_t before;

	(void)state;
	start();
	run_path(4);
	before = s.probe_count;
	search_set_balancers_elsewhere(&s, 5);
	run_path(4);
	assert_int_equal(s.probe_count, before + 4 * 2); /* n(2) is 8, and was 6 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_behind_the_end_is_dropped, begin_search),
		cmocka_unit_test_setup(three_attempts, begin_search),
		cmocka_unit_test_setup(late_counts_and_twice_does_not, begin_search),
		cmocka_unit_test_setup(an_answer_after_the_end_goes_on, begin_search),
		cmocka_unit_test_setup(probes_are_found_by_flow_hop_and_attempt, begin_search),
		cmocka_unit_test_setup(a_refused_probe_was_never_sent, begin_search),
		cmocka_unit_test_setup(the_deadline_cuts_off, begin_search),
		cmocka_unit_test_setup(as_many_paths_as_asked_for, begin_search),
		cmocka_unit_test_setup(as_many_answers_as_asked_for, begin_search),
		cmocka_unit_test_setup(further_queries_are_not_forgotten, begin_search),
		cmocka_unit_test_setup(in_order, begin_search),
		cmocka_unit_test_setup(flows_wait_for_their_offsets, begin_search),
		cmocka_unit_test_setup(an_adopted_probe_is_not_sent, begin_search),
		cmocka_unit_test_setup(a_void_answer_is_asked_again, begin_search),
		cmocka_unit_test_setup(an_end_that_is_contradicted_is_asked_again, begin_search),
		cmocka_unit_test_setup(balancers_elsewhere_cost_flows, begin_search),
	};

	return cmocka_run_group_tests_name("trace search", tests, NULL, NULL);
}
