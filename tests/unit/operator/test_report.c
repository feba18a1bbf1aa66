/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "engine/event.h"
#include "operator/report.h"

struct row {
	const char *prober, *target, *router; /* NULL: none */
	struct event event;
	const char *json;
};

static const struct row rows[] = {
	{ "198.51.100.7", "203.0.113.1", "10.2.2.1",
		{ .at_ns = 43384123456789,
			.rtt_ns = 12345678,
			.reason = REASON_RELAYED,
			.prober_port = 44444,
			.target_port = 33435,
			.protocol = 17,
			.ttl = 6,
			.icmp_type = 11 },
		"{\"event\":\"relayed\",\"time_ns\":43384123456789,\"prober\":\"198.51.100.7\",\"target\":\"203.0.113.1\","
		"\"protocol\":\"udp\",\"ttl\":6,\"prober_port\":44444,\"target_port\":33435,\"router\":\"10.2.2.1\","
		"\"icmp_type\":11,\"icmp_code\":0,\"rtt_ms\":12.345}" },
	{ "2001:db8::7", "2001:db8:1::1", NULL, { .at_ns = 1, .reason = REASON_TURNED, .protocol = 58, .ttl = 2 },
		"{\"event\":\"turned\",\"time_ns\":1,\"prober\":\"2001:db8::7\",\"target\":\"2001:db8:1::1\","
		"\"protocol\":\"icmp\",\"ttl\":2}" },
	{ "198.51.100.7", "203.0.113.1", NULL,
		{ .reason = REASON_LIMIT_PROBER, .prober_port = 1, .target_port = 80, .protocol = 6, .ttl = 255 },
		"{\"event\":\"limit_prober\",\"time_ns\":0,\"prober\":\"198.51.100.7\",\"target\":\"203.0.113.1\","
		"\"protocol\":\"tcp\",\"ttl\":255,\"prober_port\":1,\"target_port\":80}" },
	{ NULL, NULL, NULL, { .at_ns = 5, .reason = REASON_TRUNCATED }, "{\"event\":\"truncated\",\"time_ns\":5}" },
	{ "198.51.100.7", "203.0.113.1", NULL, { .reason = REASON_PROTOCOL, .protocol = 47 },
		"{\"event\":\"protocol\",\"time_ns\":0,\"prober\":\"198.51.100.7\",\"target\":\"203.0.113.1\","
		"\"protocol\":\"47\"}" },
};

static void addr_set(struct addr *a, const char *text)
{
	if (text)
		assert_true(addr_parse(text, a));
}

static void reports_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct event e = rows[i].event;
		json_t *json;
		char *text;

		addr_set(&e.prober, rows[i].prober);
		addr_set(&e.target, rows[i].target);
		addr_set(&e.router, rows[i].router);
		json = report_event(&e);
		text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9));
		assert_string_equal(text, rows[i].json);
		free(text);
		json_decref(json);
	}
}

static void reports_every_counter_in_order(void **state)
{
	uint64_t counters[REASON_COUNT];
	json_t *json, *value;
	const char *name;
	size_t i = REASON_OK;

	(void)state;
	for (size_t n = 0; n < REASON_COUNT; n++)
		counters[n] = n * 1000000007;
	json = report_counters(counters);
	json_object_foreach(json, name, value) {
		i++;
		assert_string_equal(name, reason_table[i].counter);
		assert_int_equal(json_integer_value(value), i * 1000000007);
	}
	assert_int_equal(i, REASON_COUNT - 1);
	json_decref(json);
}

/* The table is an interface: names for scripts, words for people. */
static void has_a_proper_row_for_every_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < REASON_COUNT; i++) {
		const struct reason_row *row = &reason_table[i];

		assert_non_null(row->counter);
		assert_in_range(strlen(row->counter), 2, 17); /* the column of uturnctl */
		assert_int_equal(strspn(row->counter, "abcdefghijklmnopqrstuvwxyz_"), strlen(row->counter));
		assert_in_range(strlen(row->words), 5, 60);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(row->counter, reason_table[other].counter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_events),
		cmocka_unit_test(reports_every_counter_in_order),
		cmocka_unit_test(has_a_proper_row_for_every_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
