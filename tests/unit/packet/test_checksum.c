/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "packet/checksum.h"
#include "tests/sound.h"

static void known_sums(void **state)
{
	static const struct {
		const char *name, *bytes;
		uint16_t sum;
	} rows[] = {
		{ "RFC 1071 section 3", "0001f203f4f5f6f7", 0x220d },
		{ "an odd byte is the high one", "0001f203f4f5f6f701", 0x210d },
		{ "an IPv4 header", "450000730000400040110000c0a80001c0a800c7", 0xb861 },
		{ "the same with its sum", "4500007300004000 4011b861c0a80001c0a800c7", 0 },
		{ "zeroes", "00000000", 0xffff },
		{ "ones", "ffffffff", 0 },
		{ "one byte", "01", 0xfeff },
		{ "three bytes", "010203", 0xfbfd },
		{ "the carry carries again", "ffff0001ffff", 0xfffe },
	};

	(void)state;
	assert_int_equal(checksum(span_of(NULL, 0)), 0xffff);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (checksum(packet_of(rows[i].bytes)) != rows[i].sum)
			fail_msg("%s: 0x%04x", rows[i].name, checksum(packet_of(rows[i].bytes)));
}

static uint8_t noise(void)
{
	static uint32_t seed = 7;

	seed = seed * 1664525 + 1013904223;
	return (uint8_t)(seed >> 24);
}

static void agrees_with_the_plain_sum(void **state)
{
	(void)state;
	for (size_t len = 0; len < 300; len++) {
		struct writer w = packet_room(len);
		struct span s;

		for (size_t i = 0; i < len; i++)
			writer_u8(&w, len % 3 ? noise() : 0xff);
		s = span_of(w.at, w.len);
		assert_int_equal(checksum(s), plain_sum(0, s.at, s.len));
	}
}

/* 64 KB of ones is where a sum of 32 bits would have run over. */
static void large_and_full(void **state)
{
	struct writer w = packet_room(65535);

	(void)state;
	for (size_t i = 0; i < 65535; i++)
		writer_u8(&w, 0xff);
	assert_int_equal(checksum(span_of(w.at, w.len)), plain_sum(0, w.at, w.len));
}

static void pseudo_headers(void **state)
{
	struct addr a4 = addr_of("198.51.100.10"), b4 = addr_of("203.0.113.80");
	struct addr a6 = addr_of("2001:db8:c::10"), b6 = addr_of("2001:db8:80::80");

	(void)state;
	/* checksums measured in a lab, of trippy's Paris mode and tracert6 */
	assert_int_equal(checksum_pseudo(&a4, &b4, 17, packet_of("1388829a000a0000808a")), 0x829e);
	assert_int_equal(checksum_pseudo(&a6, &b6, 58, packet_of("800000006bb40500000000000000000000000000")), 0xb26e);
	/* swapping the ends does not show */
	assert_int_equal(checksum_pseudo(&b4, &a4, 17, packet_of("829a1388000a0000808a")), 0x829e);
}

static void replaced_is_recomputed(void **state)
{
	static const uint16_t values[] = { 0, 1, 0x0800, 0x7fff, 0x8000, 0x8100, 0xf7ff, 0xfffe, 0xffff };
	enum { VALUES = sizeof(values) / sizeof(values[0]) };

	(void)state;
	for (size_t i = 0; i < (size_t)VALUES * VALUES * VALUES; i++) {
		uint16_t was = values[i % VALUES], now = values[i / VALUES % VALUES],
			 other = values[i / VALUES / VALUES];
		struct writer w = packet_room(4);
		uint16_t sum;

		writer_u16(&w, was);
		writer_u16(&w, other);
		sum = checksum_replace(checksum(span_of(w.at, 4)), was, now);
		writer_patch_u16(&w, 0, now);
		if (sum != checksum(span_of(w.at, 4)) &&
			(now || other)) /* RFC 1624 section 3: all zeroes alone is ambiguous */
			fail_msg("0x%04x -> 0x%04x beside 0x%04x: 0x%04x", was, now, other, sum);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(known_sums, packets_free),
		cmocka_unit_test_teardown(agrees_with_the_plain_sum, packets_free),
		cmocka_unit_test_teardown(large_and_full, packets_free),
		cmocka_unit_test_teardown(pseudo_headers, packets_free),
		cmocka_unit_test_teardown(replaced_is_recomputed, packets_free),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
