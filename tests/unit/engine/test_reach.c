/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A prober that answers no reach check may be a forged source: how many it gets. */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "tests/engine_of.h"
#include "tools/uturn-replay/packet_text.h"

static const uint64_t ms_ns = 1000000;

static struct {
	struct engine engine;
	unsigned probes; /* so far, each with its own id and port */
	const char *prober;
} world;

static void begin(const char *prober)
{
	engine_of(&world.engine, "", packet_text_secret);
	world.probes = 0;
	world.prober = prober;
}

static uint64_t counted(enum reason reason)
{
	return world.engine.counters[reason];
}

static void probe(unsigned many, uint64_t now_ms)
{
	char text[200];

	while (many--) {
		struct writer out = packet_room(ENGINE_PACKET_MAX);
		uint64_t turned = counted(REASON_TURNED);

		world.probes++;
		snprintf(text, sizeof(text), "ip4 %s > 203.0.113.80 ttl 9 id %u | udp 4000 > %u | pattern 32",
			world.prober, world.probes, 33434 + world.probes);
		engine_on_probe(&world.engine, packet_of(text), now_ms * ms_ns, &out);
		assert_int_equal(counted(REASON_TURNED), turned + 1);
	}
}

/* Of the probe of that number: its reach check, answered. */
static void answer(unsigned number, const char *from, const char *what, uint64_t now_ms)
{
	struct writer out = packet_room(ENGINE_PACKET_MAX);
	char text[300];

	snprintf(text, sizeof(text),
		"ip4 %s > 203.0.113.80 | %s | ip4 203.0.113.80 > %s keyed ttl 1 id %u | udp 4000 > %u | neutral 16",
		from, what, world.prober, number, 33434 + number);
	engine_on_error(&world.engine, packet_of(text), now_ms * ms_ns, &out);
}

/* Checks that leave until then. */
static unsigned checks(uint64_t now_ms)
{
	uint64_t before = counted(REASON_CHECKED);
	struct writer out = packet_room(ENGINE_PACKET_MAX);

	while (engine_on_time(&world.engine, now_ms * ms_ns, &out))
		out.len = 0;
	return (unsigned)(counted(REASON_CHECKED) - before);
}

/* So many probes at once, half a second before, and the checks that come of them. */
static unsigned checks_of(unsigned many, uint64_t now_ms)
{
	probe(many, now_ms - 500);
	return checks(now_ms);
}

static void none_is_answered(void **state)
{
	(void)state;
	begin("10.1.1.10");
	assert_int_equal(checks_of(20, 1000), 20);
	assert_int_equal(checks_of(3, 6500), 3);
	assert_int_equal(checks_of(3, 7500), 1);
	assert_int_equal(checks_of(30, 8500), 0);
	assert_int_equal(counted(REASON_CHECK_PAUSED), 32);
	/* another prober has its own */
	world.prober = "10.1.1.11";
	assert_int_equal(checks_of(3, 9500), 3);
	world.prober = "10.1.1.10";
	/* thirty seconds after the last, in whole seconds, three more */
	assert_int_equal(checks_of(5, 36900), 0);
	assert_int_equal(checks_of(5, 37500), 3);
	assert_int_equal(checks_of(5, 38500), 0);
	assert_int_equal(checks_of(5, 100500), 3);
}

/* What has not had the time to be answered is not held against it, though it is many. */
static void all_at_once(void **state)
{
	(void)state;
	begin("10.1.1.10");
	assert_int_equal(checks_of(90, 1000), 90);
	answer(1, "10.1.1.10", "unreachable code 3", 1100);
	assert_int_equal(counted(REASON_ARRIVED), 1);
	assert_int_equal(checks_of(90, 6500), 90);
	assert_int_equal(checks_of(90, 7500), 90);
	assert_int_equal(checks_of(90, 8500), 0);
	/* as many as a byte holds, and more */
	begin("10.1.1.10");
	assert_int_equal(checks_of(190, 1000), 190);
	assert_int_equal(checks_of(190, 2500), 190);
	assert_int_equal(checks_of(1, 3500), 0);
}

static void one_is_answered(void **state)
{
	(void)state;
	begin("10.1.1.10");
	assert_int_equal(checks_of(24, 1000), 24);
	assert_int_equal(checks_of(1, 4000), 0);
	answer(24, "10.1.1.10", "unreachable code 3", 4100);
	assert_int_equal(counted(REASON_ARRIVED), 1);
	assert_int_equal(checks_of(20, 5000), 20);
	assert_int_equal(checks_of(20, 8000), 4);
	assert_int_equal(checks_of(20, 10000), 0);
}

/* One that expires on its way has not reached it; what a firewall refuses is not answered. */
static void routers_answer(void **state)
{
	(void)state;
	begin("10.1.1.10");
	assert_int_equal(checks_of(24, 1000), 24);
	answer(3, "10.2.1.2", "unreachable code 13", 3000);
	assert_int_equal(checks_of(1, 4000), 0);
	answer(3, "10.2.1.2", "expired", 4100);
	answer(3, "10.2.1.2", "expired", 4100);
	assert_int_equal(counted(REASON_CHECK_EXPIRED), 3);
	assert_int_equal(checks_of(3, 5000), 1);
}

/* Behind a NAT box no check is answered: the end is assumed, with and without. */
static void behind_a_nat_box(void **state)
{
	struct writer out = packet_room(ENGINE_PACKET_MAX);

	(void)state;
	begin("10.1.1.10");
	engine_on_probe(&world.engine,
		packet_of("ip4 10.1.1.10 > 203.0.113.80 ttl 5 id 1000 | udp 4000 > 53 | pattern 32"), 0, &out);
	out = packet_room(ENGINE_PACKET_MAX);
	engine_on_error(&world.engine,
		packet_of(
			"ip4 10.1.1.10 > 203.0.113.80 | expired | ip4 203.0.113.80 > 10.1.1.10 keyed ttl 1 id 1000 | udp 53 > 4000 | pattern 32 | neutral"),
		ms_ns, &out);
	assert_int_equal(counted(REASON_RELAYED), 1);
	assert_int_equal(checks_of(24, 1000), 24);
	checks(1500);
	assert_int_equal(counted(REASON_ASSUMED), 24);
	assert_int_equal(checks_of(10, 4000), 0);
	assert_int_equal(counted(REASON_ASSUMED), 34);
	assert_int_equal(counted(REASON_CHECK_PAUSED), 0);
	assert_int_equal(world.engine.flights.out, 0);
	/* the evidence ends */
	assert_int_equal(checks_of(10, 30500), 0);
	assert_int_equal(counted(REASON_CHECK_PAUSED), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(none_is_answered, packets_free),
		cmocka_unit_test_teardown(all_at_once, packets_free),
		cmocka_unit_test_teardown(one_is_answered, packets_free),
		cmocka_unit_test_teardown(routers_answer, packets_free),
		cmocka_unit_test_teardown(behind_a_nat_box, packets_free),
	};

	return cmocka_run_group_tests_name("reach checks", tests, NULL, NULL);
}
