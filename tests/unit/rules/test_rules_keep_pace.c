/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When rules that are kept are compared, and applied again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "rules/keep_pace.h"

enum { NEVER = -1 };

static uint64_t ns(int ms)
{
	return ms == NEVER ? KEEP_PACE_NEVER : (uint64_t)ms * 1000000;
}

/* Changes at these times in ms, and when the comparison is due. */
static void waits_for_quiet(void **state)
{
	static const struct {
		const char *name;
		int changes[12]; /* up to the first NEVER */
		int asked; /* keep_pace_compare() */
		int due;
	} rows[] = {
		{ "nothing", { NEVER }, NEVER, NEVER },
		{ "one change", { 1000, NEVER }, NEVER, 1300 },
		{ "two of one transaction", { 1000, 1001, NEVER }, NEVER, 1301 },
		{ "one after the other", { 1000, 1200, 1400, NEVER }, NEVER, 1700 },
		{ "never quiet", { 1000, 1250, 1500, 1750, 2000, 2250, 2500, 2750, NEVER }, NEVER, 3000 },
		{ "never quiet, and beyond", { 1000, 1250, 1500, 1750, 2000, 2250, 2500, 2750, 3050, NEVER }, NEVER,
			3000 },
		{ "lost events: at once", { NEVER }, 1000, 1000 },
		{ "lost events after a change", { 1000, NEVER }, 1100, 1100 },
		{ "a change before the next look of legacy", { 1000, NEVER }, 11000, 1300 },
		{ "at boot", { 0, NEVER }, NEVER, 300 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct keep_pace p = { 0 };

		for (const int *at = rows[i].changes; *at != NEVER; at++)
			keep_pace_changed(&p, ns(*at));
		if (rows[i].asked != NEVER)
			keep_pace_compare(&p, ns(rows[i].asked));
		if (keep_pace_due(&p) != ns(rows[i].due))
			fail_msg("%s: due at %llu ms", rows[i].name, (unsigned long long)keep_pace_due(&p) / 1000000);
		keep_pace_compared(&p);
		assert_true(keep_pace_due(&p) == KEEP_PACE_NEVER);
		keep_pace_changed(&p, ns(20000)); /* counted from itself, not from what is over */
		assert_true(keep_pace_due(&p) == ns(20300));
	}
}

static void takes_the_earlier_look(void **state)
{
	struct keep_pace p = { 0 };

	(void)state;
	keep_pace_compare(&p, ns(5000));
	keep_pace_compare(&p, ns(3000));
	keep_pace_compare(&p, ns(7000));
	assert_true(keep_pace_due(&p) == ns(3000));
}

/* Another program takes the rules away as soon as they are there: repairs, as early as each is permitted. */
static void repairs_once_a_minute_in_a_contest(void **state)
{
	static const int seconds[] = { 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 105, 165, 225 };
	struct keep_pace p = { 0 };
	uint64_t now = ns(100000);

	(void)state;
	assert_true(keep_pace_repair_from(&p, now) <= now);
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		if (i > 0)
			now = keep_pace_repair_from(&p, now);
		if (now != ns(100000 + 1000 * seconds[i]))
			fail_msg("repair %zu: after %llu ms", i + 1, (unsigned long long)(now / 1000000) - 100000);
		assert_int_equal(keep_pace_is_contested(&p, now), i >= 10);
		keep_pace_repaired(&p, now);
		assert_int_equal(keep_pace_is_contested(&p, now), i >= 9);
	}
	/* for an hour, and each a second late */
	for (int i = 0; i < 60; i++) {
		uint64_t from = keep_pace_repair_from(&p, now);

		assert_true(from == now + ns(60000));
		now = from + ns(1000);
		keep_pace_repaired(&p, now);
	}
	/* the other program has ended: the last ten are forgotten ten minutes later at the latest */
	assert_true(keep_pace_is_contested(&p, now + ns(60000)));
	assert_false(keep_pace_is_contested(&p, now + ns(660000)));
	assert_true(keep_pace_repair_from(&p, now + ns(660000)) <= now + ns(660000));
	keep_pace_repaired(&p, now + ns(660000));
	assert_true(keep_pace_repair_from(&p, now + ns(660001)) == now + ns(665000));
}

static void knows_no_contest_of_few_repairs(void **state)
{
	struct keep_pace p = { 0 };
	uint64_t now = ns(1000);

	(void)state;
	for (int i = 0; i < 9; i++, now += ns(5000))
		keep_pace_repaired(&p, now);
	assert_false(keep_pace_is_contested(&p, now));
	now += ns(600000); /* the tenth within ten minutes of the second, not of the first */
	keep_pace_repaired(&p, now);
	assert_false(keep_pace_is_contested(&p, now));
	assert_true(keep_pace_repair_from(&p, now) == now + ns(5000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_quiet),
		cmocka_unit_test(takes_the_earlier_look),
		cmocka_unit_test(repairs_once_a_minute_in_a_contest),
		cmocka_unit_test(knows_no_contest_of_few_repairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
