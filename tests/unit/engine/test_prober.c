/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many probers the table has seen within a minute. */
#include "tests/packets.h"

#include <string.h>

#include "engine/prober.h"

static const uint64_t s_ns = 1000000000;

static struct probers probers;

static void begin(void)
{
	uint8_t *memory = packet_room(probers_bytes(64)).at;

	memset(memory, 0, probers_bytes(64));
	probers_init(&probers, memory, 64, (const uint64_t[2]){ 1, 2 });
}

static void ask(const char *prober, uint64_t now_ns)
{
	struct addr a = addr_of(prober);
	struct bucket *bucket;

	probers_note(&probers, probers_find_or_add(&probers, &a, &bucket), now_ns);
}

/* Each is counted once, in the second of its last probe, for a minute; a /64 is one. */
static void counts_probers_of_a_minute(void **state)
{
	const uint64_t then_ns = UINT64_C(65536) * 3 * s_ns - 5 * s_ns; /* where the seconds' lower bits begin again */

	(void)state;
	begin();
	assert_int_equal(probers_of_minute(&probers, then_ns), 0);
	for (unsigned i = 0; i < 10; i++) {
		ask("10.1.1.1", then_ns + i * s_ns);
		ask("10.1.1.1", then_ns + i * s_ns);
		ask("2001:67c:1:1::1", then_ns + i * s_ns);
		ask("2001:67c:1:1::2", then_ns + i * s_ns);
	}
	assert_int_equal(probers_of_minute(&probers, then_ns + 9 * s_ns), 2);
	ask("10.1.1.2", then_ns + 20 * s_ns);
	ask("10.1.1.2", then_ns + 40 * s_ns);
	ask("10.1.1.3", then_ns + 40 * s_ns);
	assert_int_equal(probers_of_minute(&probers, then_ns + 70 * s_ns), 2);
	assert_int_equal(probers_of_minute(&probers, then_ns + 99 * s_ns), 2);
	assert_int_equal(probers_of_minute(&probers, then_ns + 100 * s_ns), 0);
	ask("10.1.1.2", then_ns + 100 * s_ns);
	assert_int_equal(probers_of_minute(&probers, then_ns + 100 * s_ns), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(counts_probers_of_a_minute, packets_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
