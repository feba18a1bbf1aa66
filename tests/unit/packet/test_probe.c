/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include "packet/probe.h"

#define PAIR4 "ip4 10.1.1.10 > 203.0.113.80 ttl 5 "
#define PAIR6 "ip6 2001:db8:c::10 > 2001:db8:80::80 ttl 5 "

#define TWO "| destination | hop-by-hop "

/* clang-format off */
static const struct row {
	const char *name, *packet;
	enum probe_kind kind;
	uint32_t tag;
	uint16_t prober_port, target_port;
	size_t packet_len, payload_len;
} rows[] = {
	{ "UDP", PAIR4 "id 7 | udp 4000 > 53 | 404142", PROBE_UDP, 7, 4000, 53, 31, 3 },
	{ "UDP without payload", PAIR4 "| udp 4000 > 53", PROBE_UDP, 0, 4000, 53, 28, 0 },
	{ "UDP without a checksum", PAIR4 "| udp 4000 > 53 sum 0", PROBE_UDP, 0, 4000, 53, 28, 0 },
	{ "UDP shorter than its packet", PAIR4 "| udp 4000 > 53 length 10 | 40414243", PROBE_UDP, 0, 4000, 53, 32, 2 },
	{ "UDP in a padded frame", PAIR4 "| udp 4000 > 53 | padding 18", PROBE_UDP, 0, 4000, 53, 28, 0 },
	{ "UDP, do not fragment", PAIR4 "df id 65535 | udp 4000 > 53", PROBE_UDP, 65535, 4000, 53, 28, 0 },
	{ "UDP over IPv6", PAIR6 "flow 0xfffff class 0xff | udp 4000 > 53 | 40", PROBE_UDP, 0xfffff, 4000, 53, 49, 1 },
	{ "UDP over IPv6 in a padded frame", PAIR6 "| udp 4000 > 53 | padding 6", PROBE_UDP, 0, 4000, 53, 48, 0 },
	{ "SYN", PAIR4 "| tcp 4000 > 80 seq 1", PROBE_SYN, 0, 4000, 80, 40, 0 },
	{ "SYN with options and data", PAIR4 "| tcp 4000 > 80 options 020405b4 | 4041", PROBE_SYN, 0, 4000, 80, 46, 2 },
	{ "SYN with ECN", PAIR4 "| tcp 4000 > 80 flags SEC", PROBE_SYN, 0, 4000, 80, 40, 0 },
	{ "SYN over IPv6", PAIR6 "| tcp 4000 > 80", PROBE_SYN, 0, 4000, 80, 60, 0 },
	{ "bare ACK", PAIR4 "| tcp 4000 > 80 flags A", PROBE_ACK, 0, 4000, 80, 40, 0 },
	{ "bare ACK with options", PAIR4 "| tcp 4000 > 80 flags A options 01010101", PROBE_ACK, 0, 4000, 80, 44, 0 },
	{ "echo request", PAIR4 "| echo id 5 seq 6 | 00", PROBE_ECHO, 0, 5, 6, 29, 1 },
	{ "echo request over IPv6", PAIR6 "| echo id 5 seq 6", PROBE_ECHO, 0, 5, 6, 48, 0 },
	{ "behind hop-by-hop options", PAIR6 "flow 9 | hop-by-hop | udp 1 > 2 | 40", PROBE_UDP, 9, 1, 2, 57, 1 },
	{ "behind destination options", PAIR6 "| destination options 1e0c000000000000000000000000 | udp 1 > 2", PROBE_UDP, 0, 1, 2, 64, 0 },
	{ "behind an atomic fragment header", PAIR6 "| fragment id 7 | tcp 1 > 2", PROBE_SYN, 0, 1, 2, 68, 0 },
	{ "its reserved bits are ignored (RFC 8200 4.5)", PAIR6 "| fragment id 7 reserved 3 | udp 1 > 2", PROBE_UDP, 0, 1, 2, 56, 0 },
	{ "behind all of them", PAIR6 "| hop-by-hop | destination | fragment | destination | echo id 5 seq 6", PROBE_ECHO, 0, 5, 6, 80, 0 },
	{ "behind eight", PAIR6 TWO TWO TWO TWO "| udp 1 > 2", PROBE_UDP, 0, 1, 2, 112, 0 },
	{ "UDP-Lite", PAIR4 "id 7 protocol 136 | 0fa0829400101234 | 4041", PROBE_PORTS, 7, 4000, 33428, 30, 2 },
	{ "DCCP", PAIR6 "next 33 | 0fa0829400101234", PROBE_PORTS, 0, 4000, 33428, 48, 0 },
	{ "SCTP", PAIR4 "protocol 132 | 0fa0829400000000", PROBE_OTHER, 0, 0, 0, 28, 8 },
	{ "no next header, but bytes", PAIR6 "| hop-by-hop next 59 | pattern 9", PROBE_OTHER, 0, 0, 0, 57, 9 },
};
/* clang-format on */

/* clang-format off */
static const struct {
	const char *name, *packet;
	enum reason reason;
} refused[] = {
	{ "nothing", "zeroes 0", REASON_TRUNCATED },
	{ "another version", "50", REASON_VERSION },
	{ "version 0", "00", REASON_VERSION },
	{ "total length below the header", PAIR4 "length 19 | udp 1 > 2", REASON_TRUNCATED },
	{ "total length above the packet", PAIR4 "length 29 | udp 1 > 2", REASON_TRUNCATED },
	{ "payload length above the packet", PAIR6 "length 9 | udp 1 > 2", REASON_TRUNCATED },
	{ "IPv4 options", PAIR4 "options 01010101 | udp 1 > 2", REASON_OPTIONS },
	{ "IPv4 header of four words", PAIR4 "words 4 | udp 1 > 2", REASON_OPTIONS },
	{ "first fragment", PAIR4 "mf | udp 1 > 2", REASON_FRAGMENT },
	{ "last fragment", PAIR4 "fragment 1 | udp 1 > 2", REASON_FRAGMENT },
	{ "fragment at the end of the world", PAIR4 "fragment 8191 | udp 1 > 2", REASON_FRAGMENT },
	{ "IPv6 fragment, first", PAIR6 "| fragment mf | udp 1 > 2", REASON_FRAGMENT },
	{ "IPv6 fragment, last", PAIR6 "| fragment offset 1 | udp 1 > 2", REASON_FRAGMENT },
	{ "IPv6 fragment behind options", PAIR6 "| hop-by-hop | fragment offset 8191 mf | udp 1 > 2", REASON_FRAGMENT },
	{ "half a fragment header", PAIR6 "next 44 | 1100000000", REASON_TRUNCATED },
	{ "half of hop-by-hop options", PAIR6 "next 0 | 11000000000000", REASON_TRUNCATED },
	{ "options longer than the packet", PAIR6 "| destination length 1 | zeroes 7", REASON_TRUNCATED },
	{ "nine headers", PAIR6 TWO TWO TWO TWO "| hop-by-hop | udp 1 > 2", REASON_OPTIONS },
	{ "routing behind options", PAIR6 "| hop-by-hop next 43 | zeroes 16", REASON_OPTIONS },
	{ "AH behind a fragment header", PAIR6 "| fragment next 51 | zeroes 16", REASON_OPTIONS },
	{ "behind options, a wrong checksum", PAIR6 "| hop-by-hop | udp 1 > 2 sum 1", REASON_CHECKSUM },
	{ "UDP-Lite of 7 bytes", PAIR4 "protocol 136 | zeroes 7", REASON_PROTOCOL },
	{ "routing header", PAIR6 "next 43 | zeroes 16", REASON_OPTIONS },
	{ "authentication header", PAIR6 "next 51 | zeroes 16", REASON_OPTIONS },
	{ "mobility header", PAIR6 "next 135 | zeroes 16", REASON_OPTIONS },
	{ "no next header", PAIR6 "next 59", REASON_PROTOCOL },
	{ "GRE, too short to be found again", PAIR4 "protocol 47 | zeroes 7", REASON_PROTOCOL },
	{ "ICMP over IPv6", PAIR6 "next 1 | 0800f7ff00000000", REASON_PROTOCOL },
	{ "ICMPv6 over IPv4", PAIR4 "protocol 58 | 8000000000000000", REASON_PROTOCOL },
	{ "UDP length below its header", PAIR4 "| udp 1 > 2 length 7", REASON_TRUNCATED },
	{ "UDP length above the packet", PAIR4 "| udp 1 > 2 length 9", REASON_TRUNCATED },
	{ "wrong UDP checksum", PAIR4 "| udp 1 > 2 sum 1", REASON_CHECKSUM },
	{ "wrong UDP checksum over IPv6", PAIR6 "| udp 1 > 2 sum 1", REASON_CHECKSUM },
	{ "no UDP checksum over IPv6", PAIR6 "| udp 1 > 2 sum 0", REASON_CHECKSUM },
	{ "TCP header of four words", PAIR4 "| tcp 1 > 2 words 4", REASON_TRUNCATED },
	{ "TCP header longer than the packet", PAIR4 "| tcp 1 > 2 words 6", REASON_TRUNCATED },
	{ "wrong TCP checksum", PAIR4 "| tcp 1 > 2 sum 1", REASON_CHECKSUM },
	{ "SYN+ACK", PAIR4 "| tcp 1 > 2 flags SA", REASON_SHAPE },
	{ "RST", PAIR4 "| tcp 1 > 2 flags R", REASON_SHAPE },
	{ "FIN", PAIR4 "| tcp 1 > 2 flags FA", REASON_SHAPE },
	{ "no flag at all", PAIR4 "| tcp 1 > 2 flags none", REASON_SHAPE },
	{ "ECN alone", PAIR4 "| tcp 1 > 2 flags EC", REASON_SHAPE },
	{ "ACK with data", PAIR4 "| tcp 1 > 2 flags A | 40", REASON_SHAPE },
	{ "wrong ICMP checksum", PAIR4 "| echo sum 1", REASON_CHECKSUM },
	{ "wrong ICMPv6 checksum", PAIR6 "| echo sum 1", REASON_CHECKSUM },
	{ "echo request of another code", PAIR4 "| echo code 1", REASON_SHAPE },
	{ "echo reply", PAIR4 "| reply", REASON_SHAPE },
	{ "echo reply over IPv6", PAIR6 "| reply", REASON_SHAPE },
	{ "ICMP error", PAIR4 "| expired | " PAIR4 "| udp 1 > 2", REASON_SHAPE },
	{ "ICMP cut by the packet", PAIR4 "length 27 | echo", REASON_TRUNCATED },
	{ "UDP cut by the packet", PAIR4 "length 27 | udp 1 > 2", REASON_TRUNCATED },
	{ "TCP cut by the packet", PAIR4 "length 39 | tcp 1 > 2", REASON_TRUNCATED },
};
/* clang-format on */

static void check_row(const struct row *row)
{
	struct probe p;
	enum reason reason = probe_parse(packet_of(row->packet), &p);

	if (reason)
		fail_msg("%s: %s", row->name, reason_table[reason].counter);
	if (p.kind != row->kind || p.tag != row->tag || p.prober_port != row->prober_port ||
		p.target_port != row->target_port || p.packet.len != row->packet_len ||
		p.payload.len != row->payload_len)
		fail_msg("%s: kind %d tag %u ports %u %u lengths %zu %zu", row->name, p.kind, p.tag, p.prober_port,
			p.target_port, p.packet.len, p.payload.len);
	assert_int_equal(p.ttl, 5);
	assert_ptr_equal(p.l4.at + p.l4.len, p.packet.at + p.packet.len);
}

static void parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void refuses(void **state)
{
	struct probe p;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		enum reason reason = probe_parse(packet_of(refused[i].packet), &p);

		if (reason != refused[i].reason)
			fail_msg("%s: %s, not %s", refused[i].name, reason_table[reason].counter,
				reason_table[refused[i].reason].counter);
	}
}

static void addresses_are_read(void **state)
{
	struct addr four = addr_of("10.1.1.10"), six = addr_of("2001:db8:c::10");
	struct addr target4 = addr_of("203.0.113.80"), target6 = addr_of("2001:db8:80::80");
	struct probe p;

	(void)state;
	assert_int_equal(probe_parse(packet_of(PAIR4 "| udp 1 > 2"), &p), REASON_OK);
	assert_memory_equal(&p.prober, &four, sizeof(four));
	assert_memory_equal(&p.target, &target4, sizeof(four));
	assert_int_equal(p.protocol, PROTOCOL_UDP);
	assert_int_equal(probe_parse(packet_of(PAIR6 "| echo"), &p), REASON_OK);
	assert_memory_equal(&p.prober, &six, sizeof(six));
	assert_memory_equal(&p.target, &target6, sizeof(six));
	assert_int_equal(p.protocol, PROTOCOL_ICMP6);
}

static enum reason parse(struct span packet)
{
	struct probe p;

	return probe_parse(packet, &p);
}

/* Every good packet, cut at every byte. */
static void cut_anywhere_is_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_cut_anywhere(rows[i].name, packet_of(rows[i].packet), rows[i].packet_len, parse,
			REASON_TRUNCATED);
}

/* A flipped bit is another packet or a wrong checksum, never a crash; whatever is parsed stays inside. */
static void any_bit_may_flip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span whole = packet_of(rows[i].packet);

		for (size_t bit = 0; bit < whole.len * 8; bit++) {
			struct span flipped = packet_cut(whole, whole.len);
			struct probe p;

			((uint8_t *)flipped.at)[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (probe_parse(flipped, &p) == REASON_OK)
				assert_true(p.payload.at >= p.l4.at &&
					p.payload.at + p.payload.len <= flipped.at + flipped.len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(parses, packets_free),
		cmocka_unit_test_teardown(refuses, packets_free),
		cmocka_unit_test_teardown(addresses_are_read, packets_free),
		cmocka_unit_test_teardown(cut_anywhere_is_truncated, packets_free),
		cmocka_unit_test_teardown(any_bit_may_flip, packets_free),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
