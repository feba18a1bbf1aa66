/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturnd is asked for to follow its traces, and what its answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "control/trace_follow.h"

static void count(void *owner, const json_t *trace)
{
	*(json_int_t *)owner += json_integer_value(json_object_get(trace, "id"));
}

static int take(struct trace_follow *f, const char *answer, json_int_t *sum, const char **why)
{
	json_t *o = json_loads(answer, 0, NULL);
	int told;

	assert_non_null(o);
	*sum = 0;
	told = trace_follow_take(f, o, count, sum, why);
	json_decref(o);
	return told;
}

static void asks_from_where_it_is(void **state)
{
	struct trace_follow f = { NULL, 0 };
	char request[TRACE_FOLLOW_REQUEST_SIZE];
	const char *why;
	json_int_t sum;

	(void)state;
	assert_string_equal(trace_follow_request(&f, request), "{\"op\":\"traces\",\"from\":[]}");
	assert_int_equal(take(&f, "{\"traces\":[{\"id\":3},{\"id\":4}],\"next\":[4,0],\"missed\":7}", &sum, &why), 2);
	assert_int_equal(sum, 7);
	assert_int_equal(f.missed, 7);
	assert_string_equal(trace_follow_request(&f, request), "{\"op\":\"traces\",\"from\":[4,0]}");
	assert_int_equal(take(&f, "{\"traces\":[],\"next\":[4,0],\"missed\":0}", &sum, &why), 0);
	trace_follow_done(&f);
}

static void refuses_other_answers(void **state)
{
	struct trace_follow f = { NULL, 0 };
	const char *why;
	json_int_t sum;

	(void)state;
	assert_int_equal(take(&f, "{\"error\":\"words\"}", &sum, &why), -1);
	assert_int_equal(take(&f, "{\"traces\":[]}", &sum, &why), -1);
	assert_int_equal(take(&f, "{\"traces\":{},\"next\":[]}", &sum, &why), -1);
	assert_non_null(strstr(why, "is this the control socket of uturnd?"));
	trace_follow_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(asks_from_where_it_is),
		cmocka_unit_test(refuses_other_answers) };

	return cmocka_run_group_tests_name("trace_follow", tests, NULL, NULL);
}
