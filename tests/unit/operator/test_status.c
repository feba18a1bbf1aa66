/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturnd says of itself: names and types that others build on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/version.h"
#include "config/config.h"
#include "operator/status.h"
#include "process/workers.h"

static const uint64_t second_ns = 1000000000;

static void assert_status(const struct status *s, const char *format)
{
	json_t *told = status_json(s);
	char *text = json_dumps(told, JSON_COMPACT | JSON_REAL_PRECISION(15)), expected[4096];

	snprintf(expected, sizeof(expected), format, (int)getpid());
	assert_string_equal(text, expected);
	free(text);
	json_decref(told);
}

#define BEGIN \
	"{\"version\":\"" UTURN_VERSION \
	"\",\"uptime_s\":90,\"ready\":true,\"flights\":7,\"capacity\":99,\"traces\":2," \
	"\"queue\":\"5\",\"workers\":1,\"config\":\"/etc/uturn/uturnd.conf\",\"pid\":%d,\"warnings\":[],"
#define BOUNDS "\"bounds\":[0.001,0.002,0.005,0.01,0.02,0.05,0.1,0.2,0.5,1.0,2.0,5.0]"
#define END(front, end, count) "{\"frontend\":\"" front "\",\"end\":\"" end "\",\"count\":" count "}"

static void tells_the_defaults(void **state)
{
	struct config c;
	struct workers_sum sum = { .workers = 1, .flights = 7, .capacity = 99 };
	struct status s = { &sum, &c, NULL, 2, 10 * second_ns, 100 * second_ns, 1000 * second_ns, json_array(), 0,
		NULL };

	(void)state;
	config_default(&c);
	assert_status(&s,
		BEGIN "\"start_time_s\":910,\"frontends\":{\"uturn\":true,\"inband\":false,\"request\":false},"
		      "\"answer_from\":{\"ipv4\":\"router\",\"ipv6\":\"router\"},"
		      "\"inflection\":{\"ipv4\":\"auto\",\"ipv6\":\"auto\"},"
		      "\"limits\":{\"per_prober\":200,\"per_network\":2000,\"total\":20000},"
		      "\"probers_60s\":0,\"capture\":{\"dropped\":0},\"relay_seconds\":{" BOUNDS
		      ",\"counts\":[0,0,0,0,0,0,0,0,0,0,0,0,0],\"sum\":0.0,\"count\":0},\"traces_total\":[" END("uturn",
			      "arrived", "0") "," END("uturn", "stopped", "0") "," END("uturn", "limited",
			      "0") "," END("inband", "arrived", "0") "," END("inband", "stopped", "0") "," END("inband",
			      "limited", "0") "," END("request", "arrived", "0") "," END("request", "stopped",
			      "0") "," END("request", "limited", "0") "],\"traces_evicted\":0}");
}

static void tells_what_happened(void **state)
{
	static const char text[] = "inflection 2001:db8::1\nanswer-from6 self\ninband on\nrequest on\n";
	char why[CONFIG_WHY_SIZE];
	struct config c;
	struct workers_sum sum = {
		.workers = 1,
		.flights = 7,
		.capacity = 99,
		.probers = 3,
		.activity = { .turned_ns = 99 * second_ns + 949999999,
			.relayed_ns = 1,
			.relay = { .counts = { [0] = 4, [12] = 1 }, .sum_ns = 6500000000 } },
		.traces_evicted = 8,
	};
	struct status s = { &sum, &c, NULL, 2, 10 * second_ns, 100 * second_ns, 1000 * second_ns, json_array(),
		159 * second_ns + 1, NULL };
	json_t *told;

	(void)state;
	assert_int_equal(config_parse("test", text, sizeof(text) - 1, &c, why, sizeof(why)), 0);
	sum.counters[REASON_CAPTURE_DROPPED] = 5;
	sum.traces[FRONT_REQUEST][TRACE_LIMITED] = 6;
	told = status_json(&s);
	assert_int_equal(json_integer_value(
				 json_object_get(json_array_get(json_object_get(told, "traces_total"), 8), "count")),
		6);
	assert_true(json_number_value(json_object_get(told, "last_turned_s")) == 0.0);
	assert_true(json_number_value(json_object_get(told, "last_relayed_s")) == 99.9);
	assert_true(json_number_value(json_object_get(json_object_get(told, "relay_seconds"), "sum")) == 6.5);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(told, "relay_seconds"), "count")), 5);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(told, "capture"), "dropped")), 5);
	assert_int_equal(json_integer_value(json_object_get(told, "probers_60s")), 3);
	assert_int_equal(json_integer_value(json_object_get(told, "traces_evicted")), 8);
	assert_int_equal(json_integer_value(json_object_get(told, "draining_s")), 60);
	assert_true(json_is_true(json_object_get(json_object_get(told, "frontends"), "request")));
	assert_string_equal(json_string_value(json_object_get(json_object_get(told, "inflection"), "ipv6")),
		"2001:db8::1");
	assert_string_equal(json_string_value(json_object_get(json_object_get(told, "inflection"), "ipv4")), "auto");
	assert_string_equal(json_string_value(json_object_get(json_object_get(told, "answer_from"), "ipv6")), "self");
	json_decref(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_defaults),
		cmocka_unit_test(tells_what_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
