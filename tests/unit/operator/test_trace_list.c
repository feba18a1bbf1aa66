/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "from" of a request for traces: what has ended since, of all workers in the order of their ends, each once, and how many
 * are not kept any more. The workers are two tables of traces here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "operator/trace_list.h"
#include "process/workers.h"

enum { WORKERS = 2 };

struct workers {
	struct traces traces[WORKERS];
};

static const uint64_t s_ns = 1000000000;
static struct workers workers;
static uint64_t now_ns; /* a trace begins and ends each time that it grows */

unsigned workers_count(const struct workers *w)
{
	(void)w;
	return WORKERS;
}

struct traces *workers_traces(struct workers *w, unsigned index)
{
	return &w->traces[index];
}

uint64_t workers_traces_ended(const struct workers *w, unsigned index)
{
	return w->traces[index].ended;
}

static int setup(void **state)
{
	const uint64_t key[2] = { 1, 2 };

	(void)state;
	memset(&workers, 0, sizeof(workers));
	for (unsigned i = 0; i < WORKERS; i++)
		traces_init(&workers.traces[i], key, shard_of(i, WORKERS));
	now_ns = 1000 * s_ns;
	return 0;
}

static void end_traces(unsigned worker, unsigned count)
{
	for (; count; count--) {
		const struct event e = {
			.at_ns = now_ns += 20 * s_ns,
			.reason = REASON_TURNED,
			.prober = { 4, { 198, 51, 100, 1 } },
			.target = { 4, { 203, 0, 113, 80 } },
			.protocol = 17,
			.ttl = 5,
		};

		traces_on_event(&workers.traces[worker], &e);
		traces_on_time(&workers.traces[worker], now_ns + 15 * s_ns);
	}
}

static json_t *ask(const char *text, const char **why)
{
	const struct report_clocks clocks = { now_ns + 15 * s_ns, 5000 * s_ns + now_ns };
	json_t *request = json_loads(text, 0, NULL), *answer;

	assert_non_null(request);
	answer = trace_list_answer(&workers, request, &clocks, why);
	json_decref(request);
	return answer;
}

struct told {
	size_t count;
	uint64_t missed;
	char next[64]; /* JSON */
};

/* Each of the traces with its hops, and none before the one in front of it. */
static struct told told_since(const char *from)
{
	char text[96];
	const char *why;
	struct told told;
	double before = 0;
	json_t *answer, *traces;

	snprintf(text, sizeof(text), "{\"op\":\"traces\",\"from\":%s}", from);
	answer = ask(text, &why);
	assert_non_null(answer);
	traces = json_object_get(answer, "traces");
	told.count = json_array_size(traces);
	for (size_t i = 0; i < told.count; i++) {
		const json_t *one = json_array_get(traces, i);
		const double time = json_number_value(json_object_get(one, "time"));

		assert_true(json_is_array(json_object_get(one, "hops")));
		assert_true(time > before);
		before = time;
	}
	told.missed = (uint64_t)json_integer_value(json_object_get(answer, "missed"));
	told.next[json_dumpb(json_object_get(answer, "next"), told.next, sizeof(told.next) - 1, JSON_COMPACT)] = '\0';
	json_decref(answer);
	return told;
}

static void assert_told(const char *from, size_t count, uint64_t missed, const char *next)
{
	const struct told told = told_since(from);

	assert_string_equal(told.next, next);
	assert_int_equal(told.count, count);
	assert_int_equal(told.missed, missed);
}

static void tells_each_once_and_in_order(void **state)
{
	(void)state;
	assert_told("[]", 0, 0, "[0,0]");
	end_traces(0, 2);
	end_traces(1, 3);
	end_traces(0, 1);
	assert_told("[]", 6, 0, "[3,3]");
	assert_told("[3,3]", 0, 0, "[3,3]");
	assert_told("[2,0]", 4, 0, "[3,3]");
	end_traces(1, 1);
	assert_told("[3,3]", 1, 0, "[3,4]");
	assert_told("[3]", 4, 0, "[3,4]"); /* of the other it has none */
}

static void tells_no_more_than_fit(void **state)
{
	struct told told = { .next = "[]" };
	size_t sum = 0, answers = 0;

	(void)state;
	for (int i = 0; i < 300; i++)
		end_traces((unsigned)i % WORKERS, 1);
	do {
		told = told_since(told.next);
		assert_true(told.count <= TRACE_LIST_MOST && told.missed == 0);
		sum += told.count;
		answers++;
	} while (told.count);
	assert_int_equal(sum, 300);
	assert_true(answers > 3);
	assert_string_equal(told.next, "[150,150]");
}

/* Who begins has missed nothing; who has not asked for long has. */
static void counts_what_is_not_kept(void **state)
{
	(void)state;
	end_traces(0, 5);
	end_traces(1, 1);
	end_traces(0, TRACES_ENDED);
	assert_int_equal(told_since("[]").missed, 0);
	assert_int_equal(told_since("[1,1]").missed, 4);
	assert_int_equal(told_since("[5,1]").missed, 0);
	assert_int_equal(told_since("[4,1]").missed, 1);
	assert_told("[1029,0]", 1, 0, "[1029,1]");
}

/* Of another uturnd, of which more had ended; no number; too many. */
static void begins_again_where_a_number_cannot_be(void **state)
{
	(void)state;
	end_traces(0, 2);
	assert_told("[3,0]", 2, 0, "[2,0]");
	assert_told("[-1,0]", 2, 0, "[2,0]");
	assert_told("[9223372036854775807,\"x\"]", 2, 0, "[2,0]");
	assert_told("[null,{},2,3,4]", 2, 0, "[2,0]");
	assert_told("[1,0,7]", 1, 0, "[2,0]");
}

static void says_what_it_expects(void **state)
{
	static const struct {
		const char *request, *why;
	} rows[] = {
		{ "{\"from\":3}", "from: expected a list of numbers, as \"next\" of the answer before" },
		{ "{\"from\":{}}", "from: expected a list of numbers, as \"next\" of the answer before" },
		{ "{\"id\":0}", "id: expected the identifier of a trace" },
		{ "{\"id\":\"1\"}", "id: expected the identifier of a trace" },
		{ "{\"before\":-1}", "before: expected the identifier of a trace" },
		{ "{\"last\":0}", "last: expected a number of 1 or more" },
		{ "{\"id\":77}", "id: no such trace (the last 1024 are kept)" },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(ask(rows[i].request, &why));
		assert_string_equal(why, rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tells_each_once_and_in_order, setup),
		cmocka_unit_test_setup(tells_no_more_than_fit, setup),
		cmocka_unit_test_setup(counts_what_is_not_kept, setup),
		cmocka_unit_test_setup(begins_again_where_a_number_cannot_be, setup),
		cmocka_unit_test_setup(says_what_it_expects, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
