/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/queue_length.h"

enum { BURST = 64 };

static const uint64_t second_ns = 1000000000;

/* A second of full bursts at this rate; how often the kernel was told. */
static unsigned flood(struct queue_length *l, uint64_t *now_ns, uint64_t rate)
{
	uint64_t end_ns = *now_ns + second_ns;
	unsigned told = 0;

	for (; *now_ns < end_ns; *now_ns += BURST * second_ns / rate)
		told += queue_length_fit(l, *now_ns, BURST, true);
	return told;
}

static void fits_the_rate(void **state)
{
	static const struct {
		uint64_t rate;
		uint32_t packets; /* 150 ms of it */
	} rows[] = {
		{ 1000, 512 }, /* the shortest */
		{ 20000, 3000 }, { 50000, 7500 }, /* in between, as it is */
		{ 100000, 15000 }, { 1000000, 16384 }, /* the longest */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct queue_length l = { .packets = QUEUE_LENGTH_START };
		uint64_t now_ns = second_ns;

		assert_true(flood(&l, &now_ns, rows[i].rate) >= 1);
		assert_in_range(l.packets, rows[i].packets - rows[i].packets / 50,
			rows[i].packets + rows[i].packets / 50);
	}
}

static void follows_what_changes(void **state)
{
	struct queue_length l = { .packets = QUEUE_LENGTH_START };
	uint64_t now_ns = second_ns;

	(void)state;
	assert_int_equal(1, flood(&l, &now_ns, 100000));
	assert_int_equal(0, flood(&l, &now_ns, 90000)); /* a little slower is no news */
	assert_true(flood(&l, &now_ns, 20000) >= 1);
	assert_in_range(l.packets, 2940, 3060);
	assert_true(flood(&l, &now_ns, 100000) >= 1);
	assert_in_range(l.packets, 14700, 15300);
}

/* Who waits for packets measures how many come, not how many could be served. */
static void idle_time_counts_for_nothing(void **state)
{
	struct queue_length l = { .packets = QUEUE_LENGTH_START };
	uint64_t now_ns = second_ns;

	(void)state;
	for (int i = 0; i < 1000; i++, now_ns += second_ns / 100) {
		assert_false(queue_length_fit(&l, now_ns, BURST, true));
		assert_false(queue_length_fit(&l, now_ns + 1000, 1, false));
	}
	assert_int_equal(QUEUE_LENGTH_START, l.packets);
	now_ns += 60 * second_ns;
	assert_int_equal(1, flood(&l, &now_ns, 100000));
	assert_in_range(l.packets, 14700, 15300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_the_rate),
		cmocka_unit_test(follows_what_changes),
		cmocka_unit_test(idle_time_counts_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
