/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces along TCP connections: the engine and time, without a network. */
#include "tests/inband_scene.h"

#include <stdio.h>
#include <string.h>

/* --- a whole trace ---------------------------------------------------------------------------------------------- */

static void asks_and_hears(void **state)
{
	static char packets[100][256];

	(void)state;
	begun(32, 3);
	assert_string_equal(pass(0, packets), "1 2 3 4 5 6");
	assert_string_equal(packets[0],
		SENT "1 df | tcp 80 > 4000 seq 0x000004ae ack 0x0000004d flags A win 501 " TIMES " | 00");
	assert_string_equal(packets[5],
		SENT "6 df | tcp 80 > 4000 seq 0x000004a9 ack 0x0000004d flags A win 501 " TIMES " | 00");
	now_ns += ms_ns;
	assert_int_equal(expired(1, 1, 0), REASON_HOP);
	assert_int_equal(engine.event.rtt_ns, ms_ns);
	assert_int_equal(engine.event.ttl, 1);
	now_ns += ms_ns;
	assert_true(duplicate(6, 0)); /* the peer's answers may come in any order */
	assert_true(duplicate(4, 0));
	assert_int_equal(engine.event.reason, REASON_REACHED);
	assert_int_equal(engine.event.rtt_ns, 2 * ms_ns);
	assert_true(duplicate(5, 0)); /* an event, and behind the end nothing to report */
	assert_int_equal(expired(3, 3, 0), REASON_HOP);
	assert_int_equal(expired(2, 2, 0), REASON_HOP);
	assert_said(" 1:2.1/1 6:1.1/1! 4:1.1/1! 3:2.3/1 2:2.2/1");
	assert_string_equal(pass(8 * ms_ns - 1, NULL), "");
	assert_string_equal(pass(1, packets), "1 2 3 4");
	assert_string_equal(packets[6],
		SENT "1 df | tcp 80 > 4000 seq 0x0000048e ack 0x0000004d flags A win 501 " TIMES " | 00");
	for (unsigned ttl = 1; ttl <= 3; ttl++)
		expired(ttl, ttl, 1);
	duplicate(4, 1);
	assert_string_equal(pass(10 * ms_ns, NULL), "1 2 3 4");
	for (unsigned ttl = 1; ttl <= 3; ttl++)
		expired(ttl, ttl, 2);
	assert_string_equal(pass(0, NULL), "");
	assert_int_equal(engine.inband.running, 1);
	duplicate(4, 2);
	assert_string_equal(pass(0, NULL), "");
	assert_said(" 1:2.1/2 2:2.2/2 3:2.3/2 4:1.1/2! 1:2.1/3 2:2.2/3 3:2.3/3 4:1.1/3! reached:14");
	assert_int_equal(engine.inband.running, 0);
	assert_false(engine_is_waiting(&engine));
	assert_in_range(now_ns - start_ns, 0, 25 * ms_ns);
	assert_int_equal(engine.counters[REASON_PROBED], 14);
	assert_int_equal(engine.counters[REASON_TRACED], 1);
}

static void asks_in_one_attempt(void **state)
{
	(void)state;
	begun(3, 1);
	assert_string_equal(pass(0, NULL), "1 2 3");
	expired(1, 1, 0);
	expired(3, 3, 0);
	expired(2, 2, 0);
	assert_string_equal(pass(0, NULL), "");
	assert_said(" 1:2.1/1 3:2.3/1 2:2.2/1 max-ttl:3");
}

/* As the engine's owner sees it: begun by the first probe, ended with the trace, and apart from one on another connection. */
static void keeps_its_trace(void **state)
{
	static struct traces traces;
	struct trace kept;

	(void)state;
	memset(&traces, 0, sizeof(traces));
	begun(3, 1);
	engine_keep_traces(&engine, &traces);
	assert_string_equal(pass(0, NULL), "1 2 3");
	expired(1, 1, 0);
	assert_int_equal(traces.count, 1);
	duplicate(3, 0);
	expired(2, 2, 0);
	assert_string_equal(pass(0, NULL), "");
	assert_said(" 1:2.1/1 3:1.1/1! 2:2.2/1 reached:3");
	assert_int_equal(traces.count, 0);
	assert_int_equal(traces.totals[FRONT_INBAND][TRACE_ARRIVED], 1);
	assert_true(traces_read_ended(&traces, 1, &kept));
	assert_int_equal(kept.protocol, 6);
	assert_int_equal(kept.probes, 3);
	assert_int_equal(trace_last_hop(&kept), 3);
	assert_int_equal(trace_kept(&kept, 2), 1);
	/* the same where the connection is closed */
	begun(3, 1);
	memset(&traces, 0, sizeof(traces));
	engine_keep_traces(&engine, &traces);
	assert_string_equal(pass(0, NULL), "1 2 3");
	segment(false, PEERS "seq 77 flags R");
	assert_int_equal(traces.totals[FRONT_INBAND][TRACE_STOPPED], 1);
}

/* Around the end of the numbers: of ids 1..96, some are behind it and some before. */
static void sequence_numbers_wrap(void **state)
{
	static char packets[100][256];

	(void)state;
	begin("");
	ask4(32, 1, 500);
	segment(true, OURS "seq 4294967200 ack 77 win 501 flags PA | pattern 101");
	segment(false, PEERS "seq 77 ack 5 flags A");
	assert_string_equal(pass(0, packets), "1 2 3 4 5 6");
	assert_string_equal(packets[3], SENT "4 df | tcp 80 > 4000 seq 0x00000000 ack 0x0000004d flags A win 501 | 00");
	assert_string_equal(packets[4], SENT "5 df | tcp 80 > 4000 seq 0xffffffff ack 0x0000004d flags A win 501 | 00");
	assert_int_equal(error("ip4 10.2.5.1 > 203.0.113.80 | expired | " PROBE
			       "1 | tcp 80 > 4000 seq 4294967295 ack 77 flags A | cut 28"),
		REASON_HOP);
	segment(false,
		PEERS "seq 77 ack 5 flags A options 0101050afffffffe"
		      "ffffffff");
	segment(false,
		PEERS "seq 77 ack 5 flags A options 0101050affffffff"
		      "00000000");
	segment(false,
		PEERS "seq 77 ack 5 flags A options 0101050a00000000"
		      "00000001");
	assert_said(" 5:2.5/1 6:1.1/1! 4:1.1/1!");
}

static void ipv6_and_labels(void **state)
{
	static char packets[100][256];
	struct flow flow;

	(void)state;
	begin("");
	flow = flow_of("2001:db8:80::80", "fd00:c::10", 4000);
	ask(&flow, 32, 1, 500);
	segment(true,
		"ip6 2001:db8:80::80 > fd00:c::10 class 0xb9 flow 0xabcde | tcp 80 > 4000 seq 1000 ack 77 win 501 "
		"flags PA | pattern 200");
	segment(false, "ip6 fd00:c::10 > 2001:db8:80::80 ttl 61 | tcp 4000 > 80 seq 77 ack 1200 flags A");
	assert_string_equal(pass(0, packets), "1 2 3 4 5 6");
	assert_string_equal(packets[1],
		"ip6 2001:db8:80::80 > fd00:c::10 ttl 2 class 0xb8 flow 0xabcde | tcp 80 > 4000 seq 0x000004ad ack "
		"0x0000004d flags A win 501 | 00");
	assert_int_equal(
		error("ip6 fd00:2:2::1 > 2001:db8:80::80 | expired | ip6 2001:db8:80::80 > fd00:c::10 ttl 1 flow 0xabcde "
		      "| tcp 80 > 4000 seq 1197 ack 77 flags A | 00 | ext | mpls 16 ttl 1"),
		REASON_HOP);
	assert_int_equal(engine.inband.report.objects.len, 8);
	assert_memory_equal(engine.inband.report.objects.at, "\x00\x08\x01\x01\x00\x01\x01\x01", 8);
	assert_int_equal(
		error("ip6 fd00:2:3::1 > 2001:db8:80::80 | unreachable code 1 | ip6 2001:db8:80::80 > fd00:c::10 ttl 1 "
		      "| tcp 80 > 4000 seq 1196 ack 77 flags A"),
		REASON_HOP);
	assert_int_equal(engine.inband.report.objects.len, 0);
	assert_int_equal(engine.inband.report.answer->icmp_code, 1);
	assert_said(" 2:2.2/1 3:2.3/1u");
}

/* --- silence ---------------------------------------------------------------------------------------------------- */

static void names_a_silent_hop(void **state)
{
	(void)state;
	begun(32, 3);
	pass(0, NULL);
	for (unsigned attempt = 0; attempt < 3; attempt++) {
		expired(1, 1, attempt);
		expired(3, 3, attempt);
		duplicate(4, attempt);
		pass(50 * ms_ns, NULL);
	}
	assert_said(" 1:2.1/1 3:2.3/1 4:1.1/1! 1:2.1/2 3:2.3/2 4:1.1/2! 1:2.1/3 3:2.3/3 4:1.1/3!");
	/* no round trip is known: 375 ms behind its last attempt it has its second chance */
	assert_string_equal(pass(325 * ms_ns - 1, NULL), "");
	assert_string_equal(pass(1, NULL), "2");
	assert_string_equal(pass(375 * ms_ns - 1, NULL), "");
	assert_said("");
	assert_string_equal(pass(1, NULL), "");
	assert_said(" 2-4 reached:15");
}

/* A peer that never answers: every hop is asked, and nothing is claimed to be the end. */
static void comes_to_an_end_without_a_peer(void **state)
{
	char wanted[512] = " 1:2.1/1 2:2.2/1";

	(void)state;
	begun(32, 3);
	assert_string_equal(pass(0, NULL), "1 2 3 4 5 6");
	expired(1, 1, 0);
	expired(2, 2, 0);
	assert_said(wanted);
	pass(375 * ms_ns, NULL);
	assert_int_equal(sent, 2 * 6 + 26);
	while (engine.inband.running)
		pass(25 * ms_ns, NULL);
	assert_int_equal(sent, 97); /* behind the last router is something: it gets a second chance */
	wanted[0] = '\0';
	for (unsigned ttl = 3; ttl <= 32; ttl++)
		snprintf(wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), " %u-%u", ttl, ttl == 3 ? 4 : 3);
	strcat(wanted, " max-ttl:97");
	assert_said(wanted);
	assert_in_range(now_ns - start_ns, 0, 3 * s_ns);
}

/* Only as far as needed: a longer path than the first window makes it wider as soon as that is seen. */
static void widens_with_the_path(void **state)
{
	(void)state;
	begun(32, 1);
	assert_string_equal(pass(0, NULL), "1 2 3 4 5 6");
	expired(4, 4, 0);
	assert_string_equal(pass(0, NULL), "");
	expired(5, 5, 0);
	assert_string_equal(pass(0, NULL), "7 8 9 10");
	duplicate(10, 0);
	assert_string_equal(pass(375 * ms_ns - 1, NULL), "");
	assert_string_equal(pass(1, NULL), "1 2 3 6 7 8 9");
}

/* The connection's own round trip says how long an answer may take. */
static void waits_as_long_as_the_connection_does(void **state)
{
	struct inband_parameters parameters = { flow_of("203.0.113.80", "10.1.1.10", 4000), 4, 3, 500, 200000000,
		1000000 };
	const char *why;

	(void)state;
	begin("");
	inband_start(&engine, &parameters, now_ns, &why);
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 200");
	segment(false, PEERS "seq 77 ack 1200 flags A");
	assert_string_equal(pass(0, NULL), "1 2 3 4");
	for (unsigned i = 0; i < 2; i++) { /* while no answer can be here yet */
		assert_string_equal(pass(30 * ms_ns - 1, NULL), "");
		assert_string_equal(pass(1, NULL), "1 2 3 4");
	}
	now_ns += 140 * ms_ns;
	for (unsigned ttl = 1; ttl <= 3; ttl += 2)
		expired(ttl, ttl, 0);
	duplicate(4, 0);
	assert_string_equal(pass(0, NULL), "");
	assert_string_equal(pass(85 * ms_ns - 1, NULL), "");
	assert_string_equal(pass(1, NULL), "2"); /* 0.225 s after the last attempt */
	expired(2, 2, 3);
	assert_said(" 1:2.1/1 3:2.3/1 4:1.1/1! 2:2.2/4");
	assert_string_equal(pass(0, NULL), ""); /* 0.225 s are over for the attempts of the others */
	assert_said(" reached:13");
}

/* --- the beginning ---------------------------------------------------------------------------------------------- */

static void needs_a_quiet_moment(void **state)
{
	(void)state;
	begin("");
	ask4(32, 1, 500);
	assert_string_equal(pass(2 * s_ns - 1, NULL), "");
	assert_said("");
	pass(1, NULL);
	assert_said(" idle:0");

	begin("");
	ask4(32, 1, 500);
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 200");
	segment(false, PEERS "seq 77 ack 1100 flags A");
	segment(true, OURS "seq 1200 ack 77 win 501 flags PA | pattern 200");
	segment(false, PEERS "seq 77 ack 1200 flags A");
	segment(false, PEERS "seq 77 ack 99999 flags A"); /* more than was sent: forged */
	assert_string_equal(pass(s_ns, NULL), "");
	segment(true, OURS "seq 1200 ack 77 win 501 flags PA | pattern 200"); /* once more */
	assert_string_equal(pass(s_ns, NULL), "");
	assert_said(" busy:0");

	begin("");
	ask4(2, 1, 500);
	segment(false, PEERS "seq 77 ack 1000 flags A"); /* a request, and its bare acknowledgement */
	assert_string_equal(pass(0, NULL), "");
	segment(true, OURS "seq 1000 ack 90 win 501 flags A");
	assert_string_equal(pass(0, NULL), "1 2");

	begin("");
	ask4(2, 1, 500);
	segment(true, OURS "seq 1199 ack 77 win 501 flags A"); /* a keepalive is one byte behind */
	assert_string_equal(pass(0, NULL), "");
	segment(false, PEERS "seq 77 ack 1200 flags A");
	assert_string_equal(pass(0, NULL), "1 2");

	begin("");
	ask4(2, 1, 500);
	segment(true, "ip4 203.0.113.80 > 10.1.1.10 | tcp 80 > 4000 seq 999 ack 77 win 64240 flags SA");
	segment(false, PEERS "seq 77 ack 1000 flags A");
	assert_string_equal(pass(0, NULL), ""); /* the window of a SYN is not scaled */
}

/* Told by the kernel where it stands, it needs one segment to imitate. */
static void takes_the_kernels_word(void **state)
{
	static char packets[100][256];
	int index;

	(void)state;
	begin("");
	index = ask4(2, 3, 500);
	inband_table_set_position(&engine.inband, index, &(struct position_told){ 1200, 1200, 0 }, now_ns);
	assert_string_equal(pass(0, NULL), "");
	segment(true, OURS "seq 1199 ack 77 win 501 flags A"); /* its window probe */
	assert_string_equal(pass(0, NULL), "1 2");

	begin("");
	index = ask4(2, 3, 500);
	inband_table_set_position(&engine.inband, index, &(struct position_told){ 1000, 1200, 0 }, now_ns);
	segment(true, OURS "seq 999 ack 77 win 501 flags A");
	assert_string_equal(pass(0, packets), "1 2"); /* 200 bytes are out, and those before them are not */
	assert_string_equal(packets[0], SENT "1 df | tcp 80 > 4000 seq 0x000003e6 ack 0x0000004d flags A win 501 | 00");

	begin("");
	index = ask4(2, 3, 0); /* nothing was acknowledged before */
	inband_table_set_position(&engine.inband, index, &(struct position_told){ 1000, 1200, 61 }, now_ns);
	segment(true, OURS "seq 999 ack 77 win 501 flags A");
	assert_string_equal(pass(0, NULL), "");
	segment(true, OURS "seq 1200 ack 77 win 501 flags PA | pattern 5");
	segment(false, PEERS "seq 77 ack 1100 flags A"); /* perhaps, perhaps forged */
	assert_string_equal(pass(0, NULL), "");
	segment(false, PEERS "seq 77 ack 1200 flags A");
	assert_string_equal(pass(0, packets), "1 2");
	assert_string_equal(packets[0], SENT "1 df | tcp 80 > 4000 seq 0x000004ae ack 0x0000004d flags A win 501 | 00");
}

static void asks_only_with_bytes_that_were_sent(void **state)
{
	static char packets[100][256];

	(void)state;
	begin("");
	ask4(32, 3, 0);
	segment(false, PEERS "seq 77 ack 1000 flags A");
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 36");
	segment(false, PEERS "seq 77 ack 1036 flags A");
	assert_string_equal(pass(299 * ms_ns, NULL), ""); /* there may be more to come */
	assert_string_equal(pass(ms_ns, packets), "1 2 3 4 5 6");
	pass(375 * ms_ns, packets);
	assert_int_equal(sent, 32 + 3); /* ids 1..35 */
	assert_string_equal(packets[34],
		SENT "32 df | tcp 80 > 4000 seq 0x000003eb ack 0x0000004d flags A win 501 | 00");
	while (engine.inband.running)
		pass(25 * ms_ns, packets);
	assert_int_equal(sent, 35);

	begin("");
	ask4(32, 3, 0);
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 97");
	segment(false, PEERS "seq 77 ack 1097 flags A"); /* the first claim: how much it is about nobody knows */
	assert_string_equal(pass(2 * s_ns, NULL), "");
	assert_said(" limit:0");

	begin("");
	ask4(32, 3, 97);
	segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 97");
	segment(false, PEERS "seq 77 ack 1097 flags A");
	assert_string_equal(pass(0, NULL), "1 2 3 4 5 6");
}

/* What is acknowledged first may be forged: it makes no bytes that the connection never sent. */
static void counts_no_claimed_bytes(void **state)
{
	static const char *const claims[] = {
		PEERS "seq 77 ack 500 flags A", /* 500 bytes ago */
		PEERS "seq 77 ack 99999 flags A", /* yet to come */
		PEERS "seq 77 ack 0x800003e8 flags A",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		begin("");
		ask4(32, 1, 3);
		segment(false, claims[i]);
		segment(true, OURS "seq 1000 ack 77 win 501 flags PA | pattern 4");
		segment(false, PEERS "seq 77 ack 1004 flags A");
		while (engine.inband.running)
			pass(25 * ms_ns, NULL);
		assert_in_range(sent, 2, 6); /* of 7 bytes, as claims go before or behind them */
	}

	begin("");
	ask4(32, 1, 3);
	segment(false, PEERS "seq 77 ack 500 flags A");
	segment(true,
		OURS "seq 1000 ack 77 win 501 flags A"); /* a keepalive perhaps, and 1000 the last byte of the three */
	segment(false, PEERS "seq 77 ack 1000 flags A");
	while (engine.inband.running)
		pass(25 * ms_ns, NULL);
	assert_int_equal(sent, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(keeps_its_trace, packets_free),
		cmocka_unit_test_teardown(asks_and_hears, packets_free),
		cmocka_unit_test_teardown(asks_in_one_attempt, packets_free),
		cmocka_unit_test_teardown(sequence_numbers_wrap, packets_free),
		cmocka_unit_test_teardown(ipv6_and_labels, packets_free),
		cmocka_unit_test_teardown(names_a_silent_hop, packets_free),
		cmocka_unit_test_teardown(comes_to_an_end_without_a_peer, packets_free),
		cmocka_unit_test_teardown(widens_with_the_path, packets_free),
		cmocka_unit_test_teardown(waits_as_long_as_the_connection_does, packets_free),
		cmocka_unit_test_teardown(needs_a_quiet_moment, packets_free),
		cmocka_unit_test_teardown(takes_the_kernels_word, packets_free),
		cmocka_unit_test_teardown(asks_only_with_bytes_that_were_sent, packets_free),
		cmocka_unit_test_teardown(counts_no_claimed_bytes, packets_free),
	};

	return cmocka_run_group_tests_name("inband", tests, NULL, NULL);
}
