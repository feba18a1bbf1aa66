/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request to drain a host, and its answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "operator/drain.h"

static const uint64_t now_ns = UINT64_C(5000000001), second_ns = 1000000000;

static const struct {
	const char *request;
	bool is_right;
	uint64_t seconds; /* 0: it ends */
} rows[] = {
	{ "{}", true, DRAIN_SECONDS },
	{ "{\"seconds\":0}", true, 0 },
	{ "{\"seconds\":1}", true, 1 },
	{ "{\"seconds\":86400}", true, 86400 },
	{ "{\"seconds\":86401}", false, 0 },
	{ "{\"seconds\":-1}", false, 0 },
	{ "{\"seconds\":9223372036854775807}", false, 0 },
	{ "{\"seconds\":1.5}", false, 0 },
	{ "{\"seconds\":\"60\"}", false, 0 },
	{ "{\"seconds\":null}", false, 0 },
	{ "{\"seconds\":[]}", false, 0 },
};

static void is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *request = json_loads(rows[i].request, 0, NULL);
		const char *why = NULL;
		uint64_t until_ns = 1;

		assert_non_null(request);
		if (drain_read(request, now_ns, &until_ns, &why) != rows[i].is_right || !why != rows[i].is_right)
			fail_msg("%s", rows[i].request);
		if (rows[i].is_right)
			assert_int_equal(until_ns, rows[i].seconds ? now_ns + rows[i].seconds * second_ns : 0);
		json_decref(request);
	}
}

static void assert_answer(uint64_t until_ns, const char *expected)
{
	json_t *answer = drain_answer(until_ns, now_ns);
	char *text = json_dumps(answer, JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
	json_decref(answer);
}

static void is_answered(void **state)
{
	(void)state;
	assert_answer(0, "{\"draining\":false}");
	assert_answer(now_ns, "{\"draining\":false}");
	assert_answer(now_ns + 1, "{\"draining\":true,\"draining_s\":1}");
	assert_answer(now_ns + 600 * second_ns, "{\"draining\":true,\"draining_s\":600}");
	assert_answer(now_ns + 599 * second_ns + 1, "{\"draining\":true,\"draining_s\":600}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read),
		cmocka_unit_test(is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
