/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare/statistics.h"

/* Flows that met a router, of those of its run, and those of the other run. */
static void a_router_that_was_not_seen(void **state)
{
	(void)state;
	assert_float_equal(statistics_unseen(0, 45, 45), 1, 0);
	assert_float_equal(statistics_unseen(1, 45, 45), 0.5, 1e-9);
	assert_float_equal(statistics_unseen(2, 45, 45), 0.2471910, 1e-6);
	assert_float_equal(statistics_unseen(5, 45, 45), 0.0277993, 1e-6);
	assert_float_equal(statistics_unseen(3, 3, 0), 1, 0);
	assert_float_equal(statistics_unseen(4, 3, 9), 0, 0);
}

static void ranks(void **state)
{
	uint32_t low[] = { 8, 3, 1, 7, 2, 6, 4, 5 }, high[] = { 16, 10, 9, 15, 11, 14, 12, 13 };
	uint32_t same[] = { 5, 5, 5, 5, 5, 5, 5, 5 }, same_again[] = { 5, 5, 5, 5, 5, 5, 5, 5 };
	uint32_t odd[] = { 1, 3, 5, 7, 9, 11, 13, 15 }, even[] = { 2, 4, 6, 8, 10, 12, 14, 16 };
	uint32_t tied[] = { 1, 1, 2, 2, 3, 3, 4, 4 }, tied_more[] = { 3, 3, 4, 4, 5, 5, 6, 6 };

	(void)state;
	assert_float_equal(statistics_rank_test(low, 8, high, 8), 0.0009391, 1e-6);
	assert_int_equal(low[0], 1);
	assert_int_equal(high[7], 16);
	assert_float_equal(statistics_rank_test(same, 8, same_again, 8), 1, 0);
	assert_true(statistics_rank_test(odd, 8, even, 8) > 0.6);
	/* pairs counted one by one, with the correction for ties and for continuity */
	assert_float_equal(statistics_rank_test(tied, 8, tied_more, 8), 0.0119800, 1e-6);
	assert_float_equal(statistics_rank_test(low, 0, high, 8), 1, 0);
}

/* Lost of sent, before and after: fisher.test() of R. */
static void exact(void **state)
{
	(void)state;
	assert_float_equal(statistics_exact_test(1, 10, 11, 14), 0.002759456, 1e-8);
	assert_float_equal(statistics_exact_test(11, 14, 1, 10), 0.002759456, 1e-8);
	assert_float_equal(statistics_exact_test(3, 4, 1, 4), 0.4857143, 1e-6);
	assert_float_equal(statistics_exact_test(0, 10, 0, 10), 1, 1e-9);
	assert_float_equal(statistics_exact_test(5, 100, 5, 100), 1, 1e-9);
	assert_true(statistics_exact_test(0, 1000, 100, 1000) < 1e-20);
	assert_float_equal(statistics_exact_test(0, 0, 3, 10), 1, 1e-9);
}

static void intervals(void **state)
{
	double least, most;

	(void)state;
	statistics_interval(10, 100, 1.96, &least, &most);
	assert_float_equal(least, 0.05523, 1e-4);
	assert_float_equal(most, 0.17437, 1e-4);
	statistics_interval(0, 10, 1.96, &least, &most);
	assert_float_equal(least, 0, 1e-12);
	assert_float_equal(most, 0.27754, 1e-4);
	statistics_interval(10, 10, 1.96, &least, &most);
	assert_float_equal(most, 1, 1e-12);
}

static void medians(void **state)
{
	static const uint32_t values[] = { 1, 2, 4, 4294967295, 4294967295 };

	(void)state;
	assert_int_equal(statistics_median(values, 0), 0);
	assert_int_equal(statistics_median(values, 1), 1);
	assert_int_equal(statistics_median(values, 2), 1);
	assert_int_equal(statistics_median(values, 3), 2);
	assert_int_equal(statistics_median(values + 3, 2), 4294967295);
}

static void steps_of_holm(void **state)
{
	(void)state;
	assert_true(statistics_holm(0.0009, 0, 10, 0.01));
	assert_false(statistics_holm(0.0011, 0, 10, 0.01));
	assert_true(statistics_holm(0.0011, 1, 10, 0.01));
	assert_true(statistics_holm(0.0099, 9, 10, 0.01));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_router_that_was_not_seen),
		cmocka_unit_test(ranks),
		cmocka_unit_test(exact),
		cmocka_unit_test(intervals),
		cmocka_unit_test(medians),
		cmocka_unit_test(steps_of_holm),
	};

	return cmocka_run_group_tests_name("trace statistics", tests, NULL, NULL);
}
