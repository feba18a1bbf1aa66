/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is sent to peers and taken from them: replays, limits and their fairness, which errors, and forged ones. */
#include "tests/packets.h"

#include <string.h>

#include "engine/engine.h"
#include "engine/peer_candidate.h"
#include "engine/peer_limit.h"
#include "engine/peer_window.h"
#include "tests/engine_of.h"
#include "tools/uturn-replay/packet_text.h"

enum { MANY = 1 << 22 }; /* networks that are seen once */

static const uint64_t s_ns = 1000000000;

static void no_datagram_is_taken_twice(void **state)
{
	struct peer_window w = { 0 };

	(void)state;
	assert_false(peer_window_take(&w, 7, 0, s_ns));
	for (uint64_t i = 1; i < 3000; i++) {
		assert_true(peer_window_take(&w, 7, i, s_ns));
		assert_false(peer_window_take(&w, 7, i, s_ns));
		assert_false(peer_window_take(&w, 7, i / 2, s_ns));
	}
	assert_true(peer_window_take(&w, 7, 4000, s_ns));
	assert_true(peer_window_take(&w, 7, 3990, s_ns)); /* overtaken */
	assert_false(peer_window_take(&w, 7, 3990, s_ns));
	assert_false(peer_window_take(&w, 7, 4000 - PEER_WINDOW_SIZE, s_ns)); /* not known any more */
	assert_true(peer_window_take(&w, 7, 4000 - PEER_WINDOW_SIZE + 64, s_ns));
	assert_true(peer_window_take(&w, 7, UINT64_MAX, s_ns));
	assert_false(peer_window_take(&w, 7, UINT64_MAX, s_ns));
	assert_false(peer_window_take(&w, 7, 4001, s_ns));
}

static void a_window_holds_what_is_in_any_order(void **state)
{
	struct peer_window w = { 0 };

	(void)state;
	for (uint64_t i = 0; i < PEER_WINDOW_SIZE - 64; i++)
		assert_true(peer_window_take(&w, 7, 5000 - i, s_ns));
	for (uint64_t i = 0; i < PEER_WINDOW_SIZE - 64; i++)
		assert_false(peer_window_take(&w, 7, 5000 - i, s_ns));
}

static void a_restart_begins_anew_and_only_forward(void **state)
{
	struct peer_window w = { 0 };

	(void)state;
	assert_true(peer_window_take(&w, 7, 10, 100 * s_ns));
	assert_true(peer_window_take(&w, 8, 1, 101 * s_ns));
	assert_false(peer_window_take(&w, 8, 1, 101 * s_ns));
	assert_false(peer_window_take(&w, 7, 11, 102 * s_ns)); /* of before the restart */
	assert_false(peer_window_take(&w, 7, 11, 110 * s_ns));
	assert_true(peer_window_take(&w, 7, 11, 111 * s_ns)); /* its clock was set back: nothing for ten seconds */
	assert_false(peer_window_take(&w, 7, 11, 111 * s_ns));
}

/* Tries so many times at these times about so many routers in turn; returns how many were sent. */
static unsigned offers(struct peer_limit *l, unsigned tries, unsigned routers, uint64_t from_ns, uint64_t over_ns)
{
	struct addr router = { 4, { 10, 0, 0, 1 } };
	static unsigned next;
	unsigned sent = 0;

	for (unsigned i = 0; i < tries; i++, next++) {
		router.bytes[0] = (uint8_t)(11 + (next % routers >> 16));
		router.bytes[1] = (uint8_t)(next % routers >> 8);
		router.bytes[2] = (uint8_t)(next % routers);
		sent += peer_limit_take(l, &router, from_ns + over_ns / tries * i);
	}
	return sent;
}

static void no_more_is_sent_than_the_limit(void **state)
{
	static struct peer_limit l;

	(void)state;
	l = (struct peer_limit){ .rate = 2000, .key = { 1, 2 } };
	/* a second's worth at once, and then a rate */
	assert_in_range(offers(&l, 100000, 1, 100 * s_ns, 10 * s_ns), 20000, 22001);
	l = (struct peer_limit){ .rate = 1, .key = { 1, 2 } };
	assert_in_range(offers(&l, 1000, 1000, 100 * s_ns, 10 * s_ns), 5, 12);
	l = (struct peer_limit){ .rate = 2000, .key = { 1, 2 } };
	assert_int_equal(offers(&l, 1000, 100, 100 * s_ns, 10 * s_ns), 1000); /* below it: all */
}

/* A flood about one router, or about many that are seen once, leaves room for routers that were heard of before. */
static void a_flood_leaves_room_for_others(void **state)
{
	static struct peer_limit l;
	struct addr other = { 4, { 172, 16, 0, 1 } };

	(void)state;
	for (unsigned routers = 1; routers <= MANY; routers += MANY - 1) {
		unsigned lost = 0, flooded = 0;

		l = (struct peer_limit){ .rate = 2000, .key = { 1, 2 } };
		for (unsigned i = 0; i < 50; i++) {
			other.bytes[2] = (uint8_t)(i % 10);
			assert_true(peer_limit_take(&l, &other, 90 * s_ns + i * (s_ns / 10)));
		}
		offers(&l, 200000, routers, 100 * s_ns, 2 * s_ns);
		for (unsigned i = 0; i < 300; i++) {
			const uint64_t now_ns = 102 * s_ns + i * (s_ns / 100);

			flooded += offers(&l, 1000, routers, now_ns, s_ns / 100);
			other.bytes[2] = (uint8_t)(i % 10);
			lost += !peer_limit_take(&l, &other, now_ns + s_ns / 100);
		}
		print_message("# %u routers: %u of 300 lost, %u flooded\n", routers, lost, flooded);
		assert_true(lost <= 3);
		assert_true(flooded < 3 * 2000 + 2000);
	}
}

#define IN4 "ip4 10.2.1.2 > 203.0.113.80 | expired | "
#define BACK4 "ip4 203.0.113.80 > 10.1.1.10 ttl 1 id 7 | "
#define LITE4 "ip4 203.0.113.80 > 10.1.1.10 ttl 1 id 7 protocol 136 | "
#define IN6 "ip6 fd00:2:1::2 > 2001:db8:80::80 | expired | "
#define BACK6 "ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 7 | "

enum { NONE };

static const struct {
	const char *name, *text;
	int kind; /* NONE: not a candidate */
} rows[] = {
	{ "a return probe of UDP", IN4 BACK4 "udp 53 > 4000 | neutral 32", PEER_ERROR },
	{ "of IPv6", IN6 BACK6 "udp 53 > 4000 | neutral 32", PEER_ERROR },
	{ "another datagram", IN4 BACK4 "udp 53 > 4000 | pattern 32", NONE },
	{ "another datagram of IPv6", IN6 BACK6 "udp 53 > 4000 | pattern 32", NONE },
	{ "a datagram of which 8 bytes are quoted", IN4 BACK4 "udp 53 > 4000 | pattern 32 | cut 28", PEER_ERROR },
	{ "a datagram too short for the text", IN4 BACK4 "udp 53 > 4000 | pattern 7", PEER_ERROR },
	{ "an echo reply", IN4 BACK4 "reply id 7 seq 9 | zeroes 8", PEER_ERROR },
	{ "an echo request", IN4 BACK4 "echo id 7 seq 9 | zeroes 8", PEER_ERROR },
	{ "a request of the protocol", IN4 BACK4 "echo code 1 id 7 seq 9 | zeroes 8", NONE },
	{ "a RST", IN4 BACK4 "tcp 80 > 4000 seq 1 ack 2 flags RA", PEER_ERROR },
	{ "a SYN", IN4 BACK4 "tcp 1021 > 80 seq 1", PEER_ERROR },
	{ "data of a connection", IN4 BACK4 "tcp 80 > 4000 seq 1 ack 2 flags A | pattern 32", NONE },
	{ "a byte of a connection", IN4 BACK4 "tcp 80 > 4000 seq 1 ack 2 flags A | pattern 1", PEER_ERROR },
	{ "a byte of a connection over IPv6", IN6 BACK6 "tcp 80 > 4000 seq 1 ack 2 flags A | pattern 1", PEER_ERROR },
	{ "an acknowledgement", IN4 BACK4 "tcp 80 > 4000 seq 1 ack 2 flags A", NONE },
	{ "for another address than it quotes",
		"ip4 10.2.1.2 > 203.0.113.81 | expired | " BACK4 "udp 53 > 4000 | neutral 32", NONE },
	{ "from no router", "ip4 224.0.0.1 > 203.0.113.80 | expired | " BACK4 "udp 53 > 4000 | neutral 32", NONE },
	{ "an echo reply", "ip4 10.1.1.10 > 203.0.113.80 | reply id 7 seq 9 | zeroes 8", PEER_REPLY },
	{ "a RST for the port of requests", "ip4 10.1.1.10 > 203.0.113.80 | tcp 80 > 1021 seq 1 ack 2 flags RA",
		PEER_REPLY },
	{ "a RST for another", "ip4 10.1.1.10 > 203.0.113.80 | tcp 80 > 1022 seq 1 ack 2 flags RA", NONE },
	{ "a datagram", "ip4 10.1.1.10 > 203.0.113.80 | udp 80 > 1021 | neutral 32", NONE },
	{ "UDP-Lite, which is not turned", IN4 LITE4 "udp 53 > 4000 | neutral 32", NONE },
};

static void only_what_uturn_sends_is_a_candidate(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peer_candidate c;
		bool is = peer_candidate_parse(packet_of(rows[i].text), false, &c);

		if (is != (rows[i].kind != NONE))
			fail_msg("%s: %s a candidate", rows[i].name, is ? "is" : "is not");
		if (is && (int)c.kind != rows[i].kind)
			fail_msg("%s: kind %d", rows[i].name, c.kind);
	}
}

static void a_candidate_has_the_tag_and_addresses(void **state)
{
	struct addr own = addr_of("203.0.113.80"), router = addr_of("10.2.1.2");
	struct peer_candidate c;

	(void)state;
	assert_true(peer_candidate_parse(packet_of(rows[0].text), false, &c));
	assert_int_equal(c.tag, 7);
	assert_true(addr_equal(&own, &c.own) && addr_equal(&router, &c.router) && !c.is_tcp);
	assert_true(peer_candidate_parse(packet_of(rows[9].text), false, &c));
	assert_true(c.is_tcp);
	assert_true(peer_candidate_parse(packet_of(IN4 LITE4 "udp 53 > 4000 | neutral 32"), true, &c));
	assert_false(peer_candidate_parse(packet_of(IN4 LITE4 "udp 53 > 4000 | pattern 32"), true, &c));
}

#define PROBE "ip4 10.1.1.10 > 203.0.113.80 ttl 5 id 1 | udp 51927 > 33446 | pattern 32"
#define QUOTED "ip4 203.0.113.80 > 10.1.1.10 keyed ttl 1 id 1 | udp 33446 > 51927 | pattern 32 | neutral"

/* Once, with the time that the peer has captured it; what matches nothing is not among the errors of this host. */
static void an_engine_takes_what_a_peer_has_captured(void **state)
{
	struct engine e;
	struct writer out = packet_room(1500);

	(void)state;
	engine_of(&e, "reach-check off\n", packet_text_secret);
	assert_int_equal(engine_on_probe(&e, packet_of(PROBE), 10 * s_ns, &out), ACT_TAKE);
	assert_int_equal(e.event.reason, REASON_TURNED);
	out = packet_room(1500);
	assert_false(engine_on_peer(&e, packet_of(IN4 BACK4 "udp 33446 > 51928 | neutral 32"), 10 * s_ns, &out));
	assert_int_equal(out.len, 0);
	assert_true(engine_on_peer(&e, packet_of(IN4 QUOTED), 10 * s_ns + 42000000, &out));
	assert_int_equal(e.event.reason, REASON_RELAYED);
	assert_int_equal(e.event.rtt_ns, 42000000);
	assert_true(out.len > 0);
	out = packet_room(1500);
	assert_false(engine_on_peer(&e, packet_of(IN4 QUOTED), 10 * s_ns + 43000000, &out));
	assert_int_equal(e.counters[REASON_PEER_MATCHED], 1);
	assert_int_equal(e.counters[REASON_PEER_UNMATCHED], 2);
	assert_int_equal(e.counters[REASON_NO_FLIGHT], 0);
	/* a flight that left after the time of the capture: clocks that differ a little */
	out = packet_room(1500);
	engine_on_probe(&e, packet_of(PROBE), 20 * s_ns, &out);
	out = packet_room(1500);
	assert_true(engine_on_peer(&e, packet_of(IN4 QUOTED), 20 * s_ns - 1000000, &out));
	assert_int_equal(e.event.rtt_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_datagram_is_taken_twice),
		cmocka_unit_test(a_window_holds_what_is_in_any_order),
		cmocka_unit_test(a_restart_begins_anew_and_only_forward),
		cmocka_unit_test(no_more_is_sent_than_the_limit),
		cmocka_unit_test(a_flood_leaves_room_for_others),
		cmocka_unit_test_teardown(only_what_uturn_sends_is_a_candidate, packets_free),
		cmocka_unit_test_teardown(a_candidate_has_the_tag_and_addresses, packets_free),
		cmocka_unit_test_teardown(an_engine_takes_what_a_peer_has_captured, packets_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
