/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is accepted of peers. */
#include "tests/peers_scene.h"

static void hands_over_what_is_right(void **state)
{
	const uint64_t before_ns = clock_ns(CLOCK_MONOTONIC);
	struct peer_figures f;
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_int_equal(world.last.packet.len, d.packet.len);
	assert_memory_equal(world.packet, d.packet.at, d.packet.len);
	assert_true(world.last.peer == 0 && world.last.workers == 1);
	assert_true(world.last.at_ns >= before_ns - s_ns && world.last.at_ns <= clock_ns(CLOCK_MONOTONIC));
	peers_matched(world.peers, 0);
	peers_matched(world.peers, 2); /* none */
	f = peers_figures(world.peers, 0);
	assert_true(f.received == 1 && f.matched == 1 && f.heard_ns >= before_ns);
	f = peers_figures(world.peers, 1);
	assert_true(f.received == 0 && f.matched == 0 && f.heard_ns == 0);
	/* a greeting counts as heard alone; a packet that quotes no return probe, or is of another kind, goes to no worker */
	d = datagram(7, 2);
	d.kind = PEER_ALIVE;
	d.packet.len = 0;
	give(&d);
	d = datagram(7, 3);
	d.kind = PEER_REPLY;
	give(&d);
	d = datagram(7, 4);
	d.packet.len = 20;
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_int_equal(world.counters[REASON_PEER_UNMATCHED], 2);
	assert_int_equal(peers_figures(world.peers, 0).received, 3);
}

static void refuses_what_is_forged(void **state)
{
	static const uint8_t other_key[PEER_KEY_SIZE] = { 1, 2, 4 };
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	give_with(SECOND, &d, other_key);
	assert_int_equal(refused(REASON_PEER_KEY), 1);
	give_with(THIRD, &d, key); /* that of the second, sent again by the third */
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 1);
	assert_int_equal(peers_figures(world.peers, 1).refused[0], 1);
	d.sender_port++;
	give(&d);
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 2);
	/* the address of a peer, and a port that a NAT has made of its own */
	close(world.fds[THIRD]);
	world.ends[THIRD] = (struct peer_end){ world.ends[SECOND].addr, 8875 };
	world.fds[THIRD] = peer_socket_open(&world.ends[THIRD], 0);
	d = datagram(7, 1);
	give_with(THIRD, &d, key);
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 3);
	assert_int_equal(peers_figures(world.peers, 0).refused[0], 1);
	assert_int_equal(world.answers, 0);
	assert_int_equal(peers_figures(world.peers, 0).heard_ns, 0);
	give(&d); /* none of these has used up its number */
	assert_int_equal(world.answers, 1);
}

static void refuses_any_other_length(void **state)
{
	static uint8_t bytes[65507];
	const struct peer_datagram d = datagram(7, 1);
	struct writer out = writer_of(bytes, PEER_DATAGRAM_MOST);
	uint64_t given = 0;

	(void)state;
	open_two();
	peer_datagram_put(&d, &out);
	peer_socket_seal(key, &out);
	for (size_t len = 0; len <= PEER_DATAGRAM_MOST + 2; len++) {
		if (len == out.len)
			continue;
		give_bytes(SECOND, span_of(bytes, len));
		assert_int_equal(refused(REASON_PEER_FORMAT), ++given);
	}
	give_bytes(SECOND, span_of(bytes, sizeof(bytes)));
	assert_int_equal(refused(REASON_PEER_FORMAT), ++given);
	bytes[4]++;
	give_bytes(SECOND, span_of(bytes, out.len));
	assert_int_equal(refused(REASON_PEER_VERSION), 1);
	assert_int_equal(world.answers, 0);
}

/* Clocks that differ; a far one is no number that overflows. One that was received before says nothing of a clock. */
static void refuses_other_times(void **state)
{
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	d.captured_ns -= 4 * s_ns;
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_in_range(peers_figures(world.peers, 0).late_ns, 4 * s_ns, 5 * s_ns);
	assert_true(world.last.at_ns + s_ns > clock_ns(CLOCK_MONOTONIC)); /* counts as now */
	d = datagram(7, 2);
	give(&d);
	d = datagram(7, 1);
	d.captured_ns -= 3600 * s_ns;
	give(&d);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 1);
	assert_true(peers_figures(world.peers, 0).late_ns < (int64_t)(5 * s_ns));
	d = datagram(7, 3);
	d.captured_ns -= 6 * s_ns;
	give(&d);
	assert_in_range(peers_figures(world.peers, 0).late_ns, 6 * s_ns, 36 * s_ns);
	d.captured_ns = clock_ns(CLOCK_REALTIME) + 60 * s_ns;
	give(&d);
	assert_in_range(-peers_figures(world.peers, 0).late_ns, 30 * s_ns, 60 * s_ns);
	d.captured_ns = 0;
	give(&d);
	d.captured_ns = UINT64_MAX;
	give(&d);
	d.captured_ns = clock_ns(CLOCK_REALTIME) + (UINT64_C(1) << 63);
	give(&d);
	assert_int_equal(refused(REASON_PEER_CLOCK), 5);
	d.captured_ns = clock_ns(CLOCK_REALTIME); /* none of these has used up its number */
	give(&d);
	assert_int_equal(world.answers, 3);
}

/* The window and the epoch of each peer are its own. */
static void takes_each_once(void **state)
{
	struct peer_datagram d;

	(void)state;
	open_two();
	for (uint64_t count = 1; count <= 3000; count++) {
		d = datagram(7, count);
		give(&d);
		d.captured_ns++;
		give(&d);
		packets_free(NULL);
	}
	assert_int_equal(world.answers, 3000);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 3000);
	d = datagram(7, 3000 - 1024);
	give(&d);
	d = datagram(8, 1); /* the peer was started again */
	give(&d);
	d = datagram(8, 1);
	give(&d);
	d = datagram(7, 3001); /* of before that, sent again */
	give(&d);
	d = datagram(8, 0);
	give(&d);
	assert_int_equal(world.answers, 3001);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 3004);
	d = datagram(7, 1);
	d.sender = world.ends[THIRD].addr;
	give_with(THIRD, &d, key);
	assert_int_equal(world.answers, 3002);
}

/* A flood that is not read in time: all that was sent is counted, as refused or as lost. */
static void counts_what_the_kernel_has_dropped(void **state)
{
	static const uint8_t junk[1400];
	const struct peer_end *const to[] = { &world.ends[FIRST] };
	enum { FLOOD = 6000 };
	uint64_t before;

	(void)state;
	open_two();
	for (int i = 0; i < FLOOD; i++)
		assert_int_equal(peer_socket_send(world.fds[SECOND], to, 1, span_of(junk, sizeof(junk))), 1);
	do {
		before = world.counters[REASON_PEER_FORMAT];
		work();
	} while (world.counters[REASON_PEER_FORMAT] != before);
	give_bytes(SECOND, span_of(junk, 1)); /* the number comes with the next one that has room */
	assert_true(world.counters[REASON_PEER_OVERRUN] > 0);
	assert_int_equal(world.counters[REASON_PEER_OVERRUN] + refused(REASON_PEER_FORMAT), FLOOD + 1);
	give_bytes(SECOND, span_of(junk, 1));
	assert_int_equal(world.counters[REASON_PEER_OVERRUN] + refused(REASON_PEER_FORMAT), FLOOD + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hands_over_what_is_right, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_any_other_length, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_other_times, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_each_once, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_what_the_kernel_has_dropped, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
