/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces along TCP connections: what is believed, whom, and how much is enough. */
#include "tests/inband_scene.h"

#include <stdio.h>
#include <string.h>

/* --- answers that are none --------------------------------------------------------------------------------------- */

static void believes_no_stranger(void **state)
{
	static const char *const quotes[] = {
		PROBE "1 | tcp 80 > 4000 seq 1190 ack 77 flags A | cut 28", /* ttl 9: not asked */
		PROBE "1 | tcp 80 > 4000 seq 1199 ack 77 flags A | cut 28", /* id 0 */
		PROBE "1 | tcp 80 > 4000 seq 1200 ack 77 flags A | cut 28",
		PROBE "1 | tcp 80 > 4000 seq 1166 ack 77 flags A | cut 28", /* the second attempt, not made */
		PROBE "1 | tcp 80 > 4000 seq 1102 ack 77 flags A | cut 28", /* id 97 */
		PROBE "1 | tcp 80 > 4001 seq 1198 ack 77 flags A | cut 28",
		PROBE "1 | tcp 81 > 4000 seq 1198 ack 77 flags A | cut 28",
		PROBE "1 | udp 80 > 4000 | 00",
		"ip4 203.0.113.80 > 10.1.1.11 ttl 1 | tcp 80 > 4000 seq 1198 ack 77 flags A | cut 28",
		"ip4 203.0.113.81 > 10.1.1.10 ttl 1 | tcp 80 > 4000 seq 1198 ack 77 flags A | cut 28",
		"ip4 10.1.1.10 > 203.0.113.80 ttl 1 | tcp 4000 > 80 seq 1198 ack 77 flags A | cut 28",
	};
	static const char *const segments[] = {
		PEERS "seq 77 ack 1200 flags A options 0101050a000004a6000004a7", /* ttl 9: not asked */
		PEERS "seq 77 ack 1200 flags A options 0101050a000004af000004b0", /* id 0 */
		PEERS "seq 77 ack 1200 flags A options 0101050a0000048e0000048f", /* the second attempt */
		PEERS "seq 77 ack 1200 flags A options 0101050a000004ae000004b0", /* two bytes */
		PEERS "seq 77 ack 1200 flags A options 0101050a000004ae000004ae", /* none */
		PEERS "seq 77 ack 1200 flags A options 01010512000004af000004b0000004ae000004af", /* not the first */
		"ip4 10.1.1.11 > 203.0.113.80 | tcp 4000 > 80 seq 77 ack 1200 flags A options 0101050a000004ae000004af",
		"ip4 10.1.1.10 > 203.0.113.80 | tcp 4001 > 80 seq 77 ack 1200 flags A options 0101050a000004ae000004af",
		PEERS "seq 76 ack 0 flags R",
		PEERS "seq 1048653 ack 0 flags R", /* out of the window */
		PEERS "seq 76 ack 1200 flags FA",
		"ip4 10.1.1.10 > 203.0.113.80 | tcp 4000 > 81 seq 77 flags R",
	};
	char text[256];

	(void)state;
	begun(32, 3);
	pass(0, NULL);
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		snprintf(text, sizeof(text), "ip4 10.2.1.1 > 203.0.113.80 | expired | %s", quotes[i]);
		if (error(text) != REASON_NO_FLIGHT)
			fail_msg("%s: %s", text, reason_table[engine.event.reason].counter);
	}
	assert_int_equal(error("ip4 10.2.1.1 > 203.0.113.81 | expired | " PROBE
			       "1 | tcp 80 > 4000 seq 1198 ack 77 flags A"),
		REASON_NO_FLIGHT);
	assert_int_equal(error("ip4 203.0.113.80 > 203.0.113.80 | expired | " PROBE
			       "1 | tcp 80 > 4000 seq 1198 ack 77 flags A"),
		REASON_ERROR_SOURCE);
	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
		if (segment(false, segments[i]))
			fail_msg("%s: %s", segments[i], reason_table[engine.event.reason].counter);
	/* what claims to be ours and comes from outside */
	assert_false(segment(false, OURS "seq 1200 ack 77 flags R"));
	assert_said("");
	assert_int_equal(engine.inband.running, 1);
	assert_int_equal(expired(1, 1, 0), REASON_HOP);
	assert_int_equal(expired(1, 1, 0), REASON_REPEATED);
	assert_int_equal(expired(2, 1, 0), REASON_REPEATED);
	assert_true(duplicate(2, 0));
	assert_false(duplicate(2, 0));
	assert_int_equal(expired(2, 2, 0), REASON_REPEATED);
	assert_said(" 1:2.1/1 2:1.1/1!");
}

/* However late, an answer belongs to the probe that it names. */
static void credits_late_answers(void **state)
{
	(void)state;
	begun(4, 3);
	pass(0, NULL);
	pass(300 * ms_ns, NULL);
	expired(1, 1, 0);
	assert_int_equal(engine.event.rtt_ns, 300 * ms_ns);
	now_ns += 5 * ms_ns;
	expired(1, 1, 1);
	assert_int_equal(engine.event.rtt_ns, 5 * ms_ns);
	pass(700 * ms_ns, NULL);
	expired(2, 2, 1);
	assert_said(" 1:2.1/1 1:2.1/2 2:2.2/2");
	while (engine.inband.running)
		pass(25 * ms_ns, NULL);
	assert_int_equal(expired(3, 3, 0), REASON_NO_FLIGHT); /* when the trace is over */
}

/* Its own probes tell when they really left, and change nothing else. */
static void hears_its_own_probes(void **state)
{
	static char packets[100][256];

	(void)state;
	begun(4, 3);
	pass(0, packets);
	now_ns += ms_ns;
	assert_false(segment(true, PROBE "1 tos 3 | tcp 80 > 4000 seq 1198 ack 99 win 7 flags A | 00"));
	now_ns += ms_ns;
	expired(1, 1, 0);
	assert_int_equal(engine.event.rtt_ns, ms_ns);
	assert_string_equal(pass(10 * ms_ns, packets), "1");
	assert_string_equal(packets[4],
		SENT "1 df | tcp 80 > 4000 seq 0x0000048e ack 0x0000004d flags A win 501 " TIMES " | 00");
	/* what the connection says meanwhile is what the next ones look like */
	segment(true, OURS "seq 1200 ack 99 win 502 flags PA options 0101080a000000090000000c | pattern 5");
	assert_string_equal(pass(300 * ms_ns, packets), "1 2 3 4");
	assert_string_equal(packets[6],
		SENT
		"2 df | tcp 80 > 4000 seq 0x0000048d ack 0x00000063 flags A win 502 options 0101080a000000090000000c | 00");
}

static void ends_with_the_connection(void **state)
{
	static const struct {
		bool is_ours;
		const char *segment;
	} rows[] = {
		{ true, OURS "seq 1200 ack 77 flags FA" },
		{ true, OURS "seq 1200 ack 77 flags R" },
		{ false, PEERS "seq 77 ack 1200 flags FA" },
		{ false, PEERS "seq 77 flags R" },
		{ false, PEERS "seq 99 ack 1200 flags FA | pattern 5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begun(32, 3);
		pass(0, NULL);
		expired(1, 1, 0);
		assert_true(segment(rows[i].is_ours, rows[i].segment));
		assert_said(" 1:2.1/1 closed:6");
		assert_int_equal(engine.inband.running, 0);
		assert_int_equal(expired(2, 2, 0), REASON_NO_FLIGHT);
		assert_string_equal(pass(s_ns, NULL), "");
	}
}

/* The NAT box says Time Exceeded in the peer's name, and is not the end. */
static void sees_through_nat(void **state)
{
	(void)state;
	begun(8, 1);
	pass(0, NULL);
	expired(1, 1, 0);
	assert_int_equal(error("ip4 10.1.1.10 > 203.0.113.80 | expired | " PROBE
			       "1 | tcp 80 > 4000 seq 1196 ack 77 flags A | cut 28"),
		REASON_HOP);
	assert_int_equal(engine.inband.report.trace->nat_ttl, 3);
	assert_int_equal(error("ip4 10.1.1.10 > 203.0.113.80 | expired | " PROBE
			       "1 | tcp 80 > 4000 seq 1197 ack 77 flags A | cut 28"),
		REASON_HOP);
	assert_int_equal(engine.inband.report.trace->nat_ttl, 2);
	duplicate(4, 0);
	pass(0, NULL);
	assert_said(" 1:2.1/1 3:1.1/1 2:1.1/1 4:1.1/1! reached:6");
}

/* --- limits ------------------------------------------------------------------------------------------------------ */

static void keeps_within_limits(void **state)
{
	struct flow flow;
	unsigned count = 0;

	(void)state;
	begin("limit 100000/s per-prober");
	for (unsigned port = 1; port <= INBAND_TRACES; port++) {
		flow = flow_of("203.0.113.80", "10.1.1.10", (uint16_t)port);
		count += ask(&flow, 32, 3, 500) >= 0;
	}
	assert_int_equal(count, INBAND_TRACES_PER_PROBER);
	assert_said("too many traces to the peer's network, try again later");
	flow = flow_of("2001:db8:80::80", "fd00:c::10", 4000);
	for (unsigned port = 1; port <= INBAND_TRACES; port++) {
		flow.peer_port = (uint16_t)port;
		flow.peer.bytes[15] = (uint8_t)port;
		count += ask(&flow, 32, 3, 500) >= 0;
	}
	assert_int_equal(count, INBAND_TRACES);
	assert_int_equal(inband_table_find(&engine.inband, &flow), -1);
	assert_said("too many traces, try again later");
	flow = flow_of("203.0.113.80", "10.1.1.10", 7);
	assert_int_equal(inband_table_find(&engine.inband, &flow), 6);
	inband_table_stop(&engine.inband, 6);
	assert_int_equal(inband_table_find(&engine.inband, &flow), -1);
	flow.peer_port = 4000;
	assert_int_equal(ask(&flow, 32, 3, 500), 6);
}

static void refuses_whom_it_must(void **state)
{
	struct flow flow;

	(void)state;
	begin("deny 10.1.0.0/16");
	assert_int_equal(ask4(32, 3, 500), -1);
	assert_said("the peer is denied in uturnd.conf");
	flow = flow_of("127.0.0.1", "127.0.0.1", 4000);
	assert_int_equal(ask(&flow, 32, 3, 500), -1);
	assert_said("there are no routers on the way to this address");
	begin("limit 1/s per-prober");
	assert_true(ask4(32, 3, 500) >= 0);
	flow = flow_of("203.0.113.80", "10.1.1.10", 4001);
	assert_int_equal(ask(&flow, 32, 3, 500), -1);
	assert_said("the peer is above its limit, try again later");
}

/* What runs goes on; nothing begins, not even for a peer that is known. */
static void begins_none_while_drained(void **state)
{
	struct flow flow = flow_of("203.0.113.80", "10.1.1.10", 4001);

	(void)state;
	begun(4, 3);
	engine_drain(&engine, now_ns + 60 * s_ns);
	assert_int_equal(ask(&flow, 32, 3, 500), -1);
	assert_said("no new traces now, this host is drained for maintenance: try again later");
	assert_string_equal(pass(0, NULL), "1 2 3 4");
	expired(1, 1, 0);
	duplicate(4, 0);
	while (engine.inband.running)
		pass(25 * ms_ns, NULL);
	assert_non_null(strstr(said, "reached:"));
	now_ns += 60 * s_ns;
	assert_true(ask(&flow, 32, 3, 500) >= 0);
}

/* Probes count as the peer's; what has no room now leaves later, and not for ever. */
static void paces_its_probes(void **state)
{
	(void)state;
	begin("limit 10/s per-prober");
	ask4(32, 3, 500);
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 200");
	segment(false, PEERS "seq 77 ack 1200 flags A");
	assert_string_equal(pass(0, NULL), "1 2 3 4 5 6");
	expired(1, 1, 0);
	assert_string_equal(pass(50 * ms_ns, NULL), "1 2 3"); /* with the asking itself that makes ten */
	expired(1, 1, 1);
	assert_string_equal(pass(50 * ms_ns, NULL), "1");
	while (engine.inband.running)
		pass(25 * ms_ns, NULL);
	assert_in_range(sent, 80, 91); /* 10 at once, and 10 a second for eight seconds */
	assert_in_range(now_ns - start_ns, 8 * s_ns, 8 * s_ns + 100 * ms_ns);
	assert_non_null(strstr(strrchr(said, ' '), " limit:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(believes_no_stranger, packets_free),
		cmocka_unit_test_teardown(credits_late_answers, packets_free),
		cmocka_unit_test_teardown(hears_its_own_probes, packets_free),
		cmocka_unit_test_teardown(ends_with_the_connection, packets_free),
		cmocka_unit_test_teardown(sees_through_nat, packets_free),
		cmocka_unit_test_teardown(keeps_within_limits, packets_free),
		cmocka_unit_test_teardown(refuses_whom_it_must, packets_free),
		cmocka_unit_test_teardown(begins_none_while_drained, packets_free),
		cmocka_unit_test_teardown(paces_its_probes, packets_free),
	};

	return cmocka_run_group_tests_name("inband, limits", tests, NULL, NULL);
}
