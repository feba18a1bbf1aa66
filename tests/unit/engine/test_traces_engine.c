/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets through the engine, and what it keeps of their traces: front ends, ends, relay times. */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "packet/ip.h"
#include "tests/engine_of.h"
#include "tools/uturn-replay/packet_text.h"

#define THERE "ip4 10.1.1.10 > 203.0.113.80 "
#define BACK "ip4 203.0.113.80 > 10.1.1.10 keyed "
#define ASK "ip4 10.90.1.2 > 10.90.100.2 "

static const uint64_t s_ns = 1000000000, ms_ns = 1000000;

static struct engine engine;
static struct traces traces;
static struct writer sent; /* for the last probe */

static void begin(const char *lines)
{
	engine_of(&engine, lines, packet_text_secret);
	memset(&traces, 0, sizeof(traces));
	engine_keep_traces(&engine, &traces);
}

static void probe(const char *text, uint64_t now_ns, enum reason reason)
{
	sent = packet_room(ENGINE_PACKET_MAX);
	engine_on_probe(&engine, packet_of(text), now_ns, &sent);
	assert_string_equal(reason_table[engine.event.reason].counter, reason_table[reason].counter);
}

static void answer(const char *text, uint64_t now_ns, enum reason reason)
{
	struct writer out = packet_room(ENGINE_PACKET_MAX);

	engine_on_answer(&engine, packet_of(text), now_ns, &out);
	assert_string_equal(reason_table[engine.event.reason].counter, reason_table[reason].counter);
}

static void pass_time(uint64_t now_ns)
{
	struct writer out = packet_room(ENGINE_PACKET_MAX);

	while (engine_on_time(&engine, now_ns, &out))
		out.len = 0;
}

static void keeps_a_traceroute(void **state)
{
	struct trace kept;

	(void)state;
	begin("");
	assert_false(engine_is_waiting(&engine));
	probe(THERE "ttl 1 | udp 4000 > 33434 | pattern 32", 10 * s_ns, REASON_INFLECTION);
	assert_true(engine_is_waiting(&engine)); /* its end is due some time */
	probe(THERE "ttl 2 | udp 4001 > 33435 | pattern 32", 10 * s_ns, REASON_TURNED);
	probe(THERE "ttl 3 | udp 4002 > 33436 | pattern 32", 10 * s_ns, REASON_TURNED);
	answer("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 33435 > 4001 | pattern 32 | neutral",
		10 * s_ns + 7 * ms_ns, REASON_RELAYED);
	answer("ip4 10.1.1.10 > 203.0.113.80 | unreachable code 3 | " BACK
	       "ttl 1 | udp 33436 > 4002 | pattern 32 | neutral",
		10 * s_ns + 9 * ms_ns, REASON_ARRIVED);
	pass_time(13 * s_ns - 1);
	assert_int_equal(traces.count, 1);
	pass_time(13 * s_ns);
	assert_int_equal(traces.count, 0);
	assert_int_equal(traces.totals[FRONT_UTURN][TRACE_ARRIVED], 1);
	assert_true(traces_read_ended(&traces, 1, &kept));
	assert_int_equal(kept.probes, 3);
	assert_int_equal(trace_last_hop(&kept), 2);
	assert_int_equal(kept.rtt_us[0][0], 7000);
	assert_int_equal(kept.rtt_us[1][0], 9000);
	assert_int_equal(kept.slowest_us, 7000); /* of routers */
	assert_int_equal(engine.activity.turned_ns, 10 * s_ns);
	assert_int_equal(engine.activity.relayed_ns, 10 * s_ns + 7 * ms_ns);
}

static void keeps_requests(void **state)
{
	struct trace kept;

	(void)state;
	begin("request on\nlimit 2/s per-prober");
	probe(ASK "| echo code 1 id 7 | 080680e8 | zeroes 36", s_ns, REASON_REQUEST_PROBED);
	probe(ASK "| echo code 1 id 7 | 021180e8 | zeroes 36", s_ns, REASON_REQUEST_PROBED);
	probe(ASK "| echo code 1 id 7 | 020680e8 | zeroes 36", s_ns, REASON_LIMIT_PROBER);
	probe(ASK "| echo code 1 id 7 | 00110000", 3 * s_ns, REASON_REQUEST_WRONG);
	pass_time(20 * s_ns);
	assert_int_equal(traces.ended, 2);
	assert_int_equal(traces.totals[FRONT_REQUEST][TRACE_STOPPED], 1);
	assert_int_equal(traces.totals[FRONT_REQUEST][TRACE_LIMITED], 1);
	for (unsigned i = 1; i <= 2; i++) {
		assert_true(traces_read_ended(&traces, i, &kept));
		assert_int_equal(kept.end, kept.protocol == 6 ? TRACE_LIMITED : TRACE_STOPPED);
		assert_int_equal(kept.probes, kept.protocol == 6 ? 2 : 1);
	}
}

/* The host that the probe was for has answered. */
static void knows_where_a_request_ends(void **state)
{
	struct trace kept;
	char text[160];

	(void)state;
	begin("request on");
	probe(ASK "| echo code 1 id 7 | 080680e8 | zeroes 36", s_ns, REASON_REQUEST_PROBED);
	snprintf(text, sizeof(text), "ip4 10.90.1.2 > 10.90.100.2 ttl 60 | tcp 33000 > 1021 ack %u flags RA",
		load_u32(sent.at + HEADER_SIZE4 + 4) + 1);
	answer(text, s_ns + 5 * ms_ns, REASON_ANSWERED);
	pass_time(20 * s_ns);
	assert_int_equal(traces.totals[FRONT_REQUEST][TRACE_ARRIVED], 1);
	assert_true(traces_read_ended(&traces, 1, &kept));
	assert_int_equal(kept.end_hop, 8);
	assert_int_equal(kept.rtt_us[7][0], 5000);
	assert_int_equal(kept.slowest_us, 0);
}

static void counts_relay_times(void **state)
{
	static const struct {
		uint64_t rtt_ns;
		unsigned bucket;
	} rows[] = {
		{ 0, 0 },
		{ 1000000, 0 },
		{ 1000001, 1 },
		{ 2000000, 1 },
		{ 999999999, 9 },
		{ 1000000000, 9 },
		{ 5000000000, 11 },
		{ 5000000001, 12 },
		{ UINT64_C(1) << 60, 12 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct event e = { .reason = REASON_RELAYED, .rtt_ns = rows[i].rtt_ns, .at_ns = 7 };
		struct activity a = { 0 };

		activity_on_event(&a, &e);
		assert_int_equal(a.relay.counts[rows[i].bucket], 1);
		assert_int_equal(a.relay.sum_ns, rows[i].rtt_ns);
		assert_int_equal(a.relayed_ns, 7);
		assert_int_equal(a.turned_ns, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(keeps_a_traceroute, packets_free),
		cmocka_unit_test_teardown(keeps_requests, packets_free),
		cmocka_unit_test_teardown(knows_where_a_request_ends, packets_free),
		cmocka_unit_test_teardown(counts_relay_times, packets_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
