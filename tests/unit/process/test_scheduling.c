/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "process/scheduling.h"

static struct sched_attr now(void)
{
	struct sched_attr a = { .size = sizeof(a) };

	assert_int_equal(0, syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0));
	return a;
}

static void slice_is_short(void **state)
{
	struct sched_attr before = now();
	struct utsname kernel;
	unsigned major, minor;

	(void)state;
	assert_int_equal(0, scheduling_shorten());
	assert_int_equal(before.sched_policy, now().sched_policy);
	assert_int_equal(before.sched_nice, now().sched_nice);
	uname(&kernel);
	assert_int_equal(2, sscanf(kernel.release, "%u.%u", &major, &minor));
	if (major > 6 || (major == 6 && minor >= 12)) /* before, the kernel knows one slice for all */
		assert_int_equal(100000, now().sched_runtime);
}

static void choice_of_others_stays(void **state)
{
	struct sched_attr batch = now();

	(void)state;
	batch.sched_policy = SCHED_BATCH;
	batch.sched_runtime = 3000000;
	assert_int_equal(0, syscall(SYS_sched_setattr, 0, &batch, 0));
	batch = now();
	assert_int_equal(0, scheduling_shorten());
	assert_int_equal(SCHED_BATCH, now().sched_policy);
	assert_int_equal(batch.sched_runtime, now().sched_runtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slice_is_short),
		cmocka_unit_test(choice_of_others_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
