/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams of uturn-peer(7): to the byte, cut anywhere, changed anywhere. */
#include "tests/packets.h"

#include <string.h>

#include "packet/peer_datagram.h"

static const uint8_t error[] = { 0x45, 1, 2, 3, 4 };

static struct peer_datagram datagram(const char *sender)
{
	return (struct peer_datagram){
		.kind = PEER_ERROR,
		.sender = addr_of(sender),
		.sender_port = 0x22aa,
		.captured_ns = 0x0102030405060708,
		.epoch = 0x1112131415161718,
		.count = 0x2122232425262728,
		.packet = span_of(error, sizeof(error)),
	};
}

/* With a code of sixteen times 0xee behind it. */
static struct span written(const struct peer_datagram *d)
{
	struct writer out = packet_room(PEER_HEADER + d->packet.len + PEER_MAC_SIZE);

	peer_datagram_put(d, &out);
	for (int i = 0; i < PEER_MAC_SIZE; i++)
		writer_u8(&out, 0xee);
	assert_false(out.overflow);
	assert_int_equal(out.len, out.size);
	return span_of(out.at, out.len);
}

static void is_as_the_manual_has_it(void **state)
{
	static const uint8_t four[] =
		"utrn\1\1\0\0"
		"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"
		"\x22\xaa\0\5\0\0\0\0"
		"\1\2\3\4\5\6\7\x8\x11\x12\x13\x14\x15\x16\x17\x18\x21\x22\x23\x24\x25\x26\x27\x28"
		"\x45\1\2\3\4"
		"\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee";
	const struct peer_datagram d4 = datagram("192.0.2.1"), d6 = datagram("2001:db8::1");
	struct span bytes = written(&d4);

	(void)state;
	assert_int_equal(bytes.len, sizeof(four) - 1);
	assert_memory_equal(bytes.at, four, bytes.len);
	bytes = written(&d6);
	assert_memory_equal(bytes.at + 8, d6.sender.bytes, 16);
}

static void reads_what_it_writes(void **state)
{
	static const char *const senders[] = { "192.0.2.1", "2001:db8::1" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct peer_datagram d = datagram(senders[i]);
		struct span bytes = written(&d);
		struct peer_datagram read;

		assert_int_equal(peer_datagram_parse(bytes, &read), REASON_OK);
		assert_true(addr_equal(&d.sender, &read.sender));
		assert_int_equal(read.kind, PEER_ERROR);
		assert_int_equal(read.sender_port, d.sender_port);
		assert_true(read.captured_ns == d.captured_ns && read.epoch == d.epoch && read.count == d.count);
		assert_int_equal(read.packet.len, sizeof(error));
		assert_memory_equal(read.packet.at, error, sizeof(error));
		assert_int_equal(peer_datagram_covered(bytes).len, PEER_HEADER + sizeof(error));
		assert_int_equal(peer_datagram_mac(bytes).len, PEER_MAC_SIZE);
		assert_int_equal(peer_datagram_mac(bytes).at[0], 0xee);
	}
}

static enum reason parse(struct span bytes)
{
	struct peer_datagram d;

	return peer_datagram_parse(bytes, &d);
}

static void is_refused_where_it_is_cut(void **state)
{
	const struct peer_datagram d = datagram("192.0.2.1");
	struct span bytes = written(&d);

	(void)state;
	assert_cut_anywhere("a datagram", bytes, bytes.len, parse, REASON_PEER_FORMAT);
}

static void is_refused_where_it_is_wrong(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum reason why;
	} rows[] = {
		{ 0, 'x', REASON_PEER_FORMAT },
		{ 3, 'x', REASON_PEER_FORMAT },
		{ 4, 0, REASON_PEER_VERSION },
		{ 4, 2, REASON_PEER_VERSION },
		{ 5, 0, REASON_PEER_FORMAT },
		{ 5, 4, REASON_PEER_FORMAT },
		{ 5, 3, REASON_PEER_FORMAT }, /* a greeting has no packet */
		{ 6, 0xff, REASON_OK },
		{ 27, 4, REASON_PEER_FORMAT },
		{ 27, 6, REASON_PEER_FORMAT },
		{ 27, 0, REASON_PEER_FORMAT },
		{ 26, 5, REASON_PEER_FORMAT },
		{ 28, 0xff, REASON_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct peer_datagram d = datagram("192.0.2.1");
		struct span bytes = written(&d);

		((uint8_t *)(uintptr_t)bytes.at)[rows[i].at] = rows[i].value;
		if (parse(bytes) != rows[i].why)
			fail_msg("byte %zu as %u", rows[i].at, rows[i].value);
	}
}

static void has_no_more_than_it_may(void **state)
{
	static uint8_t large[PEER_PACKET_MOST + 1];
	struct peer_datagram d = datagram("192.0.2.1");

	(void)state;
	d.packet = span_of(large, PEER_PACKET_MOST);
	assert_int_equal(parse(written(&d)), REASON_OK);
	d.packet = span_of(large, PEER_PACKET_MOST + 1);
	assert_int_equal(parse(written(&d)), REASON_PEER_FORMAT);
	d.kind = PEER_ALIVE;
	d.packet = span_of(large, 0);
	assert_int_equal(parse(written(&d)), REASON_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(is_as_the_manual_has_it, packets_free),
		cmocka_unit_test_teardown(reads_what_it_writes, packets_free),
		cmocka_unit_test_teardown(is_refused_where_it_is_cut, packets_free),
		cmocka_unit_test_teardown(is_refused_where_it_is_wrong, packets_free),
		cmocka_unit_test_teardown(has_no_more_than_it_may, packets_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
