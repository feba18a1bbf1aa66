/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "engine/pace.h"

enum { TTL = 5 };

static const uint64_t key[2] = { 1, 2 };
static const uint64_t s_ns = 1000000000, ms_ns = 1000000;
static const char target[] = "203.0.113.80", router[] = "10.2.1.1";

static struct engine_settings settings;
static struct pace pace;
static uint64_t now_ns;

static void begin(uint32_t in_flight)
{
	size_t size = pace_bytes(in_flight);
	struct config config;
	uint8_t *memory = packet_room(size).at;

	memset(memory, 0, size);
	config_default(&config);
	settings = engine_settings_of(&config);
	now_ns = 1000 * s_ns;
	pace_init(&pace, memory, in_flight, &settings, key);
}

/* The n-th prober. */
static struct addr prober_of(unsigned n)
{
	char text[32];

	snprintf(text, sizeof(text), "10.1.%u.%u", n / 250, 1 + n % 250);
	return addr_of(text);
}

static void start(unsigned n)
{
	struct addr prober = prober_of(n), to = addr_of(target);

	now_ns += ms_ns;
	pace_begin(&pace, &prober, &to, now_ns);
}

/* Asks, and says what is expected; -1: refused. */
static int ask_at(unsigned n, uint8_t ttl)
{
	struct addr prober = prober_of(n), to = addr_of(target);
	struct pace_hop hop = { &prober, &to, ttl };
	enum pace_expectation expectation;
	enum reason reason = pace_ask(&pace, &hop, now_ns, &expectation);

	assert_true(reason == REASON_OK || reason == REASON_PACED);
	return reason == REASON_OK ? (int)expectation : -1;
}

static int ask(unsigned n)
{
	return ask_at(n, TTL);
}

static void answer_at(unsigned n, uint8_t ttl, int expectation, const char *from)
{
	struct addr prober = prober_of(n), to = addr_of(target), who = addr_of(from);
	struct pace_hop hop = { &prober, &to, ttl };

	pace_on_answer(&pace, &hop, (enum pace_expectation)expectation, false, &who, now_ns);
}

static void answer(unsigned n, int expectation)
{
	answer_at(n, TTL, expectation, router);
}

static void silence(unsigned n, int expectation)
{
	struct addr prober = prober_of(n), to = addr_of(target);
	struct pace_hop hop = { &prober, &to, TTL };

	pace_on_silence(&pace, &hop, (enum pace_expectation)expectation, now_ns);
}

/* A trace with three queries for the hop; returns how many are let through, answers none. */
static unsigned trace(unsigned n)
{
	unsigned asked = 0;

	start(n);
	for (int i = 0; i < 3; i++)
		asked += ask(n) >= 0;
	return asked;
}

/* The router answers probers 1 and 2, three times each, and is silent when the third asks. */
static void find_limited(void)
{
	begin(65536);
	for (unsigned n = 1; n <= 2; n++)
		for (int i = 0; i < 3; i++)
			answer(n, ask(n));
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(3), EXPECT_TEST);
	for (int i = 0; i < 3; i++)
		silence(3, EXPECT_TEST);
	now_ns += 7 * s_ns;
}

static void nothing_is_refused_before(void **state)
{
	(void)state;
	begin(65536);
	for (unsigned n = 1; n < 100; n++) {
		assert_int_equal(trace(n), 3);
		answer(n, EXPECT_UNKNOWN);
	}
	/* nor by others' silence where nobody was expected, or where an answer was still left */
	for (int i = 0; i < 50; i++) {
		silence(1, EXPECT_UNKNOWN);
		silence(1, EXPECT_ANSWER);
	}
	assert_int_equal(trace(1), 3);
	assert_int_equal(trace(1), 3);
}

static void expectations(void **state)
{
	(void)state;
	begin(65536);
	assert_int_equal(ask(1), EXPECT_UNKNOWN);
	answer(1, EXPECT_UNKNOWN);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(1), EXPECT_ANSWER);
	assert_int_equal(ask(1), EXPECT_TEST);
	now_ns += 499 * ms_ns;
	assert_int_equal(ask(1), EXPECT_TEST); /* and it is as if nothing had been spent for long */
	now_ns += 500 * ms_ns;
	assert_int_equal(ask(1), EXPECT_ANSWER);
	now_ns += 600 * s_ns;
	for (int i = 0; i < 6; i++)
		assert_int_equal(ask(1), EXPECT_ANSWER);
	assert_int_equal(ask(1), EXPECT_TEST);
	/* another hop's router is another one's business */
	assert_int_equal(ask_at(1, TTL + 1), EXPECT_UNKNOWN);
}

static void first_queries_come_first(void **state)
{
	(void)state;
	find_limited();
	assert_int_equal(trace(4), 3); /* 3 of 6 */
	for (unsigned n = 5; n < 8; n++)
		assert_int_equal(trace(n), 1);
	for (unsigned n = 8; n < 20; n++)
		assert_int_equal(trace(n), 1); /* refused by the router if by anybody */
	now_ns += 5 * s_ns;
	assert_int_equal(trace(20), 2); /* five are back, and three of them are kept */
	now_ns += 10 * s_ns;
	assert_int_equal(trace(4), 3);
}

static void what_a_first_query_is(void **state)
{
	(void)state;
	find_limited();
	assert_int_equal(trace(4), 3);
	assert_int_equal(ask(4), -1);
	start(4); /* another trace */
	assert_true(ask(4) >= 0);
	assert_int_equal(ask(4), -1);
	for (int i = 0; i < 3; i++)
		assert_true(ask(5) >= 0); /* another prober, whose beginning nobody saw */
	start(5);
	assert_true(ask(5) >= 0);
	assert_int_equal(ask(5), -1);
	for (unsigned n = 10; n < 20; n++)
		ask(n); /* nothing is left */
	now_ns += 2999 * ms_ns;
	for (unsigned n = 20; n < 30; n++)
		ask(n);
	assert_int_equal(ask(5), -1);
	now_ns += 1 * ms_ns;
	assert_true(ask(5) >= 0); /* 3 s are a client's patience */
}

static void answers_speak_against_it(void **state)
{
	(void)state;
	find_limited();
	assert_int_equal(trace(4), 3);
	assert_int_equal(trace(5), 1);
	for (int i = 0; i < 6; i++)
		ask((unsigned)(10 + i)); /* nothing is left */
	for (unsigned n = 20; n < 24; n++) {
		int expectation;

		start(n);
		expectation = ask(n);

		assert_int_equal(expectation, EXPECT_TEST);
		assert_int_equal(ask(n), -1);
		answer(n, expectation);
	}
	assert_int_equal(trace(30), 3);
	/* one that gets lost now and then stays free */
	for (unsigned n = 31; n < 200; n++) {
		int expectation;

		start(n);
		expectation = ask(n);

		assert_int_equal(expectation, EXPECT_TEST);
		if (n % 5 == 0)
			silence(n, expectation);
		else
			answer(n, expectation);
		assert_true(ask(n) >= 0);
	}
}

static void it_is_forgotten(void **state)
{
	(void)state;
	find_limited();
	now_ns += 590 * s_ns;
	assert_int_equal(trace(4), 3);
	assert_int_equal(trace(5), 1);
	now_ns += 10 * s_ns;
	assert_int_equal(trace(4), 3);
	assert_int_equal(trace(5), 3);
}

/* Where nobody has answered for long, somebody else stands: the one who did is not asked, and not to blame. */
static void another_path(void **state)
{
	(void)state;
	begin(65536);
	for (unsigned n = 1; n <= 2; n++)
		answer(n, ask(n));
	for (int i = 0; i < 200; i++)
		silence(1, EXPECT_ANSWER);
	assert_true(ask(1) != EXPECT_UNKNOWN); /* everybody's place still knows */
	for (int i = 0; i < 200; i++)
		silence(1, EXPECT_ANSWER);
	assert_int_equal(ask(1), EXPECT_UNKNOWN);
	assert_int_equal(ask(3), EXPECT_UNKNOWN);
	assert_true(ask(2) != EXPECT_UNKNOWN);
	answer_at(2, TTL, EXPECT_ANSWER, "10.2.9.9");
	answer_at(1, TTL, EXPECT_UNKNOWN, "10.2.9.9");
	assert_int_equal(ask(3), EXPECT_ANSWER);
}

/* One prober's answers, how many there be, say nothing of where others' packets go. */
static void what_everybody_knows(void **state)
{
	(void)state;
	begin(65536);
	for (int i = 0; i < 10; i++)
		answer(1, ask(1));
	assert_int_equal(ask(2), EXPECT_UNKNOWN);
	answer_at(2, TTL, EXPECT_UNKNOWN, "10.2.1.2"); /* another one than the first prober's */
	assert_int_equal(ask(3), EXPECT_UNKNOWN);
	answer_at(3, TTL, EXPECT_UNKNOWN, "10.2.1.2");
	assert_int_equal(ask(4), EXPECT_ANSWER);
	assert_true(ask(1) != EXPECT_UNKNOWN);
}

/* A check's answer is spent as well, but it is no test; and a flight may be answered by somebody unexpected. */
static void other_answers(void **state)
{
	struct addr prober = prober_of(1), to = addr_of(target), who = addr_of(router);
	struct pace_hop hop = { &prober, &to, TTL };

	(void)state;
	begin(65536);
	answer(1, ask(1));
	for (int i = 0; i < 5; i++)
		pace_on_answer(&pace, &hop, EXPECT_UNKNOWN, true, &who, now_ns);
	assert_int_equal(ask(1), EXPECT_TEST);
	answer_at(1, TTL, EXPECT_TEST, "10.2.1.2");
	assert_int_equal(ask(1), EXPECT_ANSWER);
}

static void switched_off(void **state)
{
	(void)state;
	find_limited();
	settings.pace = false;
	for (unsigned n = 4; n < 20; n++) {
		assert_int_equal(trace(n), 3);
		assert_int_equal(ask(n), EXPECT_UNKNOWN);
		answer(n, EXPECT_TEST);
		silence(n, EXPECT_TEST);
	}
	settings.pace = true;
	assert_int_equal(trace(20), 3);
	assert_int_equal(trace(21), 1);
}

/* More hops and routers than there is room for: some are forgotten, and nothing is refused that should not be. */
static void more_than_fit(void **state)
{
	char text[32];

	(void)state;
	find_limited();
	for (unsigned n = 100; n < 20000; n++) {
		now_ns += ms_ns;
		snprintf(text, sizeof(text), "10.%u.%u.7", 3 + n / 250, n % 250);
		answer_at(n, (uint8_t)(n % 30 + 6), ask_at(n, (uint8_t)(n % 30 + 6)), text);
		assert_true(ask_at(n, (uint8_t)(n % 30 + 6)) >= 0);
	}
	begin(1);
	for (unsigned n = 1; n < 1000; n++)
		answer(n, ask(n));
}

static void the_room_it_takes(void **state)
{
	(void)state;
	assert_true(pace_bytes(65536) < 256 << 10);
	assert_true(pace_bytes(1) > 0 && pace_bytes(1 << 22) < 16 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(nothing_is_refused_before, packets_free),
		cmocka_unit_test_teardown(expectations, packets_free),
		cmocka_unit_test_teardown(first_queries_come_first, packets_free),
		cmocka_unit_test_teardown(what_a_first_query_is, packets_free),
		cmocka_unit_test_teardown(answers_speak_against_it, packets_free),
		cmocka_unit_test_teardown(it_is_forgotten, packets_free),
		cmocka_unit_test_teardown(another_path, packets_free),
		cmocka_unit_test_teardown(what_everybody_knows, packets_free),
		cmocka_unit_test_teardown(other_answers, packets_free),
		cmocka_unit_test_teardown(switched_off, packets_free),
		cmocka_unit_test_teardown(more_than_fit, packets_free),
		cmocka_unit_test(the_room_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
