/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tools/uturn-trace/search/bound.h"

/* Flows that a hop with r routers needs, r = 1..10, at a share of 0.05: the numbers of the literature. */
static void flows_for_routers(void **state)
{
	static const unsigned flows[] = { 6, 11, 16, 21, 27, 33, 39, 45, 51, 57 };

	(void)state;
	for (unsigned r = 1; r <= 10; r++)
		assert_int_equal(bound_flows(log(0.05), r + 1), flows[r - 1]);
	assert_int_equal(bound_flows(log(0.05), 17), 97);
	assert_int_equal(bound_flows(log(0.05), 65), 463);
}

static void balancers_share_the_confidence(void **state)
{
	(void)state;
	assert_float_equal(bound_share(0.05, 0), 0.05, 1e-9);
	assert_float_equal(bound_share(0.05, 1), 0.0253206, 1e-6);
	assert_float_equal(bound_share(0.05, 5), 0.0085124, 1e-6);
	assert_int_equal(bound_flows(log(bound_share(0.05, 1)), 2), 7);
	assert_int_equal(bound_flows(log(bound_share(0.05, 1)), 65), 507);
	for (unsigned b = 0; b < 20; b++)
		assert_float_equal(bound_graph(bound_share(0.05, b), b), 0.05, 1e-9);
}

static void what_was_reached(void **state)
{
	(void)state;
	assert_float_equal(bound_reached(1, 0), 1, 0);
	assert_float_equal(bound_reached(1, 1), 1, 0);
	assert_float_equal(bound_reached(1, 6), 0.03125, 1e-9);
	assert_float_equal(bound_reached(8, 50), 0.0249, 1e-4);
	for (unsigned r = 1; r < 100; r++) {
		unsigned n = bound_flows(log(0.05), r + 1);

		assert_true(bound_reached(r, n) <= 0.05);
		assert_true(bound_reached(r, n - 1) > 0.05);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_for_routers),
		cmocka_unit_test(balancers_share_the_confidence),
		cmocka_unit_test(what_was_reached),
	};

	return cmocka_run_group_tests_name("trace bound", tests, NULL, NULL);
}
