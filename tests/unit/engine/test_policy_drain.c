/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host that is drained: who is known goes on, new probers are refused, until it is over. */
#include "tests/packets.h"

#include <string.h>

#include "config/config.h"
#include "engine/policy.h"

static const uint64_t key[2] = { 1, 2 };
static const uint64_t s_ns = 1000000000;

static struct engine_settings settings;
static struct probers probers;
static struct policy policy;

static int begin(void **state)
{
	const uint32_t in_flight = 64;
	struct config config;
	uint8_t *memory;

	(void)state;
	config_default(&config);
	settings = engine_settings_of(&config);
	memory = packet_room(probers_bytes(in_flight)).at;
	memset(memory, 0, probers_bytes(in_flight));
	probers_init(&probers, memory, in_flight, key);
	memory = packet_room(policy_bytes(in_flight)).at;
	memset(memory, 0, policy_bytes(in_flight));
	policy_init(&policy, memory, in_flight, &settings, &probers, key);
	return 0;
}

static enum reason ask(const char *prober, uint64_t now_s)
{
	struct addr a = addr_of(prober);
	struct prober *entry;

	return policy_check(&policy, &a, now_s * s_ns, &entry);
}

static void known_probers_go_on(void **state)
{
	(void)state;
	assert_int_equal(ask("8.8.8.8", 1000), REASON_OK);
	assert_int_equal(ask("2600::1", 1000), REASON_OK);
	policy_drain(&policy, 1600 * s_ns);
	assert_int_equal(ask("8.8.8.9", 1001), REASON_DRAINING);
	assert_int_equal(ask("8.8.8.9", 1001), REASON_DRAINING); /* having asked does not make it known */
	assert_int_equal(ask("2600:0:0:1::1", 1001), REASON_DRAINING);
	assert_int_equal(ask("127.0.0.1", 1001), REASON_PROBER_ADDRESS); /* each other reason stays */
	assert_int_equal(ask("192.0.2.1", 1001), REASON_DENIED);
	assert_int_equal(ask("2600::2", 1001), REASON_OK); /* of the same /64 */
	for (unsigned now_s = 1030; now_s < 1500; now_s += POLICY_DRAIN_KNOWN_S)
		assert_int_equal(ask("8.8.8.8", now_s), REASON_OK); /* as long as it goes on */
	assert_int_equal(ask("2600::1", 1002 + POLICY_DRAIN_KNOWN_S), REASON_DRAINING);
}

static void ends(void **state)
{
	(void)state;
	assert_false(policy_is_draining(&policy, 1000 * s_ns));
	policy_drain(&policy, 1600 * s_ns);
	assert_true(policy_is_draining(&policy, 1600 * s_ns - 1));
	assert_int_equal(ask("8.8.8.8", 1599), REASON_DRAINING);
	assert_int_equal(ask("8.8.8.8", 1600), REASON_OK); /* by itself */
	policy_drain(&policy, 1800 * s_ns);
	assert_int_equal(ask("8.8.8.9", 1700), REASON_DRAINING);
	policy_drain(&policy, 0);
	assert_int_equal(ask("8.8.8.9", 1700), REASON_OK); /* or when it is told to */
}

/* A limit refuses a probe of a prober, which stays known by the one before. */
static void limits_stay(void **state)
{
	unsigned passed = 0, limited = 0;

	(void)state;
	assert_int_equal(ask("8.8.8.8", 1000), REASON_OK);
	policy_drain(&policy, 1600 * s_ns);
	for (unsigned i = 0; i < 300; i++) {
		enum reason why = ask("8.8.8.8", 1010);

		passed += why == REASON_OK;
		limited += why == REASON_LIMIT_PROBER;
	}
	assert_int_equal(passed, 200);
	assert_int_equal(limited, 100);
}

/* Seconds are kept in 16 bits, of which 0 says that there was no probe. */
static void seconds_wrap(void **state)
{
	(void)state;
	for (unsigned second = 65534; second <= 65538; second++) {
		policy_drain(&policy, 0);
		assert_int_equal(ask("8.8.8.8", second), REASON_OK);
		policy_drain(&policy, 200000 * s_ns);
		assert_int_equal(ask("8.8.8.8", second), REASON_OK);
		assert_int_equal(ask("8.8.8.8", second + 2 + POLICY_DRAIN_KNOWN_S), REASON_DRAINING);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(known_probers_go_on, begin),
		cmocka_unit_test_setup(ends, begin),
		cmocka_unit_test_setup(limits_stay, begin),
		cmocka_unit_test_setup(seconds_wrap, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
