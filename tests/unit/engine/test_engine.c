/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What replays cannot see: what the engine tells about an event, its memory, time at its ends. */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "tests/engine_of.h"
#include "tools/uturn-replay/packet_text.h"

#define THERE "ip4 10.1.1.10 > 203.0.113.80 "
#define BACK "ip4 203.0.113.80 > 10.1.1.10 keyed "

static const uint64_t s_ns = 1000000000, ms_ns = 1000000;

static struct engine engine;

static void begin(const char *lines)
{
	engine_of(&engine, lines, packet_text_secret);
}

static enum act probe(const char *text, uint64_t now_ns, struct writer *out)
{
	*out = packet_room(ENGINE_PACKET_MAX);
	return engine_on_probe(&engine, packet_of(text), now_ns, out);
}

static void error(const char *text, uint64_t now_ns, struct writer *out)
{
	*out = packet_room(ENGINE_PACKET_MAX);
	engine_on_error(&engine, packet_of(text), now_ns, out);
}

static bool passed(uint64_t now_ns, struct writer *out)
{
	*out = packet_room(ENGINE_PACKET_MAX);
	return engine_on_time(&engine, now_ns, out);
}

/* Address and port of either side, as reports and logs show them; "" for none. */
static void assert_event(enum reason reason, const char *prober, const char *target, uint16_t prober_port,
	uint16_t target_port, uint8_t protocol, uint8_t ttl)
{
	const struct event *e = &engine.event;
	struct addr none = { 0 }, a = *prober ? addr_of(prober) : none, b = *target ? addr_of(target) : none;

	assert_string_equal(reason_table[e->reason].counter, reason_table[reason].counter);
	assert_memory_equal(&e->prober, &a, sizeof(a));
	assert_memory_equal(&e->target, &b, sizeof(b));
	assert_int_equal(e->prober_port, prober_port);
	assert_int_equal(e->target_port, target_port);
	assert_int_equal(e->protocol, protocol);
	assert_int_equal(e->ttl, ttl);
}

static void assert_router(const char *router, uint8_t type, uint8_t code, uint64_t rtt_ns)
{
	struct addr none = { 0 }, a = *router ? addr_of(router) : none;

	assert_memory_equal(&engine.event.router, &a, sizeof(a));
	assert_int_equal(engine.event.icmp_type, type);
	assert_int_equal(engine.event.icmp_code, code);
	assert_int_equal(engine.event.rtt_ns, rtt_ns);
}

static void events_of_a_trace(void **state)
{
	struct writer out;

	(void)state;
	begin("");
	assert_int_equal(probe(THERE "ttl 1 | udp 4000 > 33434 | pattern 32", 10 * s_ns, &out), ACT_TAKE);
	assert_event(REASON_INFLECTION, "10.1.1.10", "203.0.113.80", 4000, 33434, 17, 1);
	assert_router("", 0, 0, 0);
	assert_int_equal(engine.event.at_ns, 10 * s_ns);

	assert_int_equal(probe(THERE "ttl 3 | udp 4001 > 33435 | pattern 32", 10 * s_ns, &out), ACT_TAKE);
	assert_event(REASON_TURNED, "10.1.1.10", "203.0.113.80", 4001, 33435, 17, 3);
	error("ip4 10.2.1.2 > 203.0.113.80 | unreachable code 13 | " BACK
	      "ttl 1 | udp 33435 > 4001 | pattern 32 | neutral",
		10 * s_ns + 7 * ms_ns, &out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 4001, 33435, 17, 3);
	assert_router("10.2.1.2", 3, 13, 7 * ms_ns);
	assert_int_equal(engine.event.at_ns, 10 * s_ns + 7 * ms_ns);

	probe(THERE "ttl 4 | udp 4002 > 33436 | pattern 16", 10 * s_ns, &out);
	assert_true(passed(10 * s_ns + 400 * ms_ns, &out));
	assert_event(REASON_CHECKED, "10.1.1.10", "203.0.113.80", 4002, 33436, 17, 4);
	assert_router("", 0, 0, 0);
	error("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 4002 > 33436 | neutral 16",
		10 * s_ns + 500 * ms_ns, &out);
	assert_event(REASON_CHECK_EXPIRED, "10.1.1.10", "203.0.113.80", 4002, 33436, 17, 4);
	assert_router("10.2.1.2", 11, 0, 500 * ms_ns);
	assert_true(passed(15 * s_ns + 1, &out));
	assert_event(REASON_EXPIRED, "10.1.1.10", "203.0.113.80", 4002, 33436, 17, 4);
	assert_false(passed(15 * s_ns + 1, &out));
	assert_int_equal(out.len, 0);
}

/* Identifier and sequence of an echo request are no ports. */
static void events_of_icmp(void **state)
{
	struct writer out;

	(void)state;
	begin("");
	probe(THERE "ttl 3 | echo id 9 seq 8", s_ns, &out);
	assert_event(REASON_TURNED, "10.1.1.10", "203.0.113.80", 0, 0, 1, 3);
	error("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 | reply id 9 seq 8", 2 * s_ns, &out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 0, 0, 1, 3);
	probe("ip6 fd00:c::10 > 2001:db8:80::80 ttl 9 | tcp 7 > 80", s_ns, &out);
	assert_event(REASON_TURNED, "fd00:c::10", "2001:db8:80::80", 7, 80, 6, 9);
	error("ip6 fd00:c::10 > 2001:db8:80::80 | unreachable code 4 | ip6 2001:db8:80::80 > fd00:c::10 keyed ttl 1 | "
	      "tcp 80 > 7 ack 1 flags RA",
		2 * s_ns, &out);
	assert_event(REASON_ARRIVED, "fd00:c::10", "2001:db8:80::80", 7, 80, 6, 9);
	assert_router("fd00:c::10", 1, 4, s_ns);
}

static void events_of_refusals(void **state)
{
	struct writer out;

	(void)state;
	begin("");
	assert_int_equal(probe(THERE "ttl 40 | udp 4000 > 53", s_ns, &out), ACT_PASS);
	assert_event(REASON_TTL_RANGE, "10.1.1.10", "203.0.113.80", 4000, 53, 17, 40);
	assert_int_equal(probe(THERE "ttl 4 mf | udp 4000 > 53", s_ns, &out), ACT_PASS);
	assert_event(REASON_FRAGMENT, "10.1.1.10", "203.0.113.80", 0, 0, 17, 4);
	assert_int_equal(probe("zeroes 0", s_ns, &out), ACT_PASS);
	assert_event(REASON_TRUNCATED, "", "", 0, 0, 0, 0);
	error("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 1 > 2 | neutral", s_ns, &out);
	assert_event(REASON_NO_FLIGHT, "", "", 0, 0, 0, 0);
	assert_router("10.2.1.2", 11, 0, 0);
	error("ip4 10.2.1.2 > 203.0.113.80 | echo", s_ns, &out);
	assert_event(REASON_ERROR_TYPE, "", "", 0, 0, 0, 0);
	assert_int_equal(engine.counters[REASON_TTL_RANGE], 1);
	assert_int_equal(engine.counters[REASON_NO_FLIGHT], 1);
}

/* Dropped is taken, and passed is passed: by the kind of the reason. */
static void acts(void **state)
{
	struct writer out;

	(void)state;
	begin("limit 1/s per-prober\ninflection silent");
	assert_int_equal(probe(THERE "ttl 1 | udp 1 > 2", s_ns, &out), ACT_TAKE);
	assert_int_equal(engine.event.reason, REASON_SILENT);
	assert_int_equal(probe(THERE "ttl 1 | udp 1 > 2", s_ns, &out), ACT_TAKE);
	assert_int_equal(engine.event.reason, REASON_LIMIT_PROBER);
	for (size_t i = 0; i < REASON_COUNT; i++)
		assert_true(reason_table[i].counter && reason_table[i].words);
}

/* Ports are told wherever they stood: behind extension headers, and of what has them beside UDP and TCP. */
static void events_of_ports(void **state)
{
	struct writer out;

	(void)state;
	begin("other-protocols turn");
	probe("ip6 fd00:c::10 > 2001:db8:80::80 ttl 9 | hop-by-hop | fragment | udp 4000 > 53", s_ns, &out);
	assert_event(REASON_TURNED, "fd00:c::10", "2001:db8:80::80", 4000, 53, 17, 9);
	error("ip6 2001:db8:2::2 > 2001:db8:80::80 | expired | ip6 2001:db8:80::80 > fd00:c::10 keyed ttl 1 | udp 53 > 4000 | neutral",
		s_ns, &out);
	assert_event(REASON_RELAYED, "fd00:c::10", "2001:db8:80::80", 4000, 53, 17, 9);
	probe(THERE "ttl 9 protocol 136 | 0fa0829400101234 | zeroes 8", s_ns, &out);
	assert_event(REASON_TURNED, "10.1.1.10", "203.0.113.80", 4000, 33428, 136, 9);
	error("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 protocol 136 | 82940fa000001234", s_ns, &out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 4000, 33428, 136, 9);
	probe(THERE "ttl 9 protocol 132 | 0fa0829400101234", s_ns, &out);
	assert_event(REASON_TURNED, "10.1.1.10", "203.0.113.80", 0, 0, 132, 9);
	error("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 protocol 132 | 0fa0829400101234", s_ns, &out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 0, 0, 132, 9);
}

/* Behind a NAT box: the end that is assumed is nobody's word. */
static void events_of_an_assumed_end(void **state)
{
	struct writer out;

	(void)state;
	begin("");
	probe(THERE "ttl 8 | udp 4000 > 33434", 10 * s_ns, &out);
	error("ip4 10.1.1.10 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 33434 > 4000 | neutral", 10 * s_ns + ms_ns,
		&out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 4000, 33434, 17, 8);
	probe(THERE "ttl 9 | udp 4000 > 33435", 10 * s_ns, &out);
	assert_true(passed(10 * s_ns + 400 * ms_ns, &out));
	assert_event(REASON_CHECKED, "10.1.1.10", "203.0.113.80", 4000, 33435, 17, 9);
	/* a room too small for it: the flight waits for its end by age */
	out = packet_room(55);
	assert_true(engine_on_time(&engine, 10 * s_ns + 800 * ms_ns, &out));
	assert_event(REASON_TOO_LARGE, "10.1.1.10", "203.0.113.80", 4000, 33435, 17, 9);
	assert_int_equal(engine.flights.out, 1);
	probe(THERE "ttl 9 | udp 4000 > 33436", 11 * s_ns, &out);
	assert_true(passed(11 * s_ns + 400 * ms_ns, &out));
	assert_true(passed(11 * s_ns + 800 * ms_ns, &out));
	assert_event(REASON_ASSUMED, "10.1.1.10", "203.0.113.80", 4000, 33436, 17, 9);
	assert_router("", 0, 0, 0);
	assert_int_equal(out.len, 56);
	assert_int_equal(engine.flights.out, 1);
	assert_false(passed(12 * s_ns, &out));
}

/* So many probers came by that nothing is known any more of one whose probes are still out. */
static void a_forgotten_prober(void **state)
{
	struct writer out;
	char text[80];

	(void)state;
	begin("in-flight 8\nlimit 1000000/s total\nkeep 60s");
	probe(THERE "ttl 9 | udp 4000 > 33434", s_ns, &out);
	probe(THERE "ttl 9 | udp 4000 > 33435", s_ns, &out);
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "ip4 10.2.%d.%d > 203.0.113.80 ttl 1 | udp 1 > 2", i / 250, i % 250 + 1);
		probe(text, 2 * s_ns, &out);
		assert_int_equal(engine.event.reason, REASON_SILENT);
	}
	assert_null(probers_find(&engine.probers, &(struct addr){ 4, { 10, 1, 1, 10 } }));
	error("ip4 10.1.1.10 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 33434 > 4000 | neutral", 2 * s_ns, &out);
	assert_event(REASON_RELAYED, "10.1.1.10", "203.0.113.80", 4000, 33434, 17, 9);
	assert_true(passed(3 * s_ns, &out));
	assert_event(REASON_CHECKED, "10.1.1.10", "203.0.113.80", 4000, 33435, 17, 9);
	assert_false(passed(6 * s_ns, &out));
}

/* A clock near 0 is no reason to take a flight for old, nor for a wheel to turn. */
static void time_near_zero(void **state)
{
	struct writer out;

	(void)state;
	begin("");
	assert_false(passed(0, &out));
	assert_int_equal(probe(THERE "ttl 3 | udp 4000 > 53", 0, &out), ACT_TAKE);
	assert_false(passed(1, &out));
	assert_true(passed(400 * ms_ns, &out));
	assert_int_equal(engine.event.reason, REASON_CHECKED);
	assert_false(passed(5 * s_ns, &out));
	assert_true(passed(5 * s_ns + 1, &out));
	assert_int_equal(engine.event.reason, REASON_EXPIRED);
	assert_false(passed(5 * s_ns + 1, &out));
	assert_int_equal(engine.flights.out, 0);
}

/* A host that slept: checks and expiries come all at once, each once. */
static void a_long_sleep(void **state)
{
	struct writer out;
	char text[80];

	(void)state;
	begin("");
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), THERE "ttl 3 | udp %d > 53", 4000 + i);
		assert_int_equal(probe(text, s_ns + (uint64_t)i * ms_ns, &out), ACT_TAKE);
	}
	for (int i = 0; i < 100; i++) {
		assert_true(passed(1000 * s_ns, &out));
		assert_int_equal(engine.event.reason, REASON_CHECKED);
		assert_int_equal(out.len, 28);
	}
	for (int i = 0; i < 100; i++) {
		assert_true(passed(1000 * s_ns, &out));
		assert_event(REASON_EXPIRED, "10.1.1.10", "203.0.113.80", (uint16_t)(4000 + i), 53, 17, 3);
		assert_int_equal(out.len, 0);
	}
	assert_false(passed(1000 * s_ns, &out));
}

static void a_writer_too_small(void **state)
{
	struct writer out = packet_room(27);
	struct span packet = packet_of(THERE "ttl 3 | udp 1 > 2");

	(void)state;
	begin("inflection target");
	assert_int_equal(engine_on_probe(&engine, packet, s_ns, &out), ACT_TAKE);
	assert_int_equal(engine.event.reason, REASON_TOO_LARGE);
	assert_true(out.overflow);
	assert_int_equal(engine.flights.out, 0);
	out = packet_room(55);
	assert_int_equal(engine_on_probe(&engine, packet_of(THERE "ttl 1 | udp 1 > 2"), s_ns, &out), ACT_TAKE);
	assert_int_equal(engine.event.reason, REASON_TOO_LARGE);

	out = packet_room(28);
	engine_on_probe(&engine, packet, s_ns, &out);
	assert_int_equal(engine.event.reason, REASON_TURNED);
	out = packet_room(27);
	assert_true(engine_on_time(&engine, 2 * s_ns, &out));
	assert_int_equal(engine.event.reason, REASON_TOO_LARGE);
	out = packet_room(55);
	engine_on_error(&engine,
		packet_of("ip4 10.2.1.2 > 203.0.113.80 | expired | " BACK "ttl 1 | udp 2 > 1 | neutral"), s_ns, &out);
	assert_int_equal(engine.event.reason, REASON_TOO_LARGE);
	/* the flight is still out: the next answer of the router may be shorter */
	assert_int_equal(engine.flights.out, 1);
}

static void configured_anew(void **state)
{
	struct engine_settings other = settings_of("max-ttl 4\nin-flight 7\nkeep 1s");
	struct writer out;

	(void)state;
	begin("in-flight 100");
	assert_int_equal(engine.flights.capacity, 100);
	assert_int_equal(probe(THERE "ttl 5 | udp 1 > 2", s_ns, &out), ACT_TAKE);
	engine_configure(&engine, &other);
	assert_int_equal(engine.settings.in_flight, 100);
	assert_int_equal(engine.flights.capacity, 100);
	assert_int_equal(engine.flights.out, 1);
	assert_int_equal(probe(THERE "ttl 5 | udp 1 > 2", s_ns, &out), ACT_PASS);
	assert_true(passed(3 * s_ns, &out));
	assert_true(passed(3 * s_ns, &out));
	assert_int_equal(engine.event.reason, REASON_EXPIRED);
}

/* Whole they are replies that nobody waits for, and not told of; cut anywhere they are an error, and a broken one. */
static void answers_of_every_length(void **state)
{
	static const char *const rows[] = { "ip4 10.90.1.2 > 10.90.100.2 | reply id 7 seq 1 | pattern 8",
		"ip6 fd90:1::2 > fd90:100::2 | reply id 7 seq 1 | pattern 8" };

	(void)state;
	begin("request on");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span whole = packet_of(rows[i]);

		for (size_t len = 0; len <= whole.len; len++) {
			struct writer cut = packet_room(len), out = packet_room(ENGINE_PACKET_MAX);

			memcpy(cut.at, whole.at, len);
			if (engine_on_answer(&engine, span_of(cut.at, len), 0, &out) != (len < whole.len) || out.len)
				fail_msg("%s: of %zu bytes", rows[i], len);
		}
	}
	assert_int_equal(engine.counters[REASON_ERROR_TRUNCATED], packet_of(rows[0]).len + packet_of(rows[1]).len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(events_of_a_trace, packets_free),
		cmocka_unit_test_teardown(events_of_icmp, packets_free),
		cmocka_unit_test_teardown(events_of_refusals, packets_free),
		cmocka_unit_test_teardown(events_of_ports, packets_free),
		cmocka_unit_test_teardown(events_of_an_assumed_end, packets_free),
		cmocka_unit_test_teardown(a_forgotten_prober, packets_free),
		cmocka_unit_test_teardown(acts, packets_free),
		cmocka_unit_test_teardown(time_near_zero, packets_free),
		cmocka_unit_test_teardown(a_long_sleep, packets_free),
		cmocka_unit_test_teardown(a_writer_too_small, packets_free),
		cmocka_unit_test_teardown(configured_anew, packets_free),
		cmocka_unit_test_teardown(answers_of_every_length, packets_free),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
