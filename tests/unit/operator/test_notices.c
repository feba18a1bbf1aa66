/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "config/config.h"
#include "engine/event.h"
#include "operator/notices.h"

static struct notices *notices;
static struct config config;

static int setup(void **state)
{
	int err = notices_open(&notices);

	(void)state;
	if (err == -EPERM || err == -EACCES)
		notices = NULL;
	config_default(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	notices_close(notices);
	notices = NULL;
	return 0;
}

/* How many warnings there are, and whether the first one has these words. */
static size_t warns(const char *words)
{
	json_t *all = notices_json(notices);
	size_t count = json_array_size(all);

	if (count && words && !strstr(json_string_value(json_array_get(all, 0)), words))
		fail_msg("%s", json_string_value(json_array_get(all, 0)));
	json_decref(all);
	return count;
}

static void probe(const char *prober, const char *target, enum reason reason)
{
	struct event e = { .reason = reason };

	assert_true(addr_parse(prober, &e.prober) && addr_parse(target, &e.target));
	notices_event(notices, &e);
}

static void tells_of_translation(void **state)
{
	(void)state;
	if (!notices)
		skip();
	notices_configure(notices, &config);
	probe("8.8.8.8", "9.9.9.9", REASON_TURNED); /* no NAT here */
	probe("8.8.8.8", "9.9.9.9", REASON_TURNED);
	probe("10.1.1.1", "10.0.0.5", REASON_TURNED); /* nor inside a network */
	probe("192.168.1.1", "10.0.0.5", REASON_TURNED);
	probe("198.51.100.1", "10.0.0.5", REASON_TURNED); /* nor in a lab */
	probe("2a00::1", "fd00::5", REASON_TURNED); /* nor where nobody translates like this */
	probe("8.8.8.8", "10.0.0.5", REASON_DENIED); /* nor by what is not turned */
	assert_int_equal(warns(NULL), 0);
	probe("8.8.8.8", "172.16.0.5", REASON_TURNED);
	probe("8.8.8.8", "10.0.0.6", REASON_TURNED);
	assert_int_equal(warns("private address 172.16.0.5: behind 1:1 NAT"), 1);
	config.answer_from4 = ANSWER_FROM_SELF; /* as it says */
	notices_configure(notices, &config);
	assert_int_equal(warns(NULL), 0);
	config.answer_from4 = ANSWER_FROM_ROUTER;
	notices_configure(notices, &config);
	assert_int_equal(warns("172.16.0.5"), 1);
}

static void tells_of_providers_private_addresses(void **state)
{
	(void)state;
	if (!notices)
		skip();
	notices_configure(notices, &config);
	probe("8.8.8.8", "100.64.0.5", REASON_TURNED);
	assert_int_equal(warns("100.64.0.5"), 1);
}

static void tells_of_missing_addresses(void **state)
{
	(void)state;
	if (!notices)
		skip();
	notices_configure(notices, &config);
	assert_int_equal(warns(NULL), 0);
	assert_true(addr_parse("127.0.0.1", &config.inflection4));
	notices_configure(notices, &config);
	assert_int_equal(warns(NULL), 0);
	assert_true(addr_parse("192.0.2.81", &config.inflection4));
	notices_configure(notices, &config);
	notices_work(notices);
	assert_int_equal(warns("inflection 192.0.2.81: not an address of this host"), 1);
	assert_true(addr_parse("127.0.0.1", &config.inflection4));
	notices_configure(notices, &config);
	assert_int_equal(warns(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tells_of_translation, setup, teardown),
		cmocka_unit_test_setup_teardown(tells_of_providers_private_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(tells_of_missing_addresses, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
