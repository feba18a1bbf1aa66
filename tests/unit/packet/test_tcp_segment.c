/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include "packet/probe.h"
#include "packet/tcp_segment.h"

#define IN4 "ip4 10.1.1.10 > 203.0.113.80 ttl 57 tos 0xb9 "
#define IN6 "ip6 2001:db8:c::10 > 2001:db8:80::80 ttl 57 class 0xb9 flow 0xabcde "
#define TCP "tcp 4000 > 80 seq 4294967290 ack 7 win 501 "
#define TIMES "0101080a010203040a0b0c0d"

/* clang-format off */
static const struct {
	const char *name, *packet;
	unsigned payload, flags;
	bool has_times, has_block;
	uint32_t block_from, block_to;
} rows[] = {
	{ "bare ACK", IN4 "| " TCP "flags A", 0, TCP_ACK, false, false, 0, 0 },
	{ "data", IN4 "| " TCP "flags PA | pattern 9", 9, TCP_ACK | 0x08, false, false, 0, 0 },
	{ "FIN", IN4 "| " TCP "flags FA", 0, TCP_ACK | TCP_FIN, false, false, 0, 0 },
	{ "RST", IN4 "| " TCP "flags R", 0, TCP_RST, false, false, 0, 0 },
	{ "time stamps", IN4 "| " TCP "flags A options " TIMES "| pattern 9", 9, TCP_ACK, true, false, 0, 0 },
	{ "time stamps, IPv6", IN6 "| " TCP "flags A options " TIMES "| pattern 9", 9, TCP_ACK, true, false, 0, 0 },
	{ "a block", IN4 "| " TCP "flags A options 0101050a0000000500000006", 0, TCP_ACK, false, true, 5, 6 },
	{ "time stamps and a block", IN4 "| " TCP "flags A options " TIMES "0101050affffffff00000000", 0, TCP_ACK, true, true, 0xffffffff, 0 },
	{ "two blocks, the first counts", IN6 "| " TCP "flags A options " TIMES "010105120000000500000006000000070000000900000000", 0, TCP_ACK, true, true, 5, 6 },
	{ "half a block", IN4 "| " TCP "flags A options 0101050600000005", 0, TCP_ACK, false, false, 0, 0 },
	{ "time stamps of another length", IN4 "| " TCP "flags A options 080b010203040a0b0c0d0e00", 0, TCP_ACK, false, false, 0, 0 },
	{ "behind the end of options", IN4 "| " TCP "flags A options 000101010101080a010203040a0b0c0d", 0, TCP_ACK, false, false, 0, 0 },
	{ "before a broken option", IN4 "| " TCP "flags A options " TIMES "1eff0000", 0, TCP_ACK, true, false, 0, 0 },
	{ "an option of length 1", IN4 "| " TCP "flags A options 1e010000" TIMES, 0, TCP_ACK, false, false, 0, 0 },
	{ "an option of length 0", IN4 "| " TCP "flags A options 1e000000" TIMES, 0, TCP_ACK, false, false, 0, 0 },
	{ "an option without its length", IN4 "| " TCP "flags A options " TIMES "0101011e", 0, TCP_ACK, true, false, 0, 0 },
	{ "behind IP options", IN4 "options 94040000 | " TCP "flags A | pattern 3", 3, TCP_ACK, false, false, 0, 0 },
	{ "in a padded frame", IN4 "| " TCP "flags A | padding 6", 0, TCP_ACK, false, false, 0, 0 },
	{ "cut behind its headers", IN4 "length 1500 | " TCP "flags A", 1460, TCP_ACK, false, false, 0, 0 },
	{ "cut behind its headers, IPv6", IN6 "length 1480 | " TCP "flags A", 1460, TCP_ACK, false, false, 0, 0 },
	{ "larger than a packet on the wire", IN4 "length 65535 | " TCP "flags A", 65495, TCP_ACK, false, false, 0, 0 },
};

static const struct {
	const char *name, *packet;
} refused[] = {
	{ "nothing", "zeroes 0" },
	{ "another version", "50" },
	{ "UDP", IN4 "| udp 4000 > 80" },
	{ "UDP, IPv6", IN6 "| udp 4000 > 80" },
	{ "a later fragment", IN4 "fragment 2 | " TCP },
	{ "a first fragment", IN4 "mf | " TCP },
	{ "behind an extension header", IN6 "| hop-by-hop | " TCP },
	{ "header of four words", IN4 "words 4 | " TCP },
	{ "total length below the header", IN4 "length 19 | " TCP },
	{ "total length within the TCP header", IN4 "length 39 | " TCP },
	{ "length within the TCP header, IPv6", IN6 "length 19 | " TCP },
	{ "length 0: a jumbogram's", IN6 "length 0 | " TCP },
	{ "length 0: more than 64 kB", IN4 "length 0 | " TCP },
	{ "TCP header of four words", IN4 "| " TCP "words 4" },
	{ "more options than there are", IN4 "| " TCP "words 6" },
	{ "options cut off", IN4 "| " TCP "options " TIMES "| cut 51" },
};
/* clang-format on */

static void parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span packet = packet_of(rows[i].packet);
		bool is_four = packet.at[0] >> 4 == 4;
		struct addr from = addr_of(is_four ? "10.1.1.10" : "2001:db8:c::10");
		struct addr to = addr_of(is_four ? "203.0.113.80" : "2001:db8:80::80");
		struct tcp_segment s;

		if (!tcp_segment_parse(packet, &s))
			fail_msg("%s: refused", rows[i].name);
		assert_true(addr_equal(&s.from, &from) && addr_equal(&s.to, &to));
		assert_int_equal(s.from_port, 4000);
		assert_int_equal(s.to_port, 80);
		assert_int_equal(s.seq, 0xfffffffa);
		assert_int_equal(s.ack, 7);
		assert_int_equal(s.window, 501);
		assert_int_equal(s.ttl, 57);
		assert_int_equal(s.tos, 0xb9);
		assert_int_equal(s.flow_label, is_four ? 0 : 0xabcde);
		if (s.payload_size != rows[i].payload || s.flags != rows[i].flags ||
			s.times.is_there != rows[i].has_times || s.has_block != rows[i].has_block)
			fail_msg("%s: payload %u, flags %02x, times %d, block %d", rows[i].name, s.payload_size,
				s.flags, s.times.is_there, s.has_block);
		assert_int_equal(s.times.tsval, rows[i].has_times ? 0x01020304 : 0);
		assert_int_equal(s.times.tsecr, rows[i].has_times ? 0x0a0b0c0d : 0);
		assert_int_equal(s.block_from, rows[i].block_from);
		assert_int_equal(s.block_to, rows[i].block_to);
		packets_free(NULL);
	}
}

static void refuses(void **state)
{
	struct tcp_segment s;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (tcp_segment_parse(packet_of(refused[i].packet), &s))
			fail_msg("%s: taken", refused[i].name);
}

/* Cut anywhere it is either refused, or says what the whole one says. */
static void cut_anywhere(void **state)
{
	static const char *const packets[] = { IN4 "| " TCP "flags A options " TIMES "| pattern 9",
		IN6 "| " TCP "flags A options " TIMES "| pattern 9" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct span packet = packet_of(packets[i]);
		size_t headers = packet.len - 9;
		struct tcp_segment whole, s;

		assert_true(tcp_segment_parse(packet, &whole));
		for (size_t len = 0; len < packet.len; len++) {
			assert_int_equal(tcp_segment_parse(packet_cut(packet, len), &s), len >= headers);
			if (len < headers)
				continue;
			assert_int_equal(s.payload_size, whole.payload_size);
			assert_int_equal(s.times.tsecr, whole.times.tsecr);
		}
	}
}

static void sequence_numbers_wrap(void **state)
{
	(void)state;
	assert_true(seq_is_after(1, 0));
	assert_true(seq_is_after(0, 0xffffffff));
	assert_true(seq_is_after(0x7fffffff, 0));
	assert_false(seq_is_after(0, 0));
	assert_false(seq_is_after(0, 1));
	assert_false(seq_is_after(0xffffffff, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(parses, packets_free),
		cmocka_unit_test_teardown(refuses, packets_free),
		cmocka_unit_test_teardown(cut_anywhere, packets_free),
		cmocka_unit_test(sequence_numbers_wrap),
	};

	return cmocka_run_group_tests_name("tcp_segment", tests, NULL, NULL);
}
