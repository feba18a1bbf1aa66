/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>

#include "packet/icmp_error.h"
#include "packet/probe.h"

#define IN4 "ip4 10.2.1.2 > 203.0.113.80 "
#define IN6 "ip6 2001:db8:2::2 > 2001:db8:80::80 "
#define QUOTE4 "ip4 203.0.113.80 > 10.1.1.10 ttl 1 id 7 | udp 33446 > 4000 | pattern 32 "
#define QUOTE6 "ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 7 | udp 33446 > 4000 | pattern 32 "

#define BEHIND "ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 7 | destination options "

/* bytes in hexadecimal */
#define TWENTY "0102030405060708090a0b0c0d0e0f1011121314"
#define HUNDRED TWENTY TWENTY TWENTY TWENTY TWENTY

/* clang-format off */
static const struct row {
	const char *name, *packet;
	unsigned type, code;
	uint32_t rest;
	unsigned quote_len, objects_len;
	bool has_broken_extension;
} rows[] = {
	{ "Time Exceeded", IN4 "| expired | " QUOTE4, 11, 0, 0, 60, 0, false },
	{ "8 bytes quoted", IN4 "| expired | " QUOTE4 "| cut 28", 11, 0, 0, 28, 0, false },
	{ "unreachable", IN4 "| unreachable code 13 | " QUOTE4, 3, 13, 0, 60, 0, false },
	{ "fragmentation needed", IN4 "| unreachable code 4 mtu 1400 | " QUOTE4, 3, 4, 1400, 60, 0, false },
	{ "behind router's options", IN4 "options 94040000 | expired | " QUOTE4, 11, 0, 0, 60, 0, false },
	{ "in a padded frame", IN4 "| expired | " QUOTE4 "| cut 28 | padding 4", 11, 0, 0, 28, 0, false },
	{ "tags", IN4 "| expired | " QUOTE4 "| ext | mpls 16", 11, 0, 0, 128, 8, false },
	{ "tags, 0 words", IN4 "| expired length 0 | " QUOTE4 "| ext | mpls 16", 11, 0, 0, 128, 8, false },
	{ "tags, 0 words, no sum", IN4 "| expired length 0 | " QUOTE4 "| ext sum 0 | mpls 16", 11, 0, 0, 140, 0, false },
	{ "tags, 0 words, wrong sum", IN4 "| expired length 0 | " QUOTE4 "| ext sum 1 | mpls 16", 11, 0, 0, 140, 0, false },
	{ "tags, no sum", IN4 "| expired | " QUOTE4 "| ext sum 0 | mpls 16", 11, 0, 0, 128, 8, false },
	{ "tags, wrong sum", IN4 "| expired | " QUOTE4 "| ext sum 1 | mpls 16", 11, 0, 0, 128, 0, true },
	{ "tags behind the length", IN4 "| expired length 20 | " QUOTE4 "| pad 80 | ext | mpls 16", 11, 0, 0, 80, 8, false },
	{ "tags before the length", IN4 "| expired length 33 | " QUOTE4 "| ext | mpls 16", 11, 0, 0, 128, 8, false },
	{ "length beyond the message", IN4 "| expired length 255 | " QUOTE4, 11, 0, 0, 60, 0, true },
	{ "objects as many as fit", IN4 "| expired | " QUOTE4 "| ext | object 9/9 " HUNDRED HUNDRED HUNDRED HUNDRED, 11, 0, 0, 128, 404, false },
	{ "objects that do not fit", IN4 "| expired | " QUOTE4 "| ext | object 9/9 " HUNDRED HUNDRED HUNDRED HUNDRED "00000000", 11, 0, 0, 128, 0, true },
	{ "length and no extension", IN4 "| expired length 32 | " QUOTE4 "| pad 128", 11, 0, 0, 128, 0, false },
	{ "MTU and length", IN4 "| unreachable code 4 mtu 1400 | " QUOTE4 "| ext | mpls 16", 3, 4, 1400, 128, 8, false },
	{ "Time Exceeded, IPv6", IN6 "| expired | " QUOTE6, 3, 0, 0, 80, 0, false },
	{ "8 bytes quoted, IPv6", IN6 "| expired | " QUOTE6 "| cut 48", 3, 0, 0, 48, 0, false },
	{ "unreachable, IPv6", IN6 "| unreachable code 6 | " QUOTE6, 1, 6, 0, 80, 0, false },
	{ "Packet Too Big", IN6 "| too-big mtu 0x12345678 | " QUOTE6, 2, 0, 0x12345678, 80, 0, false },
	{ "unknown protocol", IN6 "| icmp type 4 code 1 rest 6 | " QUOTE6, 4, 1, 6, 80, 0, false },
	{ "unknown option of ours", IN6 "| icmp type 4 code 2 rest 42 | " BEHIND "9e0400000000 | udp 33446 > 4000 | pattern 32", 4, 2, 42, 88, 0, false },
	{ "expired behind it", IN6 "| expired | " BEHIND "9e0400000000 | udp 33446 > 4000 | pattern 32", 3, 0, 0, 88, 0, false },
	{ "pointer like a length field", IN6 "| icmp type 4 code 1 rest 0x10000006 | " QUOTE6 "| ext | mpls 16", 4, 1, 0x10000006, 140, 0, false },
	{ "tags, IPv6", IN6 "| expired | " QUOTE6 "| ext | mpls 16 | mpls 17", 3, 0, 0, 128, 16, false },
	{ "tags, 0 words, IPv6", IN6 "| expired length 0 | " QUOTE6 "| ext | mpls 16", 3, 0, 0, 128, 8, false },
	{ "tags behind PTB, none", IN6 "| too-big mtu 1280 length 0 | " QUOTE6 "| ext | mpls 16", 2, 0, 1280, 140, 0, false },
};
/* clang-format on */

/* clang-format off */
static const struct {
	const char *name, *packet;
	enum reason reason;
} refused[] = {
	{ "in two fragments, never", IN4 "mf | expired | " QUOTE4, REASON_ERROR_TYPE },
	{ "length too short", IN4 "| expired length 6 | " QUOTE4 "| pad 128", REASON_ERROR_TRUNCATED },
	{ "echo", IN4 "| echo", REASON_ERROR_TYPE },
	{ "reassembly", IN4 "| expired code 1 | " QUOTE4, REASON_ERROR_TYPE },
	{ "reassembly, IPv6", IN6 "| expired code 1 | " QUOTE6, REASON_ERROR_TYPE },
	{ "source quench", IN4 "| icmp type 4 | " QUOTE4, REASON_ERROR_TYPE },
	{ "redirect", IN4 "| icmp type 5 | " QUOTE4, REASON_ERROR_TYPE },
	{ "parameter problem", IN4 "| icmp type 12 | " QUOTE4, REASON_ERROR_TYPE },
	{ "parameter problem, IPv6", IN6 "| icmp type 4 | " QUOTE6, REASON_ERROR_TYPE },
	{ "unknown option, IPv6", IN6 "| icmp type 4 code 2 | " QUOTE6, REASON_ERROR_TYPE },
	{ "another unknown option", IN6 "| icmp type 4 code 2 | " BEHIND "9f0400000000 | udp 33446 > 4000", REASON_ERROR_TYPE },
	{ "too much of an option", IN6 "| icmp type 4 code 2 | " BEHIND "9e0400000000 length 1 | udp 33446 > 4000", REASON_ERROR_TYPE },
	{ "less than 8 bytes behind it", IN6 "| icmp type 4 code 2 | " BEHIND "9e0400000000 | udp 33446 > 4000 | cut 55", REASON_ERROR_TRUNCATED },
	{ "UDP", IN4 "| udp 1 > 2", REASON_ERROR_TYPE },
	{ "UDP, IPv6", IN6 "| udp 1 > 2", REASON_ERROR_TYPE },
	{ "a later fragment", IN4 "fragment 1 | expired | " QUOTE4, REASON_ERROR_TYPE },
	{ "wrong checksum", IN4 "| expired sum 1 | " QUOTE4, REASON_ERROR_CHECKSUM },
	{ "wrong checksum, IPv6", IN6 "| expired sum 1 | " QUOTE6, REASON_ERROR_CHECKSUM },
	{ "no message", IN4 "protocol 1", REASON_ERROR_CHECKSUM },
	{ "half a message", IN4 "protocol 1 | 0b00f4ff", REASON_ERROR_TRUNCATED },
	{ "no quote", IN4 "| expired", REASON_ERROR_TRUNCATED },
	{ "no quote, IPv6", IN6 "| expired", REASON_ERROR_TRUNCATED },
	{ "nothing", "zeroes 0", REASON_ERROR_TRUNCATED },
	{ "another version", "50", REASON_VERSION },
	{ "header of four words", IN4 "words 4 | expired | " QUOTE4, REASON_ERROR_TRUNCATED },
	{ "total length below the header", IN4 "length 19 | expired | " QUOTE4, REASON_ERROR_TRUNCATED },
	{ "total length above the packet", IN4 "length 89 | expired | " QUOTE4, REASON_ERROR_TRUNCATED },
	{ "payload length above the packet", IN6 "length 89 | expired | " QUOTE6, REASON_ERROR_TRUNCATED },
	{ "quote of the other family", IN4 "| expired | " QUOTE6, REASON_NO_FLIGHT },
	{ "quote of the other family, IPv6", IN6 "| expired | " QUOTE4, REASON_NO_FLIGHT },
	{ "quote with options", IN4 "| expired | ip4 203.0.113.80 > 10.1.1.10 options 01010101 | udp 1 > 2", REASON_NO_FLIGHT },
};
/* clang-format on */

static void check_row(const struct row *row)
{
	struct icmp_error e;
	enum reason reason = icmp_error_parse(packet_of(row->packet), &e);

	if (reason)
		fail_msg("%s: %s", row->name, reason_table[reason].counter);
	if (e.type != row->type || e.code != row->code || e.rest != row->rest || e.quote.packet.len != row->quote_len ||
		e.objects.len != row->objects_len || e.has_broken_extension != row->has_broken_extension)
		fail_msg("%s: type %u code %u rest %u lengths %zu %zu broken %d", row->name, e.type, e.code, e.rest,
			e.quote.packet.len, e.objects.len, e.has_broken_extension);
	assert_int_equal(e.quote.tag, 7);
	assert_int_equal(e.quote.ttl, 1);
	assert_int_equal(e.quote.protocol, PROTOCOL_UDP);
	assert_memory_equal(e.quote.l4, "\x82\xa6\x0f\xa0\x00\x28", 6);
}

static void parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void refuses(void **state)
{
	struct icmp_error e;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		enum reason reason = icmp_error_parse(packet_of(refused[i].packet), &e);

		if (reason != refused[i].reason)
			fail_msg("%s: %s, not %s", refused[i].name, reason_table[reason].counter,
				reason_table[refused[i].reason].counter);
	}
}

static void addresses_are_read(void **state)
{
	struct addr router = addr_of("2001:db8:2::2"), target = addr_of("2001:db8:80::80"),
		    prober = addr_of("2001:db8:c::10");
	struct icmp_error e;

	(void)state;
	assert_int_equal(icmp_error_parse(packet_of(IN6 "| expired | " QUOTE6), &e), REASON_OK);
	assert_memory_equal(&e.router, &router, sizeof(router));
	assert_memory_equal(&e.to, &target, sizeof(target));
	assert_memory_equal(&e.quote.from, &target, sizeof(target));
	assert_memory_equal(&e.quote.to, &prober, sizeof(prober));
}

static enum reason parse(struct span packet)
{
	struct icmp_error e;

	return icmp_error_parse(packet, &e);
}

static void cut_anywhere_is_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span whole = packet_of(rows[i].packet);
		size_t stated = whole.len < 40  ? 0
			: whole.at[0] >> 4 == 4 ? load_u16(whole.at + 2)
						: 40 + load_u16(whole.at + 4);

		assert_cut_anywhere(rows[i].name, whole, stated, parse, REASON_ERROR_TRUNCATED);
	}
}

/* A quote of any length, its message whole: 8 bytes behind the IP header are enough, fewer are not. */
static void quotes_of_every_length(void **state)
{
	struct icmp_error e;
	char text[256];

	(void)state;
	for (size_t len = 0; len <= 60; len++) {
		snprintf(text, sizeof(text), IN4 "| expired | " QUOTE4 "| cut %zu", len);
		assert_int_equal(icmp_error_parse(packet_of(text), &e), len < 28 ? REASON_ERROR_TRUNCATED : REASON_OK);
		assert_int_equal(e.quote.packet.len, len);
	}
	for (size_t len = 0; len <= 80; len++) {
		snprintf(text, sizeof(text), IN6 "| expired | " QUOTE6 "| cut %zu", len);
		assert_int_equal(icmp_error_parse(packet_of(text), &e), len < 48 ? REASON_ERROR_TRUNCATED : REASON_OK);
	}
}

static void any_bit_may_flip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span whole = packet_of(rows[i].packet);

		for (size_t bit = 0; bit < whole.len * 8; bit++) {
			struct span flipped = packet_cut(whole, whole.len);
			struct icmp_error e;

			((uint8_t *)flipped.at)[bit / 8] ^= (uint8_t)(1 << bit % 8);
			icmp_error_parse(flipped, &e);
		}
		packets_free(NULL);
	}
}

static void kinds(void **state)
{
	struct icmp_error e = { .router = { .family = 4 }, .type = ICMP_UNREACHABLE4 };

	(void)state;
	assert_true(icmp_error_is_unreachable(&e));
	e.type = ICMP_UNREACHABLE6;
	assert_false(icmp_error_is_unreachable(&e));
	e.router.family = 6;
	assert_true(icmp_error_is_unreachable(&e));
	e.type = ICMP_PARAMETER_PROBLEM6;
	assert_true(icmp_error_is_unreachable(&e));
	e.type = ICMP_PACKET_TOO_BIG6;
	assert_false(icmp_error_is_unreachable(&e));
	assert_true(icmp_error_may_extend(4, ICMP_TIME_EXCEEDED4) && icmp_error_may_extend(4, ICMP_UNREACHABLE4));
	assert_true(icmp_error_may_extend(6, ICMP_TIME_EXCEEDED6) && icmp_error_may_extend(6, ICMP_UNREACHABLE6));
	assert_false(icmp_error_may_extend(6, ICMP_PACKET_TOO_BIG6) || icmp_error_may_extend(4, 12) ||
		icmp_error_may_extend(6, ICMP_PARAMETER_PROBLEM6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(parses, packets_free),
		cmocka_unit_test_teardown(refuses, packets_free),
		cmocka_unit_test_teardown(addresses_are_read, packets_free),
		cmocka_unit_test_teardown(cut_anywhere_is_truncated, packets_free),
		cmocka_unit_test_teardown(quotes_of_every_length, packets_free),
		cmocka_unit_test_teardown(any_bit_may_flip, packets_free),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests_name("icmp_error", tests, NULL, NULL);
}
