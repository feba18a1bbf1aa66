/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a datagram asks of a server, byte for byte, and which answers are of it. */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "packet/build.h"
#include "packet/ip.h"
#include "packet/request_payload.h"
#include "tests/sound.h"

#define KEY UINT64_C(0x0102030405060000)

/* clang-format off */
static const struct {
	const char *name;
	enum payload_kind kind;
	size_t size;
	size_t len, free_at;
	const char *bytes; /* the first of them */
} rows[] = {
	{ "text", PAYLOAD_TEXT, 0, 16, 14, "28747261636529 20 010203040506 0000" },
	{ "text, filled", PAYLOAD_TEXT, 100, 100, 14, "28747261636529 20 010203040506 0000 0000" },
	{ "DNS", PAYLOAD_DNS, 0, 50, 0, "0000 0100 0001 0000 0000 0000 0c 303130323033303430353036 "
		"0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001" },
	{ "DNS, zeroes behind", PAYLOAD_DNS, 64, 64, 0, "0000 0100 0001 0000 0000 0000 0c" },
	{ "QUIC", PAYLOAD_QUIC, 0, 28, 12, "c0 1a2a3a4a 08 010203040506 0000 08 757475726e2d7472 00 80000000" },
	{ "QUIC, as an Initial", PAYLOAD_QUIC, 1200, 1200, 12, "c0 1a2a3a4a 08 010203040506 0000 08 757475726e2d7472 00 80000494 00" },
};
/* clang-format on */

static size_t bytes_of(const char *hex, uint8_t *at)
{
	size_t len = 0;
	unsigned byte;
	int used;

	for (; sscanf(hex, " %2x%n", &byte, &used) == 1; hex += used)
		at[len++] = (uint8_t)byte;
	return len;
}

static struct writer put(enum payload_kind kind, size_t size, size_t len, size_t *free_at)
{
	const struct request_payload p = { kind, "(trace) ", KEY, size };
	struct writer out = packet_room(len);

	*free_at = request_payload_put(&p, &out);
	return out;
}

static void payloads(void **state)
{
	uint8_t wanted[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t free_at, head = bytes_of(rows[i].bytes, wanted);
		struct writer out = put(rows[i].kind, rows[i].size, rows[i].len, &free_at);
		uint16_t first = 0;

		if (out.overflow || out.len != rows[i].len || free_at != rows[i].free_at ||
			memcmp(out.at, wanted, head) != 0)
			fail_msg("%s: %zu bytes, free at %zu", rows[i].name, out.len, free_at);
		assert_true(request_payload_first(rows[i].kind, span_of(out.at, out.len), &first));
		assert_int_equal(first, 0x0102);
		/* one byte too few is no overflow of the room, and no payload */
		out = put(rows[i].kind, rows[i].size, rows[i].len - 1, &free_at);
		assert_true(out.overflow);
	}
}

static void keys(void **state)
{
	static const size_t sizes[] = { 6, 12, 6 }, begins[] = { 8, 13, 6 };

	(void)state;
	for (enum payload_kind kind = PAYLOAD_TEXT; kind <= PAYLOAD_QUIC; kind++) {
		size_t free_at;
		struct writer out = put(kind, 0, 64, &free_at);
		uint16_t first;

		for (size_t len = 0; len <= out.len; len++) {
			struct span cut = packet_cut(span_of(out.at, out.len), len);
			struct span key = request_payload_key(kind, cut);
			size_t there = len < begins[kind] ? 0 : len - begins[kind];

			assert_int_equal(key.len, there < sizes[kind] ? there : sizes[kind]);
			assert_int_equal(request_payload_first(kind, cut, &first),
				key.len >= (kind == PAYLOAD_DNS ? 4 : 2));
		}
	}
}

/* clang-format off */
static const struct {
	const char *name;
	enum payload_kind kind;
	const char *reply;
	bool is_of;
} replies[] = {
	{ "NXDOMAIN", PAYLOAD_DNS, "0000 8183 0001 0000 0000 0000 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001", true },
	{ "REFUSED, with more behind", PAYLOAD_DNS, "0000 8005 0001 0000 0000 0001 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001 00 0029", true },
	{ "the query itself", PAYLOAD_DNS, "0000 0100 0001 0000 0000 0000 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001", false },
	{ "another id", PAYLOAD_DNS, "0001 8183 0001 0000 0000 0000 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001", false },
	{ "another name", PAYLOAD_DNS, "0000 8183 0001 0000 0000 0000 0c 303130323033303430353037 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001", false },
	{ "another type", PAYLOAD_DNS, "0000 8183 0001 0000 0000 0000 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 001c 0001", false },
	{ "a notification", PAYLOAD_DNS, "0000 a183 0001 0000 0000 0000 0c 303130323033303430353036 0b 757475726e2d7472616365 07 696e76616c6964 00 0001 0001", false },
	{ "a header alone", PAYLOAD_DNS, "0000 8185 0000 0000 0000 0000", false },
	{ "Version Negotiation", PAYLOAD_QUIC, "80 00000000 08 757475726e2d7472 08 0102030405060000 00000001", true },
	{ "of unused bits and two versions", PAYLOAD_QUIC, "cf 00000000 08 757475726e2d7472 08 0102030405060000 00000001 6b3343cf", true },
	{ "a short header", PAYLOAD_QUIC, "40 00000000 08 757475726e2d7472 08 0102030405060000 00000001", false },
	{ "version 1", PAYLOAD_QUIC, "c0 00000001 08 757475726e2d7472 08 0102030405060000 00000001", false },
	{ "no version", PAYLOAD_QUIC, "80 00000000 08 757475726e2d7472 08 0102030405060000", false },
	{ "another source", PAYLOAD_QUIC, "80 00000000 08 757475726e2d7472 08 0102030405070000 00000001", false },
	{ "another destination", PAYLOAD_QUIC, "80 00000000 08 757475726e2d7473 08 0102030405060000 00000001", false },
	{ "ids not swapped", PAYLOAD_QUIC, "80 00000000 08 0102030405060000 08 757475726e2d7472 00000001", false },
	{ "no id", PAYLOAD_QUIC, "80 00000000 00 08 0102030405060000 757475726e2d7472 08 00000001", false },
	{ "a text has no answer", PAYLOAD_TEXT, "28747261636529 20 010203040506 0000", false },
};
/* clang-format on */

static void answers(void **state)
{
	uint8_t bytes[128];

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		size_t free_at, len = bytes_of(replies[i].reply, bytes);
		struct writer out = put(replies[i].kind, 0, 64, &free_at);
		struct span sent = span_of(out.at, out.len), reply = packet_cut(span_of(bytes, len), len);
		uint16_t first = 0;

		if (payload_reply_is_of(replies[i].kind, sent, reply) != replies[i].is_of)
			fail_msg("%s", replies[i].name);
		for (size_t cut = 0; cut < len && cut < 27; cut++) {
			payload_reply_first(replies[i].kind, packet_cut(reply, cut), &first);
			assert_false(payload_reply_is_of(replies[i].kind, sent, packet_cut(reply, cut)));
		}
		if (replies[i].is_of)
			assert_true(payload_reply_first(replies[i].kind, reply, &first) && first == 0x0102);
	}
}

/* The whole packet: both lengths, a checksum that was chosen and is right, and no fragment where a size is given. */
static void packets(void **state)
{
	static const uint16_t sizes[] = { 0, 100, 113, 1228, 1500, 9000, 65535 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (enum payload_kind kind = PAYLOAD_TEXT; kind <= PAYLOAD_QUIC; kind++) {
			for (unsigned six = 0; six < 2; six++) {
				const struct request_probe p = {
					.from = addr_of(six ? "2001:db8:c::10" : "10.1.1.10"),
					.to = addr_of(six ? "2001:db8:80::80" : "203.0.113.80"),
					.protocol = PROTOCOL_UDP,
					.ttl = 3,
					.port = 20417,
					.flow = 53,
					.text = "(trace) ",
					.tag = 0x1234,
					.key = { 0x0708, KEY },
					.payload = kind,
					.size = sizes[i],
				};
				struct writer out = packet_room(65535);
				struct ip_header h = { 0 };

				build_request_probe(&p, &out);
				assert_false(out.overflow);
				assert_true(is_sound(out.at, out.len));
				assert_true(ip_read(span_of(out.at, out.len), &h) && h.total_size == out.len);
				assert_true(!sizes[i] || out.len == sizes[i]);
				assert_int_equal(h.fragment, sizes[i] && !six ? IP_DONT_FRAGMENT : 0);
				assert_int_equal(load_u16(out.at + h.size + 4), out.len - h.size);
				assert_int_equal(load_u16(out.at + h.size + 6), 0x0708);
			}
		}
		packets_free(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(payloads, packets_free),
		cmocka_unit_test_teardown(keys, packets_free),
		cmocka_unit_test_teardown(answers, packets_free),
		cmocka_unit_test_teardown(packets, packets_free),
	};

	return cmocka_run_group_tests_name("request payload", tests, NULL, NULL);
}
