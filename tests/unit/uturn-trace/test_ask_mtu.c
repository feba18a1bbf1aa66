/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question of --mtu between searches, answers and the record: which probes, what an answer means, which router is marked. */
#include "tests/packets.h"

#include <stdlib.h>
#include <string.h>

#include "packet/icmp.h"
#include "packet/ip.h"
#include "tools/uturn-trace/ask_mtu.h"

enum { HOPS = 4, BACK_HOPS = 3 };

static struct aim aim;
static struct search *searches[DIRECTIONS];
static const char *const there[HOPS] = { "10.1.1.1", "10.1.2.1", "10.1.3.1", "203.0.113.80" };
static const char *const back[BACK_HOPS] = { "10.2.1.1", "10.2.2.1", "10.1.1.10" };

static void fill_search(enum direction d, const char *const *addresses, unsigned hops)
{
	struct graph *g;

	searches[d] = calloc(1, sizeof(*searches[d]));
	assert_non_null(searches[d]);
	g = &searches[d]->graph;
	graph_init(g);
	graph_add_flow(g);
	for (unsigned hop = 1; hop <= hops; hop++) {
		const struct addr a = addr_of(addresses[hop - 1]);
		const unsigned router = graph_router(g, &a);

		graph_ask(g, 0, hop);
		graph_settle(g, 0, hop, router, hop == hops);
		g->routers[router].is_target = hop == hops;
		g->routers[router].rtt_most_us = 1000;
	}
	graph_end_flow(g, 0, hops);
	searches[d]->is_reached = true;
}

static struct question_world open_world(uint8_t protocol, enum payload_kind payload)
{
	aim = (struct aim){ .target = addr_of("203.0.113.80"),
		.source = addr_of("10.1.1.10"),
		.protocol = protocol,
		.payload = payload,
		.mtu = 1500 };
	fill_search(THERE, there, HOPS);
	fill_search(BACK, back, BACK_HOPS);
	return (struct question_world){ .aim = &aim,
		.searches = (const struct search *const *)searches,
		.has_uturn = true,
		.timeout_ns = 2000000000 };
}

static int close_world(void **state)
{
	free(searches[THERE]);
	free(searches[BACK]);
	return packets_free(state);
}

static struct answer answer_from(const char *from, enum answer_form form)
{
	return (struct answer){ .form = form, .from = addr_of(from) };
}

static struct answer too_big_from(const char *from, uint32_t mtu, uint8_t ttl_left)
{
	struct answer a = answer_from(from, ANSWER_IS_UNREACHABLE);

	a.type = ICMP_UNREACHABLE4;
	a.code = ICMP_FRAGMENTATION_NEEDED4;
	a.mtu = mtu;
	a.ttl_left = ttl_left;
	return a;
}

static struct question_probe next_probe(const struct question *q)
{
	struct question_probe p = { 0 };
	uint64_t until_ns;

	assert_int_equal(q->next(q->state, 1, &p, &until_ns), SEARCH_SEND);
	return p;
}

static void tell(const struct question *q, const struct question_probe *p, struct answer a)
{
	q->answered(q->state, 2, p->reference, &a);
}

/* A router of the forward path tells; then the return path, whose end only the datagram itself proves. */
static void both_ways(void **state)
{
	const struct question_world world = open_world(PROTOCOL_UDP, PAYLOAD_TEXT);
	const struct trace_options o = { .has_mtu = true };
	struct trace_record record;
	struct question_probe p, unused;
	struct question q;
	uint64_t until_ns;

	(void)state;
	assert_true(mtu_open(&q, &world, &o));
	p = next_probe(&q);
	assert_true(p.direction == THERE && p.ttl == SEARCH_FAR_HOP && p.variation.size == 1500);
	tell(&q, &p, answer_from("10.1.2.1", ANSWER_IS_UNREACHABLE)); /* refused on the way, for another reason */
	assert_int_equal(q.next(q.state, 2, &unused, &until_ns), SEARCH_WAIT);
	tell(&q, &p, too_big_from("10.1.2.1", 1400, 63));
	p = next_probe(&q);
	assert_true(p.direction == THERE && p.ttl == SEARCH_FAR_HOP && p.variation.size == 1400);
	tell(&q, &p, answer_from("203.0.113.80", ANSWER_IS_UNREACHABLE));
	p = next_probe(&q);
	assert_true(p.direction == BACK && p.ttl == HOPS + BACK_HOPS && p.variation.size == 1400);
	tell(&q, &p, answer_from("203.0.113.80", ANSWER_IS_UNREACHABLE)); /* by a reach check */
	assert_int_equal(q.next(q.state, 2, &unused, &until_ns), SEARCH_WAIT);
	tell(&q, &p, too_big_from("10.2.1.1", 1300, 0));
	p = next_probe(&q);
	assert_int_equal(p.variation.size, 1300);
	tell(&q, &p, answer_from("10.1.1.10", ANSWER_IS_RETURN));
	assert_int_equal(q.next(q.state, 2, &unused, &until_ns), SEARCH_DONE);

	trace_record_init(&record);
	for (enum direction d = THERE; d < DIRECTIONS; d++) {
		struct record_router *r = record_add_router(&record);

		r->direction = (uint8_t)d;
		r->addr = addr_of(d == THERE ? "10.1.2.1" : "10.2.1.1");
	}
	assert_true(q.fill(q.state, &record));
	assert_string_equal(record.routers[0].marks[0], "mtu 1400");
	assert_string_equal(record.routers[1].marks[0], "mtu 1300");
	assert_true(record.mtu[RECORD_THERE].path == 1400 && record.mtu[RECORD_THERE].falls[0].hop == 2);
	assert_true(record.mtu[RECORD_BACK].path == 1300 && record.mtu[RECORD_BACK].falls[0].hop == 1);
	assert_false(record.mtu[RECORD_THERE].is_cut_off || record.mtu[RECORD_BACK].is_cut_off);
	trace_record_done(&record);
	q.close(q.state);
}

/* The hop of a router with another address follows from the TTL that is left; an impossible value is ignored. */
static void hops(void **state)
{
	static const struct {
		const char *from;
		uint8_t ttl_left;
		bool has_hop;
		unsigned hop;
	} rows[] = {
		{ "10.1.3.1", 60, true, 3 }, /* the address counts */
		{ "192.0.2.1", 63, true, 2 },
		{ "192.0.2.1", 64, true, 1 },
		{ "192.0.2.1", 62, true, 3 },
		{ "192.0.2.1", 61, false, 0 }, /* the hop that was asked */
		{ "192.0.2.1", 60, false, 0 },
		{ "192.0.2.1", 200, false, 0 },
		{ "192.0.2.1", 0, false, 0 },
	};
	const struct trace_options o = { .has_mtu = true };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct question_world world = open_world(PROTOCOL_UDP, PAYLOAD_TEXT);
		struct trace_record record;
		struct question_probe p;
		struct question q;

		assert_true(mtu_open(&q, &world, &o));
		p = next_probe(&q);
		tell(&q, &p, too_big_from(rows[i].from, 1400, rows[i].ttl_left));
		next_probe(&q);
		trace_record_init(&record);
		assert_true(q.fill(q.state, &record));
		if (record.mtu[RECORD_THERE].falls[0].has_hop != rows[i].has_hop ||
			record.mtu[RECORD_THERE].falls[0].hop != rows[i].hop)
			fail_msg("row %zu: hop %u", i, record.mtu[RECORD_THERE].falls[0].hop);
		assert_true(record.mtu[RECORD_THERE].is_cut_off); /* it is not done */
		trace_record_done(&record);
		q.close(q.state);
		free(searches[THERE]);
		free(searches[BACK]);
	}
	searches[THERE] = searches[BACK] = NULL;
}

/* Whose answer depends on what was sent is not asked, and then nothing is said about its link. */
static void last_links(void **state)
{
	static const struct {
		uint8_t protocol;
		enum payload_kind payload;
		unsigned ttl;
	} rows[] = { { PROTOCOL_UDP, PAYLOAD_TEXT, SEARCH_FAR_HOP }, { PROTOCOL_UDP, PAYLOAD_QUIC, SEARCH_FAR_HOP },
		{ PROTOCOL_UDP, PAYLOAD_DNS, HOPS - 1 }, { PROTOCOL_TCP, PAYLOAD_TEXT, HOPS - 1 },
		{ PROTOCOL_ICMP, PAYLOAD_TEXT, HOPS - 1 } };
	const struct trace_options o = { .has_mtu = true }, without = { .has_mtu = false };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct question_world world = open_world(rows[i].protocol, rows[i].payload);
		const bool is_last = rows[i].ttl == SEARCH_FAR_HOP;
		struct trace_record record;
		struct question_probe p;
		struct question q;
		uint64_t until_ns;

		assert_false(mtu_open(&q, &world, &without));
		assert_true(mtu_open(&q, &world, &o));
		p = next_probe(&q);
		assert_int_equal(p.ttl, rows[i].ttl);
		tell(&q, &p,
			answer_from(is_last ? "203.0.113.80" : "10.1.3.1",
				is_last ? ANSWER_IS_REPLY : ANSWER_IS_EXPIRED));
		assert_int_equal(q.next(q.state, 2, &p, &until_ns), is_last ? SEARCH_SEND : SEARCH_DONE);
		trace_record_init(&record);
		assert_true(q.fill(q.state, &record));
		assert_int_equal(record.mtu[RECORD_THERE].is_cut_off, !is_last);
		trace_record_done(&record);
		q.close(q.state);
		free(searches[THERE]);
		free(searches[BACK]);
	}
	searches[THERE] = searches[BACK] = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(both_ways, close_world),
		cmocka_unit_test_teardown(hops, close_world),
		cmocka_unit_test_teardown(last_links, close_world),
	};

	return cmocka_run_group_tests_name("ask mtu", tests, NULL, NULL);
}
