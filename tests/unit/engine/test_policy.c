/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "engine/policy.h"
#include "packet/special.h"

static const uint64_t key[2] = { 1, 2 };
static const uint64_t s_ns = 1000000000, ms_ns = 1000000;

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

static enum reason ask(const char *prober, uint64_t now_ns)
{
	struct addr a = addr_of(prober);
	struct prober *entry = NULL;
	enum reason reason = policy_check(&policy, &a, now_ns, &entry);

	if (!reason)
		assert_ptr_equal(entry, probers_find(&probers, &a));
	return reason;
}

/* How many of `tries` at this time are let through. */
static unsigned burst(const char *prober, unsigned tries, uint64_t now_ns)
{
	unsigned passed = 0;

	while (tries--)
		passed += ask(prober, now_ns) == REASON_OK;
	return passed;
}

static void a_second_at_once(void **state)
{
	static const struct {
		const char *lines;
		unsigned rate;
	} rows[] = {
		{ "limit 1/s per-prober", 1 },
		{ "limit 2/s per-prober", 2 },
		{ "limit 3/s per-prober", 3 },
		{ "limit 200/s per-prober", 200 },
		{ "limit 999/s per-prober", 999 },
		{ "limit 20000/s per-prober\nlimit 1000000/s total", 20000 },
	};
	static const uint64_t times_ns[] = { 0, 1, 1000000000, 1000000000000, UINT64_MAX / 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t t = 0; t < sizeof(times_ns) / sizeof(times_ns[0]); t++) {
			unsigned passed;

			begin(rows[i].lines, 64);
			passed = burst("10.1.1.10", rows[i].rate * 2 + 10, times_ns[t]);
			/* at time 0 a bucket counts as full from 0 on as well */
			if (passed < rows[i].rate || passed > rows[i].rate + 1)
				fail_msg("%s at %llu: %u", rows[i].lines, (unsigned long long)times_ns[t], passed);
			packets_free(NULL);
		}
	}
}

/* Over any time no more than a second's worth above the rate, and never less than the rate for who asks steadily. */
static void the_rate_holds(void **state)
{
	unsigned passed = 0;

	(void)state;
	begin("limit 10/s per-prober", 64);
	for (uint64_t now_ms = 5000; now_ms < 15000; now_ms++)
		passed += ask("10.1.1.10", now_ms * ms_ns) == REASON_OK;
	assert_in_range(passed, 100, 110);
	begin("limit 10/s per-prober", 64);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(ask("10.1.1.10", 5 * s_ns + i * 100 * ms_ns), REASON_OK);
}

static void credit_comes_back(void **state)
{
	(void)state;
	begin("limit 4/s per-prober", 64);
	assert_int_equal(burst("10.1.1.10", 10, 100 * s_ns), 4);
	assert_int_equal(ask("10.1.1.10", 100 * s_ns + 249 * ms_ns), REASON_LIMIT_PROBER);
	assert_int_equal(ask("10.1.1.10", 100 * s_ns + 250 * ms_ns), REASON_OK);
	assert_int_equal(ask("10.1.1.10", 100 * s_ns + 250 * ms_ns), REASON_LIMIT_PROBER);
	assert_int_equal(burst("10.1.1.10", 10, 101 * s_ns), 3);
	/* far ahead: full again, and not fuller */
	assert_int_equal(burst("10.1.1.10", 10, UINT64_MAX / 2), 4);
}

static void who_is_one_prober(void **state)
{
	(void)state;
	begin("limit 1/s per-prober", 64);
	assert_int_equal(ask("10.1.1.10", s_ns), REASON_OK);
	assert_int_equal(ask("10.1.1.10", s_ns), REASON_LIMIT_PROBER);
	assert_int_equal(ask("10.1.1.11", s_ns), REASON_OK);
	assert_int_equal(ask("fd00:c::10", s_ns), REASON_OK);
	assert_int_equal(ask("fd00:c::11", s_ns), REASON_LIMIT_PROBER);
	assert_int_equal(ask("fd00:c::ffff:ffff:ffff:ffff", s_ns), REASON_LIMIT_PROBER);
	assert_int_equal(ask("fd00:c:1::10", s_ns), REASON_OK);
}

static void all_together(void **state)
{
	(void)state;
	begin("limit 2/s per-prober\nlimit 3/s total", 64);
	assert_int_equal(burst("10.1.1.10", 5, 50 * s_ns), 2);
	/* a network that is new has no more than three quarters; by its second probe it is known */
	assert_int_equal(ask("10.1.2.11", 50 * s_ns), REASON_LIMIT_TOTAL);
	assert_int_equal(ask("10.1.2.11", 50 * s_ns), REASON_OK);
	assert_int_equal(ask("10.1.2.11", 50 * s_ns), REASON_LIMIT_TOTAL);
	assert_int_equal(ask("10.1.3.12", 50 * s_ns), REASON_LIMIT_TOTAL);
	/* who is above its own limit is told that, and costs the others nothing */
	assert_int_equal(ask("10.1.1.10", 50 * s_ns), REASON_LIMIT_PROBER);
	/* and what the total refused was not taken from the prober's own */
	assert_int_equal(burst("10.1.3.12", 5, 51 * s_ns), 2);
}

/* In probes of one network: its own and its neighbours'. */
static void a_network(void **state)
{
	(void)state;
	begin("limit 4/s per-prober\nlimit 10/s per-network", 64);
	for (int host = 1; host <= 3; host++) {
		char text[20];

		snprintf(text, sizeof(text), "10.1.1.%d", host);
		assert_int_equal(burst(text, 9, 50 * s_ns), host < 3 ? 4 : 2);
	}
	assert_int_equal(ask("10.1.1.4", 50 * s_ns), REASON_LIMIT_NETWORK);
	assert_int_equal(ask("10.1.1.1", 50 * s_ns), REASON_LIMIT_PROBER);
	assert_int_equal(ask("10.1.2.1", 50 * s_ns), REASON_OK);
	/* what the network refused was not taken from the prober's own */
	assert_int_equal(burst("10.1.1.4", 9, 51 * s_ns), 4);
	begin("limit 4/s per-prober", 64);
	assert_int_equal(settings.limit_per_network, 40);
	begin("limit 9/s per-network\nlimit 4/s per-prober", 64);
	assert_int_equal(settings.limit_per_network, 9);
}

/* One address of the number-th network. */
static struct addr of_network(unsigned number)
{
	return (struct addr){
		.family = 4,
		.bytes = { (uint8_t)(1 + (number >> 16)), (uint8_t)(number >> 8), (uint8_t)number, 1 },
	};
}

/*
 * A flood of ten times the total, from as many networks, for some seconds, a
 * millisecond at a time; then beside it one that comes new, with three probes
 * a hop and sixteen at once as Linux traceroute sends them. Returns how many of
 * the newcomer's 90 passed, of which the first may be lost; *least and *mean: of what each flooding network got.
 */
static unsigned flood(unsigned networks, unsigned seconds, unsigned *least, unsigned *mean)
{
	enum { TOTAL = 2000, TIMES = 10 };
	static unsigned got[5000];
	struct addr newcomer = addr_of("172.16.2.1");
	struct prober *entry;
	unsigned passed = 0, next = 0;

	memset(got, 0, sizeof(got));
	begin("limit 2000/s total", 65536);
	for (uint64_t ms = 1000000; ms < 1000000 + seconds * 1000 + 600; ms++) {
		for (unsigned i = 0; i < TOTAL * TIMES / 1000; i++, next = next * 1664525 + 1013904223) {
			unsigned which = (next >> 8) % networks;
			struct addr a = of_network(which);

			got[which] += policy_check(&policy, &a, ms * ms_ns, &entry) == REASON_OK;
		}
		if (ms >= 1000000 + seconds * 1000 && ms % 100 == 0)
			for (int i = 0; i < 15; i++)
				passed += policy_check(&policy, &newcomer, ms * ms_ns, &entry) == REASON_OK;
	}
	*least = UINT32_MAX;
	*mean = 0;
	for (unsigned i = 0; i < networks; i++) {
		*least = got[i] < *least ? got[i] : *least;
		*mean += got[i];
	}
	*mean /= networks;
	packets_free(NULL);
	return passed;
}

static void a_newcomer_in_a_flood(void **state)
{
	static const struct {
		unsigned networks, seconds;
	} rows[] = { { 1, 3 }, { 10, 3 }, { 100, 10 }, { 500, 30 }, { 2000, 150 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned least, mean, passed = flood(rows[i].networks, rows[i].seconds, &least, &mean);

		if (passed < 89 || least * 2 < mean)
			fail_msg("%u networks got %u each, one %u; the newcomer %u of 90", rows[i].networks, mean,
				least, passed);
	}
}

/* Who asks ten times a second, for minutes: how many of 1000 pass beside so many networks? */
static unsigned steady(unsigned networks, unsigned times)
{
	enum { TOTAL = 2000, SECONDS = 100 };
	struct addr prober = addr_of("192.168.2.1");
	struct prober *entry;
	unsigned passed = 0, next = 0;

	begin("limit 2000/s total", 65536);
	for (uint64_t ms = 1000000; ms < 1000000 + SECONDS * 1000; ms++) {
		for (unsigned i = 0; i < TOTAL * times / 1000; i++, next = next * 1664525 + 1013904223) {
			struct addr a = of_network((next >> 8) % networks);

			policy_check(&policy, &a, ms * ms_ns, &entry);
		}
		passed += ms % 100 == 0 && policy_check(&policy, &prober, ms * ms_ns, &entry) == REASON_OK;
	}
	packets_free(NULL);
	return passed;
}

/* Less than what each of the flood gets, or beside many of whom most are seen once. */
static void who_asks_little_in_a_flood(void **state)
{
	static const struct {
		unsigned networks, times;
	} rows[] = { { 1, 10 }, { 4, 2 }, { 10, 10 }, { 50, 2 }, { 50, 10 }, { 150, 2 }, { 150, 10 }, { 500000, 2 },
		{ 500000, 10 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned passed = steady(rows[i].networks, rows[i].times);

		if (passed < 999)
			fail_msg("%u networks, %u times the total: %u of 1000", rows[i].networks, rows[i].times,
				passed);
	}
}

static void nobody_asks(void **state)
{
	static const char *const addresses[] = { "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "169.254.0.1",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::10.1.1.1",
		"::ffff:10.1.1.1", "fe80::1", "febf::1", "ff00::", "ff02::1" };
	static const char *const hosts[] = { "1.0.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "223.255.255.255", "10.0.0.1", "192.168.1.1", "100.64.0.1", "fec0::1", "fd00::1",
		"2001:db7:ffff::", "::1:0:0:0", "::fffe:10.1.1.1" };

	(void)state;
	begin("", 64);
	assert_false(addr_is_unicast_host(&(struct addr){ 0 }));
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (ask(addresses[i], s_ns) != REASON_PROBER_ADDRESS)
			fail_msg("%s", addresses[i]);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (ask(hosts[i], s_ns) != REASON_OK)
			fail_msg("%s", hosts[i]);
}

/* Documentation, benchmarks, ...: only where somebody says so, and that everybody may is not enough. */
static void who_is_nobody_asks_if_allowed(void **state)
{
	static const char *const bogons[] = { "192.0.0.1", "192.0.2.255", "198.18.0.0", "198.19.255.255",
		"198.51.100.7", "203.0.113.1", "100::1", "2001:2::1",
		"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:fff::1", "5f00:ffff::" };
	static const char *const others[] = { "192.0.1.0", "192.0.3.0", "198.17.255.255", "198.20.0.0", "198.51.101.0",
		"203.0.112.255",
		"100:0:0:1::", "2001:2:1::", "2001:db9::", "3fff:1000::", "5f01::", "5eff::", "fec0::1" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin(i ? "allow 0.0.0.0/0\nallow ::/0" : "", 64);
		for (size_t k = 0; k < sizeof(bogons) / sizeof(bogons[0]); k++)
			if (ask(bogons[k], s_ns) != REASON_DENIED)
				fail_msg("%s", bogons[k]);
		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			if (ask(others[k], s_ns) != REASON_OK)
				fail_msg("%s", others[k]);
	}
	begin("allow 192.0.2.128/25\nallow 2001:db8::/32\ndeny 2001:db8:1::/48", 64);
	assert_int_equal(ask("192.0.2.129", s_ns), REASON_OK);
	assert_int_equal(ask("192.0.2.127", s_ns), REASON_DENIED);
	assert_int_equal(ask("2001:db8::1", s_ns), REASON_OK);
	assert_int_equal(ask("2001:db8:1::1", s_ns), REASON_DENIED);
	begin("deny 0.0.0.0/0\nallow 192.0.0.0/16", 64);
	assert_int_equal(ask("192.0.2.1", s_ns), REASON_OK);
}

/* One to one but for a collision, never 0, and another for every network. */
static void tags(void **state)
{
	struct addr one = addr_of("10.1.1.10"), other = addr_of("10.1.1.11"), six = addr_of("2001:db8:c::10"),
		    same_network = addr_of("2001:db8:c::11");
	struct prober p = prober_make(key, &one), p_other = prober_make(key, &other), p6 = prober_make(key, &six);
	struct prober p_same = prober_make(key, &same_network);
	const struct shard alone = { 0 };
	static bool seen[0x10000];
	size_t twice = 0;

	(void)state;
	for (uint32_t id = 0; id <= 0xffff; id++) {
		uint32_t tag = prober_tag(&p, alone, id);

		assert_in_range(tag, 1, 0xffff);
		twice += seen[tag];
		seen[tag] = true;
	}
	assert_int_equal(twice, 1);
	for (uint32_t flow = 0; flow <= 0xfffff; flow++)
		assert_in_range(prober_tag(&p6, alone, flow), 1, 0xfffff);
	assert_int_not_equal(prober_tag(&p, alone, 0), prober_tag(&p_other, alone, 0));
	assert_int_equal(prober_tag(&p6, alone, 5), prober_tag(&p_same, alone, 5));
	assert_true(prober_tag(&p6, alone, 0) > 0xffff); /* all 20 bits */
}

/* With several engines: the number in front, and the rest as one to one as before. */
static void tags_of_several(void **state)
{
	struct addr one = addr_of("10.1.1.10"), six = addr_of("2001:db8:c::10");
	struct prober p = prober_make(key, &one), p6 = prober_make(key, &six);
	struct prober without = p; /* one whose key ends in zeroes */

	(void)state;
	without.tag_key = 0xf8000;
	for (unsigned count = 1; count <= SHARDS; count++) {
		for (unsigned index = 0; index < count; index++) {
			struct shard s = shard_of(index, count);
			uint32_t least = index << (16 - s.bits), most = least | (0xffffU >> s.bits);
			static bool seen[0x10000];
			size_t twice = 0;

			memset(seen, 0, sizeof(seen));
			for (uint32_t id = 100; id < 100 + (0x10000U >> s.bits); id++) {
				uint32_t tag = prober_tag(&p, s, id), other = prober_tag(&without, s, id);

				assert_in_range(tag, least ? least : 1, most);
				assert_in_range(other, least ? least : 1, most);
				assert_true(shard_is_ours(s, 4, tag));
				assert_int_equal(tag, prober_tag(&p, s, id + 0x10000));
				twice += seen[tag];
				seen[tag] = true;
			}
			assert_int_equal(twice, 1);
			for (uint32_t flow = 0; flow <= 0xfffff; flow += 0xff) {
				uint32_t tag = prober_tag(&p6, s, flow);

				assert_in_range(tag, 1, 0xfffff);
				assert_int_equal(tag >> (20 - s.bits), index);
			}
		}
	}
}

static void the_longest_prefix_wins(void **state)
{
	static const struct {
		const char *prober;
		enum reason reason;
	} rows[] = {
		{ "9.255.255.255", REASON_OK },
		{ "10.0.0.1", REASON_DENIED },
		{ "10.1.0.255", REASON_DENIED },
		{ "10.1.1.1", REASON_OK },
		{ "10.1.1.127", REASON_OK },
		{ "10.1.1.128", REASON_DENIED },
		{ "10.1.1.7", REASON_DENIED },
		{ "10.1.1.6", REASON_OK },
		{ "11.0.0.0", REASON_OK },
		{ "2001:db8:c::1", REASON_OK },
		{ "2001:db8:c:0:8000::1", REASON_OK },
		{ "2001:db8:c:1::1", REASON_DENIED },
		{ "2001:db8:c::bad", REASON_DENIED },
		{ "2001:db8::1", REASON_DENIED },
		{ "2001:db9::1", REASON_OK },
	};

	(void)state;
	begin("allow 10.1.1.0/25\ndeny 10.0.0.0/8\ndeny 10.1.1.7\ndeny 2001:db8::/32\nallow 2001:db8:c::/64\n"
	      "deny 2001:db8:c::bad/128",
		64);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ask(rows[i].prober, s_ns) != rows[i].reason)
			fail_msg("%s", rows[i].prober);
}

static void no_prefix_at_all(void **state)
{
	(void)state;
	begin("deny 0.0.0.0/0", 64);
	settings.access_count = 0; /* an empty list denies nobody */
	assert_int_equal(ask("10.1.1.1", s_ns), REASON_OK);
}

/* More probers than there is room for: the idle one goes, who is just asking stays. */
static void crowded(void **state)
{
	enum { CROWD = 5000 };
	char text[32];

	(void)state;
	begin("limit 2/s per-prober\nlimit 100000000/s total", 1);
	for (unsigned i = 0; i < CROWD; i++) {
		uint64_t now_ns = s_ns + i * ms_ns;

		snprintf(text, sizeof(text), "10.%u.%u.1", 1 + i / 250, 1 + i % 250);
		assert_int_equal(ask(text, now_ns), REASON_OK);
		assert_int_equal(ask(text, now_ns), REASON_OK);
		assert_int_equal(ask(text, now_ns), REASON_LIMIT_PROBER);
	}
	assert_null(probers_find(&probers, &(struct addr){ .family = 4, .bytes = { 10, 1, 1, 1 } }));
}

static void what_is_known_stays(void **state)
{
	struct addr a = addr_of("fd00:c::10"), same = addr_of("fd00:c::11");
	struct prober *entry;

	(void)state;
	begin("", 64);
	assert_null(probers_find(&probers, &a));
	assert_int_equal(policy_check(&policy, &a, s_ns, &entry), REASON_OK);
	entry->last_rtt_us = 7;
	assert_int_equal(probers_find(&probers, &same)->last_rtt_us, 7);
	assert_int_equal(policy_check(&policy, &same, s_ns, &entry), REASON_OK);
	assert_int_equal(entry->last_rtt_us, 7);
}

/* Each is counted once, in the second of its last probe, for a minute; a /64 is one. */
static void counts_probers_of_a_minute(void **state)
{
	const uint64_t then_ns = UINT64_C(65536) * 3 * s_ns - 5 * s_ns; /* where the seconds' lower bits begin again */

	(void)state;
	begin("", 64);
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
	begin("deny 10.1.1.0/24", 64);
	ask("10.1.1.1", s_ns);
	assert_int_equal(probers_of_minute(&probers, s_ns), 0);
}

static void room_grows_with_the_table(void **state)
{
	(void)state;
	assert_int_equal(policy_bytes(1), policy_bytes(512));
	assert_true(policy_bytes(65536) == 128 * policy_bytes(512));
	assert_int_equal(probers_bytes(1), probers_bytes(512));
	assert_true(probers_bytes(65536) == 128 * probers_bytes(512));
	assert_true(probers_bytes(1 << 24) >= (1u << 21) * sizeof(struct prober));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(counts_probers_of_a_minute, packets_free),
		cmocka_unit_test_teardown(a_second_at_once, packets_free),
		cmocka_unit_test_teardown(the_rate_holds, packets_free),
		cmocka_unit_test_teardown(credit_comes_back, packets_free),
		cmocka_unit_test_teardown(who_is_one_prober, packets_free),
		cmocka_unit_test_teardown(all_together, packets_free),
		cmocka_unit_test_teardown(a_network, packets_free),
		cmocka_unit_test_teardown(a_newcomer_in_a_flood, packets_free),
		cmocka_unit_test_teardown(who_asks_little_in_a_flood, packets_free),
		cmocka_unit_test_teardown(nobody_asks, packets_free),
		cmocka_unit_test_teardown(who_is_nobody_asks_if_allowed, packets_free),
		cmocka_unit_test_teardown(tags, packets_free),
		cmocka_unit_test_teardown(tags_of_several, packets_free),
		cmocka_unit_test_teardown(the_longest_prefix_wins, packets_free),
		cmocka_unit_test_teardown(no_prefix_at_all, packets_free),
		cmocka_unit_test_teardown(crowded, packets_free),
		cmocka_unit_test_teardown(what_is_known_stays, packets_free),
		cmocka_unit_test(room_grows_with_the_table),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
