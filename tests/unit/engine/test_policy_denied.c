/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prefixes that are denied beside those of the settings. */
#include "tests/packets.h"

#include <string.h>

#include "config/config.h"
#include "engine/policy.h"

static const uint64_t key[2] = { 1, 2 };

static struct engine_settings settings;
static struct probers probers;
static struct policy policy;

static void begin(const char *lines, uint32_t in_flight)
{
	char why[CONFIG_WHY_SIZE];
	struct config config;
	uint8_t *memory;

	if (config_parse("lines", lines, strlen(lines), &config, why, sizeof(why)))
		fail_msg("%s", why);
	settings = engine_settings_of(&config);
	memory = packet_room(probers_bytes(in_flight)).at;
	memset(memory, 0, probers_bytes(in_flight));
	probers_init(&probers, memory, in_flight, key);
	memory = packet_room(policy_bytes(in_flight)).at;
	memset(memory, 0, policy_bytes(in_flight));
	policy_init(&policy, memory, in_flight, &settings, &probers, key);
}

static enum reason ask(const char *prober)
{
	struct addr a = addr_of(prober);
	struct prober *entry;

	return policy_check(&policy, &a, 1000000000, &entry);
}

/* The longest of all decides, of two alike that of the settings. */
static void denies_what_a_file_lists(void **state)
{
	static const struct prefix_span4 spans4[] = { { { 8, 0, 0, 0 }, 8 }, { { 8, 1, 2, 0 }, 24 },
		{ { 8, 1, 3, 0 }, 8 }, { { 9, 0, 0, 0 }, 0 } };
	static const struct prefix_span6 spans6[] = { { { 0x24 }, 16 }, { { 0x24, 1 }, 0 } };
	static const struct {
		const char *prober;
		enum reason reason;
	} rows[] = {
		{ "8.1.1.1", REASON_OK }, /* allow 8.1.0.0/16 is longer */
		{ "8.1.2.1", REASON_DENIED }, /* and /24 of the file still longer */
		{ "8.1.2.9", REASON_OK }, /* allow 8.1.2.8/29 */
		{ "8.2.0.1", REASON_DENIED },
		{ "8.255.255.255", REASON_DENIED },
		{ "7.255.255.255", REASON_OK },
		{ "9.0.0.0", REASON_OK },
		{ "9.1.0.1", REASON_DENIED }, /* deny 9.1.0.0/16 */
		{ "2400::1", REASON_OK }, /* allow 2400::/16 is as long */
		{ "2400:1::1", REASON_DENIED }, /* deny 2400:1::/32 */
		{ "2600::1", REASON_OK },
	};

	(void)state;
	begin("allow 8.1.0.0/16\nallow 8.1.2.8/29\ndeny 9.1.0.0/16\nallow 2400::/16\ndeny 2400:1::/32", 64);
	policy.denied = (struct prefix_set){ spans4, spans6, 4, 2 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ask(rows[i].prober) != rows[i].reason)
			fail_msg("%s", rows[i].prober);
	policy.denied = (struct prefix_set){ 0 };
	assert_int_equal(ask("8.2.0.1"), REASON_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(denies_what_a_file_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
