/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which events `uturnctl watch` shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tools/uturnctl/event_filter.h"

#define EVENT(name, prober) "{\"event\":\"" name "\",\"prober\":\"" prober "\"}"

static const struct {
	const char *prefix, *events[2], *event;
	bool is_wanted;
} rows[] = {
	{ NULL, { NULL }, EVENT("turned", "192.0.2.7"), true },
	{ "192.0.2.0/24", { NULL }, EVENT("turned", "192.0.2.7"), true },
	{ "192.0.2.0/24", { NULL }, EVENT("turned", "192.0.3.7"), false },
	{ "192.0.2.7", { NULL }, EVENT("turned", "192.0.2.7"), true },
	{ "192.0.2.7", { NULL }, EVENT("turned", "192.0.2.6"), false },
	{ "192.0.2.0/24", { NULL }, EVENT("turned", "2001:db8::1"), false },
	{ "2001:db8::/32", { NULL }, EVENT("turned", "2001:db8::1"), true },
	{ "::/0", { NULL }, EVENT("turned", "192.0.2.7"), false },
	{ "0.0.0.0/0", { NULL }, "{\"event\":\"no_flight\"}", false },
	{ "0.0.0.0/0", { NULL }, EVENT("turned", "not an address"), false },
	{ NULL, { "turned" }, EVENT("turned", "192.0.2.7"), true },
	{ NULL, { "turned" }, EVENT("relayed", "192.0.2.7"), false },
	{ NULL, { "turned", "relayed" }, EVENT("relayed", "192.0.2.7"), true },
	{ NULL, { "turned" }, EVENT("of a later version", "192.0.2.7"), false },
	{ "192.0.2.0/24", { "turned" }, EVENT("turned", "192.0.3.7"), false },
	{ "192.0.2.0/24", { "turned" }, EVENT("relayed", "192.0.2.7"), false },
	/* what is lost may have been wanted */
	{ "192.0.2.0/24", { "turned" }, "{\"lost\":12}", true },
};

static void filters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *event = json_loads(rows[i].event, 0, NULL);
		struct event_filter f = { .has_prefix = false };

		assert_true(!rows[i].prefix || event_filter_prefix(&f, rows[i].prefix));
		for (int e = 0; e < 2 && rows[i].events[e]; e++)
			assert_true(event_filter_event(&f, rows[i].events[e]));
		if (event_filter_wants(&f, event) != rows[i].is_wanted)
			fail_msg("row %zu", i);
		json_decref(event);
	}
}

static void refuses_what_is_none(void **state)
{
	struct event_filter f = { .has_prefix = false };

	(void)state;
	assert_false(event_filter_prefix(&f, "192.0.2.0/33"));
	assert_false(event_filter_prefix(&f, ""));
	assert_false(event_filter_event(&f, "relaied"));
	assert_false(event_filter_event(&f, "ok")); /* what no event is counted as */
	assert_false(event_filter_event(&f, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
