/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/probe.h"
#include "tests/sound.h"
#include "tools/uturn-trace/identity.h"

static const struct identity identity = { { 0x0123456789abcdef, 0xfedcba9876543210 } };

static struct aim aim_to(bool is_four, uint8_t protocol)
{
	struct aim aim = {
		.target = addr_of(is_four ? "203.0.113.80" : "2001:db8:80::80"),
		.source = addr_of(is_four ? "10.1.1.10" : "fd00:1:1::10"),
		.protocol = protocol,
		.tos = 0xb8,
		.port = 33434,
	};

	flows_init(&aim.flows, &aim.target, protocol);
	return aim;
}

/* Every index has a low of its own, which is never 0, and leads back to it. */
static void every_index(void **state)
{
	static bool seen[65536];

	(void)state;
	for (unsigned index = 0; index < IDENTITY_COUNT; index++) {
		const uint16_t low = identity_low(&identity, index);

		if (!low || seen[low] || identity_index(&identity, low) != (int)index)
			fail_msg("index %u: low %u, index %d", index, low, identity_index(&identity, low));
		seen[low] = true;
	}
	assert_int_equal(identity_index(&identity, 0), -1);
}

/* Another key, other numbers: neither order nor proof is the same. */
static void another_key(void **state)
{
	static const struct identity other = { { 0x0123456789abcdef, 0xfedcba9876543211 } };
	unsigned same_low = 0, same_high = 0;

	(void)state;
	for (unsigned index = 0; index < 1000; index++) {
		same_low += identity_low(&identity, index) == identity_low(&other, index);
		same_high += identity_high(&identity, index) == identity_high(&other, index);
	}
	assert_true(same_low < 5 && same_high < 5);
}

/* Where low and high are in the packet of each protocol, and that a host takes it. */
static void packets(void **state)
{
	static const struct {
		bool is_four;
		uint8_t protocol;
	} rows[] = { { true, PROTOCOL_UDP }, { false, PROTOCOL_UDP }, { true, PROTOCOL_TCP }, { false, PROTOCOL_TCP },
		{ true, PROTOCOL_ICMP }, { false, PROTOCOL_ICMP6 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct aim aim = aim_to(rows[i].is_four, rows[i].protocol);

		for (unsigned index = 0; index < 300; index++) {
			const uint16_t low = identity_low(&identity, index), high = identity_high(&identity, index);
			struct writer out = packet_room(REQUEST_PROBE_MOST);
			const uint8_t *l4 = out.at + ip_header_size(aim.target.family);
			const struct identity_probe probe = { .index = index,
				.flow = index % 7,
				.ttl = 3,
				.is_neutral = index % 2 };
			struct probe p;

			identity_build(&identity, &aim, &probe, &out);
			assert_true(!out.overflow && is_sound(out.at, out.len));
			assert_int_equal(probe_parse(span_of(out.at, out.len), &p), REASON_OK);
			assert_int_equal(p.ttl, 3);
			if (rows[i].is_four)
				assert_int_equal(p.tag, low);
			if (rows[i].protocol == PROTOCOL_UDP)
				assert_int_equal(load_u16(l4 + 6), !rows[i].is_four ? low : high ? high : 0xffff);
			if (rows[i].protocol == PROTOCOL_UDP)
				assert_int_equal(neutral_begins(span_tail(p.l4, UDP_SIZE)), index % 2);
			else
				assert_int_equal(load_u32(l4 + 4), (uint32_t)low << 16 | high);
			if (rows[i].protocol == PROTOCOL_ICMP || rows[i].protocol == PROTOCOL_ICMP6)
				assert_int_equal(load_u16(l4 + 2), flows_port(&aim.flows, index % 7));
			else
				assert_int_equal(p.prober_port, flows_port(&aim.flows, index % 7));
		}
		packets_free(NULL);
	}
}

/* All that routers may hash is the same in all probes of a flow. */
static void flows(void **state)
{
	const struct aim aim = aim_to(false, PROTOCOL_UDP);
	uint32_t labels[2];

	(void)state;
	for (unsigned flow = 0; flow < 2; flow++) {
		for (unsigned index = 0; index < 20; index++) {
			struct writer out = packet_room(REQUEST_PROBE_MOST);
			const struct identity_probe probe = { .index = index, .flow = flow, .ttl = 9 };

			identity_build(&identity, &aim, &probe, &out);
			if (index)
				assert_int_equal(load_u32(out.at), labels[flow]);
			labels[flow] = load_u32(out.at);
		}
	}
	assert_int_not_equal(labels[0], labels[1]);
}

static void payloads(void **state)
{
	uint8_t bytes[IDENTITY_TEXT + IDENTITY_KEY];

	(void)state;
	for (unsigned index = 0; index < 1000; index++) {
		struct writer out = writer_of(bytes, sizeof(bytes));

		identity_payload(&identity, index, index % 2, &out);
		assert_false(out.overflow);
		assert_int_equal(neutral_begins(span_of(bytes, out.len)), index % 2);
		assert_int_equal(identity_of_payload(&identity, packet_cut(span_of(bytes, out.len), out.len)), index);
		assert_int_equal(identity_of_payload(&identity, packet_cut(span_of(bytes, out.len), out.len - 1)), -1);
		for (size_t at = 0; at < out.len; at++) {
			bytes[at] ^= 1;
			assert_int_not_equal(identity_of_payload(&identity, span_of(bytes, out.len)), index);
			bytes[at] ^= 1;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_index),
		cmocka_unit_test(another_key),
		cmocka_unit_test_teardown(packets, packets_free),
		cmocka_unit_test_teardown(flows, packets_free),
		cmocka_unit_test_teardown(payloads, packets_free),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
