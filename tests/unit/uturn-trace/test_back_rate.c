/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturn-trace/back_rate.h"

static void below_the_default_of_uturnd(void **state)
{
	struct search_rate whole = { .per_s = 1000 };
	struct back_rate b;

	(void)state;
	back_rate_start(&b, &whole);
	assert_true(b.rate.per_s < 200 && b.rate.burst < 200);
	assert_ptr_equal(b.rate.whole, &whole);
	for (unsigned i = 0; i < 1000; i++)
		back_rate_on_answer(&b);
	assert_true(b.rate.per_s < 200);
	whole.per_s = 30;
	back_rate_start(&b, &whole);
	assert_int_equal(b.rate.per_s, 30);
}

static void refusals_make_it_slower_and_answers_faster(void **state)
{
	struct search_rate whole = { .per_s = 1000 };
	struct back_rate b;
	uint32_t before;

	(void)state;
	back_rate_start(&b, &whole);
	before = b.rate.per_s;
	back_rate_on_refusal(&b);
	assert_int_equal(b.rate.per_s, before * 2 / 3);
	assert_int_equal(b.rate.burst, 0);
	before = b.rate.per_s;
	for (unsigned i = 0; i < 15; i++)
		back_rate_on_answer(&b);
	assert_int_equal(b.rate.per_s, before);
	back_rate_on_answer(&b);
	assert_true(b.rate.per_s > before);
	for (unsigned i = 0; i < 100; i++)
		back_rate_on_refusal(&b);
	assert_int_equal(b.rate.per_s, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(below_the_default_of_uturnd),
		cmocka_unit_test(refusals_make_it_slower_and_answers_faster),
	};

	return cmocka_run_group_tests_name("back rate", tests, NULL, NULL);
}
