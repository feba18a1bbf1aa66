/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces as JSON and as lines of the log; the largest answers fit the output buffer of a client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "io/control_client.h"
#include "operator/report_kept.h"
#include "operator/trace_list.h"
#include "operator/trace_log.h"

enum { PRECISION = 15 };

static const struct report_clocks clocks = { 100 * UINT64_C(1000000000),
	1795876543 * UINT64_C(1000000000) + 210999999 };

static struct trace made(void)
{
	struct trace t = {
		.id = 17,
		.protocol = 17,
		.probes = 9,
		.ttl = 4,
		.began_ns = 90 * UINT64_C(1000000000),
		.probed_ns = 91 * UINT64_C(1000000000),
		.active_ns = 91 * UINT64_C(1000000000) + 234999999,
		.asked = 0x1f,
		.end_hop = 3,
		.router_count = 3,
		.slowest = 1,
		.slowest_us = 12345,
		.answers = { 3, 0, 1, 1 },
		.routers_of = { { 0, 1, 0 }, { 0 }, { 2 }, { 2 } },
		.rtt_us = { { 1000, 12345, 213 }, { 0 }, { 7 }, { 8 } },
	};

	assert_true(addr_parse("192.0.2.7", &t.prober));
	assert_true(addr_parse("203.0.113.80", &t.target));
	assert_true(addr_parse("10.2.1.1", &t.routers[0]));
	assert_true(addr_parse("10.2.1.9", &t.routers[1]));
	assert_true(addr_parse("192.0.2.7", &t.routers[2]));
	return t;
}

static void assert_json(json_t *told, const char *expected)
{
	char *text = json_dumps(told, JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));

	assert_string_equal(text, expected);
	free(text);
	json_decref(told);
}

#define HEAD \
	"{\"id\":17,\"time\":1795876533.21,\"prober\":\"192.0.2.7\",\"target\":\"203.0.113.80\",\"frontend\":\"uturn\"," \
	"\"protocol\":\"udp\",\"seconds\":1.234,\"probes\":9,\"hops_answered\":2,\"hops_silent\":1,"
#define TAIL "\"slowest\":{\"router\":\"10.2.1.9\",\"ms\":12.345}}"

static void tells_a_kept_trace(void **state)
{
	struct trace t = made();

	(void)state;
	assert_json(report_kept(&t, &clocks), HEAD "\"age_s\":9.0,\"ttl\":4," TAIL);
	t.ended_ns = clocks.now_ns;
	t.end = TRACE_ARRIVED;
	assert_json(report_kept(&t, &clocks), HEAD "\"end\":\"arrived\"," TAIL);
	/* what is behind the end is not on the path */
	assert_json(report_kept_hops(&t),
		"[{\"ttl\":1,\"routers\":[{\"router\":\"10.2.1.1\",\"rtts_ms\":[1.0,0.213]},"
		"{\"router\":\"10.2.1.9\",\"rtts_ms\":[12.345]}]},{\"ttl\":2,\"routers\":[]},"
		"{\"ttl\":3,\"routers\":[{\"router\":\"192.0.2.7\",\"rtts_ms\":[0.007]}]}]");
}

static void tells_a_line(void **state)
{
	struct trace t = made();
	char words[TRACE_LOG_WORDS_SIZE];

	(void)state;
	t.end = TRACE_LIMITED;
	assert_string_equal(trace_log_words(&t, words),
		"trace 17: 192.0.2.7 to 203.0.113.80, uturn udp, 9 probes in 1.2 s, 2 hops answered, 1 silent, limited");
}

/* Everything as long as it can be. */
static struct trace longest(void)
{
	struct trace t = {
		.id = UINT64_C(1) << 62,
		.front = FRONT_REQUEST,
		.protocol = 255,
		.end = TRACE_ARRIVED,
		.probes = UINT32_MAX,
		.active_ns = UINT64_C(1) << 60,
		.ended_ns = 1,
		.asked = UINT64_MAX,
		.router_count = TRACE_ROUTERS,
		.slowest_us = UINT32_MAX,
	};

	assert_true(addr_parse("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", &t.prober));
	t.target = t.prober;
	for (unsigned i = 0; i < TRACE_ROUTERS; i++)
		t.routers[i] = t.prober;
	memset(t.answers, UINT8_MAX, sizeof(t.answers));
	memset(t.rtt_us, 0xfe, sizeof(t.rtt_us));
	for (unsigned hop = 0; hop < TRACE_HOPS; hop++)
		for (unsigned i = 0; i < TRACE_KEPT; i++)
			t.routers_of[hop][i] = (uint8_t)i;
	return t;
}

static size_t size_of(json_t *told)
{
	char *text = json_dumps(told, JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));
	size_t size = strlen(text);

	free(text);
	json_decref(told);
	return size;
}

static void fits_an_answer(void **state)
{
	struct trace t = longest();
	size_t one = size_of(report_kept(&t, &clocks));

	(void)state;
	assert_true((one + 1) * TRACE_LIST_MOST + 16 < CONTROL_CLIENT_OUT_SIZE);
	assert_true(one + size_of(report_kept_hops(&t)) + 32 < CONTROL_CLIENT_OUT_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_kept_trace),
		cmocka_unit_test(tells_a_line),
		cmocka_unit_test(fits_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
