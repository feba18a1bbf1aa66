/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/flows.h"

static const struct addr target = { .family = 4, .bytes = { 203, 0, 113, 80 } };

static void every_port_is_one_flow(void **state)
{
	static uint8_t seen[FLOWS_COUNT];
	struct flows f;

	(void)state;
	flows_init(&f, &target, 17);
	for (unsigned i = 0; i < FLOWS_COUNT; i++) {
		uint16_t port = flows_port(&f, i);

		assert_in_range(port, FLOWS_FIRST_PORT, 32767);
		assert_int_equal(seen[port - FLOWS_FIRST_PORT]++, 0);
		assert_int_equal(flows_of_port(&f, port), (int)i);
	}
}

static void other_ports_are_none(void **state)
{
	struct flows f;

	(void)state;
	flows_init(&f, &target, 17);
	assert_int_equal(flows_of_port(&f, 19999), -1);
	assert_int_equal(flows_of_port(&f, 32768), -1);
	assert_int_equal(flows_of_port(&f, 0), -1);
	assert_int_equal(flows_of_port(&f, 65535), -1);
}

/* Saved traces depend on it: the ports of a target never change. */
static void two_runs_are_the_same(void **state)
{
	static const uint16_t ports[] = { 23425, 30473, 27812, 29130, 24526, 31115 };
	struct flows f;

	(void)state;
	flows_init(&f, &target, 17);
	for (unsigned i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		assert_int_equal(flows_port(&f, i), ports[i]);
}

static void targets_and_protocols_differ(void **state)
{
	struct addr other = target;
	struct flows a, b, c;
	unsigned same_target = 0, same_protocol = 0;

	(void)state;
	other.bytes[3]++;
	flows_init(&a, &target, 17);
	flows_init(&b, &other, 17);
	flows_init(&c, &target, 6);
	for (unsigned i = 0; i < 100; i++) {
		same_target += flows_port(&a, i) == flows_port(&b, i);
		same_protocol += flows_port(&a, i) == flows_port(&c, i);
	}
	assert_true(same_target < 5 && same_protocol < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_port_is_one_flow),
		cmocka_unit_test(other_ports_are_none),
		cmocka_unit_test(two_runs_are_the_same),
		cmocka_unit_test(targets_and_protocols_differ),
	};

	return cmocka_run_group_tests_name("trace flows", tests, NULL, NULL);
}
