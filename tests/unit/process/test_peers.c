/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What opens, and what is sent. */
#include "tests/peers_scene.h"

/* --- opening ----------------------------------------------------------------------------------------------------- */

static void opens_nothing_without_peers(void **state)
{
	struct config c;
	char why[200] = "";

	(void)state;
	config_default(&c);
	assert_int_equal(peers_open(&world.peers, &c, key, why, sizeof(why)), 0);
	assert_null(world.peers);
	assert_int_equal(peers_count(world.peers), 0);
}

static void says_what_cannot_be_opened(void **state)
{
	struct config c = config_of_two();
	char why[200] = "";

	(void)state;
	c.peer_listen4 = (struct config_peer){ addr_of("198.51.100.1"), 99 };
	assert_int_equal(peers_open(&world.peers, &c, key, why, sizeof(why)), -EADDRNOTAVAIL);
	assert_string_equal(why,
		"peer-listen 198.51.100.1, port 99: Cannot assign requested address (not an address of this host)");
	assert_null(world.peers);
	open_two();
	c = config_of_two();
	assert_int_equal(peers_open(&(struct peers *){ NULL }, &c, key, why, sizeof(why)), -EADDRINUSE);
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

static void greets_all(void **state)
{
	struct peer_datagram d = { 0 };
	uint64_t epoch;

	(void)state;
	open_two();
	for (uint64_t i = 1; i <= 2; i++) {
		peers_greet(world.peers);
		for (int end = SECOND; end < ENDS; end++) {
			assert_true(receive(end, &d));
			assert_int_equal(d.kind, PEER_ALIVE);
			assert_int_equal(d.count, i);
			assert_true(addr_equal(&d.sender, &world.ends[FIRST].addr) && d.sender_port == 8874);
			epoch = d.epoch;
			assert_true(epoch <= d.captured_ns && d.captured_ns - epoch < 60 * s_ns);
		}
	}
	assert_int_equal(peers_figures(world.peers, 0).sent, 0);
}

static void offer(const char *text)
{
	peers_offer(world.peers, packet_of(text), clock_ns(CLOCK_MONOTONIC) - s_ns / 2, world.counters);
}

static void sends_to_all_when_it_was_captured(void **state)
{
	const struct span packet = packet_of(RETURN4);
	struct peer_datagram d = { 0 };
	uint64_t age_ns;

	(void)state;
	open_two();
	offer(RETURN4);
	for (int end = SECOND; end < ENDS; end++) {
		assert_true(receive(end, &d));
		age_ns = clock_ns(CLOCK_REALTIME) - d.captured_ns;
		assert_int_equal(d.kind, PEER_ERROR);
		assert_int_equal(d.packet.len, packet.len);
		assert_memory_equal(d.packet.at, packet.at, packet.len);
		assert_true(age_ns >= s_ns / 2 && age_ns < 30 * s_ns);
		assert_int_equal(peers_figures(world.peers, (unsigned)end - SECOND).sent, 1);
	}
	assert_int_equal(world.counters[REASON_PEER_SENT], 1);
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 0);
}

/* Of another host; of no candidate; of the address that peers know this one by, as errors about what is sent to them. */
static void keeps_what_is_for_no_peer(void **state)
{
	struct config c;

	(void)state;
	open_two();
	offer(ERROR4("10.2.1.2", "203.0.113.81", "7"));
	offer("ip4 10.2.1.2 > " SHARED " | udp 1 > 2 | zeroes 8");
	assert_int_equal(world.counters[REASON_PEER_SENT], 0);
	peers_close(world.peers);
	c = config_of_two();
	c.peer_listen4.addr = addr_of(SHARED);
	assert_int_equal(peers_open(&world.peers, &c, key, (char[200]){ 0 }, 200), 0);
	peers_join(world.peers, 0, &c);
	offer(RETURN4);
	offer(ERROR4("10.2.1.2", SHARED, "7") " | cut 56");
	assert_int_equal(world.counters[REASON_PEER_SENT], 0);
}

/* The first of a call is not sent: the others are, and only these count as sent to. A greeting that is not sent is not counted. */
static void goes_on_after_an_error(void **state)
{
	static const int errors[] = { ENOBUFS, EAGAIN, EHOSTUNREACH, EPERM };
	struct peer_datagram d;

	(void)state;
	open_two();
	for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		world.refusal = errors[i];
		world.refusals = 1;
		offer(RETURN4);
		assert_false(receive(SECOND, &d));
		assert_true(receive(THIRD, &d));
		assert_int_equal(world.counters[REASON_PEER_UNSENT], i + 1);
		assert_int_equal(peers_figures(world.peers, 0).sent, 0);
		assert_int_equal(peers_figures(world.peers, 1).sent, i + 1);
	}
	world.refusals = 2;
	offer(RETURN4);
	assert_false(receive(THIRD, &d));
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 6);
	world.refusals = 1;
	peers_greet(world.peers);
	assert_true(receive(THIRD, &d));
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 6);
}

/* Peers of a family that has no socket, which the configuration refuses, are left out. */
static void sends_by_the_family_of_its_socket(void **state)
{
	struct config c = config_of_two();
	struct peer_datagram d;

	(void)state;
	c.peers[0] = (struct config_peer){ addr_of("2001:db8::2"), 8874 };
	open_with(&c);
	assert_int_equal(peers_fd(world.peers, 1), -1);
	offer(RETURN4);
	offer("ip6 fd00:2:1::2 > 2001:db8:80::80 | expired | ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 7 | "
	      "udp 53 > 4000 | neutral 32");
	assert_true(receive(THIRD, &d) && d.packet.at[0] == 0x45);
	assert_true(receive(THIRD, &d) && d.packet.at[0] == 0x60);
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 0);
	assert_int_equal(peers_figures(world.peers, 0).sent, 0);
	assert_int_equal(peers_figures(world.peers, 1).sent, 2);
}

static void counts_what_is_too_large_or_too_much(void **state)
{
	struct config c = config_of_two();
	struct peer_datagram d;

	(void)state;
	c.peer_limit = 2;
	open_with(&c);
	offer("ip4 10.2.1.2 > " SHARED " | expired | ip4 " SHARED
	      " > 10.1.1.10 ttl 1 id 7 | udp 53 > 4000 | neutral 1300");
	assert_int_equal(world.counters[REASON_PEER_TOO_LARGE], 1);
	for (int i = 0; i < 10; i++)
		offer(RETURN4);
	assert_true(world.counters[REASON_PEER_SENT] >= 1 && world.counters[REASON_PEER_LIMIT] >= 1);
	assert_int_equal(world.counters[REASON_PEER_SENT] + world.counters[REASON_PEER_LIMIT], 10);
	assert_true(receive(SECOND, &d));
}

/* One worker sends each error, that of its tag; replies, which have none, the first. */
static void one_worker_sends(void **state)
{
	struct config c = config_of_two();
	uint64_t sent[4];

	(void)state;
	c.queue_last = (uint16_t)(c.queue_first + 1);
	open_with(&c);
	for (unsigned worker = 0; worker < 2; worker++) {
		peers_join(world.peers, worker, &c);
		world.counters[REASON_PEER_SENT] = 0;
		offer(ERROR4("10.2.1.2", SHARED, "7"));
		sent[worker] = world.counters[REASON_PEER_SENT];
		offer(ERROR4("10.2.1.2", SHARED, "40000"));
		sent[2 + worker] = world.counters[REASON_PEER_SENT] - sent[worker];
		offer("ip4 10.1.1.10 > " SHARED " | reply id 7 seq 9 | zeroes 8");
		assert_int_equal(world.counters[REASON_PEER_SENT] - sent[worker] - sent[2 + worker], worker == 0);
	}
	assert_true(sent[0] == 1 && sent[1] == 0 && sent[2] == 0 && sent[3] == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_nothing_without_peers, setup, teardown),
		cmocka_unit_test_setup_teardown(says_what_cannot_be_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(greets_all, setup, teardown),
		cmocka_unit_test_setup_teardown(sends_to_all_when_it_was_captured, setup, teardown),
		cmocka_unit_test_setup_teardown(keeps_what_is_for_no_peer, setup, teardown),
		cmocka_unit_test_setup_teardown(goes_on_after_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(sends_by_the_family_of_its_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_what_is_too_large_or_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(one_worker_sends, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
