/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IP header: read from packets of every shape, and written as it is read. */
#include "tests/packets.h"

#include "packet/ip.h"

#define PAIR4 "ip4 192.0.2.1 > 198.51.100.2 "
#define PAIR6 "ip6 2001:db8::1 > 2001:db8:2::2 "

/* clang-format off */
static const struct {
	const char *packet;
	uint32_t tag;
	uint16_t fragment;
	uint8_t protocol, ttl, tos, size;
	uint32_t total_size;
	bool is_fragment, is_written;
} rows[] = {
	{ PAIR4 "ttl 7 id 0x1234 tos 0xb9 | udp 1 > 2", 0x1234, 0, 17, 7, 0xb9, 20, 28, false, true },
	{ PAIR4 "ttl 255 df | tcp 1 > 2", 0, 0x4000, 6, 255, 0, 20, 40, false, true },
	{ PAIR4 "ttl 1 mf protocol 1 | zeroes 8", 0, 0x2000, 1, 1, 0, 20, 28, true, true },
	{ PAIR4 "ttl 1 fragment 0x1fff protocol 255", 0, 0x1fff, 255, 1, 0, 20, 20, true, true },
	{ PAIR4 "ttl 1 options 94040000 | udp 1 > 2", 0, 0, 17, 1, 0, 24, 32, false, false },
	{ PAIR4 "ttl 1 words 15 length 65535 protocol 0", 0, 0, 0, 1, 0, 60, 65535, false, false },
	{ PAIR4 "ttl 1 words 0 length 0 protocol 0", 0, 0, 0, 1, 0, 0, 0, false, false },
	{ PAIR6 "ttl 7 flow 0xfffff class 0xb9 | udp 1 > 2", 0xfffff, 0, 17, 7, 0xb9, 40, 48, false, true },
	{ PAIR6 "ttl 0 next 59", 0, 0, 59, 0, 0, 40, 40, false, true },
	{ PAIR6 "ttl 1 length 65535 next 59", 0, 0, 59, 1, 0, 40, 65575, false, false },
};
/* clang-format on */

static void reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct span packet = packet_of(rows[i].packet);
		const bool is_four = ip_version(packet) == 4;
		const struct addr from = addr_of(is_four ? "192.0.2.1" : "2001:db8::1");
		const struct addr to = addr_of(is_four ? "198.51.100.2" : "2001:db8:2::2");
		struct ip_header h = { 0 };

		if (!ip_read(packet, &h))
			fail_msg("%s: not read", rows[i].packet);
		assert_true(addr_equal(&h.from, &from) && addr_equal(&h.to, &to));
		if (h.tag != rows[i].tag || h.fragment != rows[i].fragment || h.protocol != rows[i].protocol ||
			h.ttl != rows[i].ttl || h.tos != rows[i].tos || h.size != rows[i].size ||
			h.total_size != rows[i].total_size || ip_is_fragment(&h) != rows[i].is_fragment)
			fail_msg("%s: tag %x fragment %x protocol %u ttl %u tos %x size %u of %u", rows[i].packet,
				h.tag, h.fragment, h.protocol, h.ttl, h.tos, h.size, h.total_size);
		packets_free(NULL);
	}
}

static void refuses(void **state)
{
	static const char *const packets[] = {
		"zeroes 0",
		"40",
		"50",
		"zeroes 40",
		PAIR4 "protocol 0 | cut 19",
		PAIR6 "next 59 | cut 39",
	};
	struct ip_header h;

	(void)state;
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		if (ip_read(packet_of(packets[i]), &h))
			fail_msg("%s: read", packets[i]);
		packets_free(NULL);
	}
}

/* What was read and is written again is the same to the byte, behind what the writer holds already. */
static void writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct span packet = packet_of(rows[i].packet);
		uint8_t bytes[128];
		struct writer w = writer_of(bytes, sizeof(bytes));
		struct ip_header h = { 0 };
		size_t start;

		if (!rows[i].is_written)
			continue;
		assert_true(ip_read(packet, &h));
		writer_u8(&w, 0xa5);
		start = ip_begin(&h, &w);
		writer_put(&w, span_tail(packet, h.size));
		ip_end(start, &w);
		assert_int_equal(start, 1);
		assert_int_equal(w.len, 1 + packet.len);
		if (memcmp(bytes + 1, packet.at, packet.len) != 0)
			fail_msg("%s: written otherwise", rows[i].packet);
		packets_free(NULL);
	}
}

static void overflows(void **state)
{
	const struct ip_header h = { .from = addr_of("192.0.2.1"), .to = addr_of("198.51.100.2") };
	uint8_t bytes[19];
	struct writer w = writer_of(bytes, sizeof(bytes));

	(void)state;
	ip_end(ip_begin(&h, &w), &w);
	assert_true(w.overflow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(writes),
		cmocka_unit_test(overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
