/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "packet/build.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"
#include "packet/quote_compare.h"

/* Where a byte of the probe lies: behind the IP header, and from there. */
enum { L4 = 20, L6 = 40, SUM = 6 };
enum { SEQUENCE = 4, KEY = 16, MSS = 22 };

enum kind { UDP4, UDP6, SYN4, ECHO4, ECHO6 };

static struct span sent_of(enum kind kind)
{
	const bool is_four = kind != UDP6 && kind != ECHO6;
	const struct request_probe p = {
		.from = addr_of(is_four ? "10.1.1.10" : "2001:db8:c::10"),
		.to = addr_of(is_four ? "203.0.113.80" : "2001:db8:80::80"),
		.protocol = kind == UDP4 || kind == UDP6 ? PROTOCOL_UDP
			: kind == SYN4                   ? PROTOCOL_TCP
			: is_four                        ? PROTOCOL_ICMP
							 : PROTOCOL_ICMP6,
		.ttl = 1,
		.tos = 46 << 2 | 2,
		.port = 20417,
		.flow = 33434,
		.text = "(trace) ",
		.tag = 0x1234,
		.key = { 0x0102030405060708, 0x1112131415161718 },
	};
	struct writer out = packet_room(REQUEST_PROBE_MOST);

	build_request_probe(&p, &out);
	assert_false(out.overflow);
	return packet_cut(span_of(out.at, out.len), out.len);
}

/* One change to the quote: this 16-bit word becomes another, the checksum follows or does not. */
struct change {
	size_t at;
	uint16_t to;
	bool is_summed;
};

enum { QUOTED = 64 };

static const struct row {
	const char *name;
	enum kind kind;
	size_t quoted; /* bytes of the packet at most */
	struct change changes[3];
	bool is_proven;
	unsigned fields;
} rows[] = {
	{ "8 bytes", UDP4, 28, { { 0 } }, true, 0 },
	{ "whole", UDP4, QUOTED, { { 0 } }, true, 0 },
	{ "DSCP and ECN cleared", UDP4, 28, { { 0, 0x4500, false } }, true, QUOTE_DSCP | QUOTE_ECN },
	{ "ECN alone", UDP4, 28, { { 0, 0x45b8, false } }, true, QUOTE_ECN },
	{ "length", UDP4, 28, { { 2, 0x2000, false } }, true, QUOTE_LENGTH },
	{ "source address", UDP4, 28, { { 14, 0x0203, true } }, true, QUOTE_FROM },
	{ "source and port", UDP4, 28, { { 14, 0x0203, true }, { L4, 61000, true } }, true,
		QUOTE_FROM | QUOTE_FROM_PORT },
	{ "target and port", UDP4, 28, { { 18, 9, true }, { L4 + 2, 53, true } }, true, QUOTE_TO | QUOTE_TO_PORT },
	{ "an address without its sum", UDP4, 28, { { 14, 0x0203, false } }, false, 0 },
	{ "sum of a NAT, 8 bytes", UDP4, 28, { { L4 + SUM, 0x1111, false } }, false, 0 },
	{ "sum of a NAT, whole", UDP4, QUOTED, { { L4 + SUM, 0x1111, false } }, true, QUOTE_SUM },
	{ "another id", UDP4, QUOTED, { { 4, 0x1235, false } }, false, 0 },
	{ "no UDP checksum", UDP4, 28, { { L4 + SUM, 0, false } }, false, 0 },
	{ "8 bytes prove little", UDP6, 48, { { 0 } }, false, 0 },
	{ "whole", UDP6, QUOTED, { { 0 } }, true, 0 },
	{ "flow label", UDP6, QUOTED, { { 2, 0x4321, false } }, true, QUOTE_LABEL },
	{ "traffic class", UDP6, QUOTED, { { 0, 0x6000, false } }, true, QUOTE_DSCP | QUOTE_ECN },
	{ "source prefix", UDP6, QUOTED, { { 8, 0xfd00, true } }, true, QUOTE_FROM },
	{ "wrong key", UDP6, QUOTED, { { L6 + KEY, 0, false } }, false, 0 },
	{ "8 bytes", SYN4, 28, { { 0 } }, true, 0 },
	{ "port", SYN4, QUOTED, { { L4, 61000, true } }, true, QUOTE_FROM_PORT },
	{ "MSS", SYN4, QUOTED, { { L4 + MSS, 1380, true } }, true, QUOTE_MSS },
	{ "MSS not quoted", SYN4, L4 + MSS, { { 0 } }, true, 0 },
	{ "another sequence number", SYN4, 28, { { L4 + SEQUENCE, 1, false } }, false, 0 },
	{ "8 bytes", ECHO4, 28, { { 0 } }, true, 0 },
	{ "identifier", ECHO4, 28, { { L4 + SEQUENCE, 77, true } }, true, QUOTE_FROM_PORT },
	{ "identifier without its sum", ECHO4, 28, { { L4 + SEQUENCE, 77, false } }, false, 0 },
	{ "sequence number", ECHO4, 28, { { L4 + SEQUENCE + 2, 77, true } }, false, 0 },
	{ "checksum", ECHO4, 28, { { L4 + 2, 77, false } }, true, QUOTE_SUM },
	{ "source address", ECHO6, 48, { { 8, 0xfd00, true } }, true, QUOTE_FROM },
	{ "identifier", ECHO6, 48, { { L6 + SEQUENCE, 77, true } }, false, 0 },
};

static size_t sum_at(enum kind kind)
{
	return kind == UDP4 ? L4 + SUM : kind == UDP6 ? L6 + SUM : kind == ECHO4 ? L4 + 2 : kind == ECHO6 ? L6 + 2 : 0;
}

/* RFC 1624, equation 3, written again. */
static uint16_t follow(uint16_t sum, uint16_t was, uint16_t now)
{
	uint32_t all = (uint16_t)~sum + (uint32_t)(uint16_t)~was + now;

	while (all >> 16)
		all = (all >> 16) + (all & 0xffff);
	return (uint16_t)~all;
}

static struct span quote_of(const struct row *row, struct span sent)
{
	struct span whole = packet_cut(sent, sent.len);
	uint8_t *at = (uint8_t *)(uintptr_t)whole.at;

	for (size_t i = 0; i < 3; i++) {
		const struct change *c = &row->changes[i];
		size_t sum = sum_at(row->kind);

		if (!c->at && !c->to)
			continue;
		if (c->is_summed && sum)
			store_u16(at + sum, follow(load_u16(at + sum), load_u16(at + c->at), c->to));
		store_u16(at + c->at, c->to);
	}
	return packet_cut(whole, row->quoted < whole.len ? row->quoted : whole.len);
}

static struct quote read_quote(struct span packet)
{
	const size_t l4 = ip_version(packet) == 4 ? L4 : L6;
	struct ip_header h = { 0 };

	assert_true(ip_read(packet, &h));
	return (struct quote){ packet, h.from, h.to, packet.at + l4, h.tag, h.protocol, h.ttl, false };
}

static void changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span sent = sent_of(rows[i].kind);
		struct quote q = read_quote(quote_of(&rows[i], sent));
		struct quote_changes got;
		bool is_proven = quote_compare(sent, PAYLOAD_TEXT, &q, &got);

		if (is_proven != rows[i].is_proven || (is_proven && got.fields != rows[i].fields))
			fail_msg("%s (%d): proven %d, fields 0x%x", rows[i].name, rows[i].kind, is_proven, got.fields);
	}
}

static void values(void **state)
{
	static const struct row nat = { "", UDP4, QUOTED, { { 0, 0x4501, false }, { L4 + SUM, 0, false } }, true, 0 };
	static const struct row mss = { "", SYN4, QUOTED, { { L4 + MSS, 1380, true } }, true, 0 };
	struct span sent = sent_of(UDP4);
	struct quote q = read_quote(quote_of(&nat, sent));
	struct quote_changes got;

	(void)state;
	assert_true(quote_compare(sent, PAYLOAD_TEXT, &q, &got));
	assert_int_equal(got.dscp, 0);
	assert_int_equal(got.ecn, 1);
	assert_int_equal(got.sum_delta, 0xffff - 0x0708);
	assert_int_equal(got.from_port, 20417);
	sent = sent_of(SYN4);
	q = read_quote(quote_of(&mss, sent));
	assert_true(quote_compare(sent, PAYLOAD_TEXT, &q, &got));
	assert_int_equal(got.mss, 1380);
}

/* A quote of another family or protocol, and every wrong bit of what proves a probe. */
static void others(void **state)
{
	static const struct row whole = { "", UDP4, QUOTED, { { 0 } }, true, 0 };
	struct span sent = sent_of(UDP4);
	struct quote_changes got;

	(void)state;
	for (enum kind kind = UDP6; kind <= ECHO6; kind++) {
		struct quote q = read_quote(sent_of(kind));

		assert_false(quote_compare(sent, PAYLOAD_TEXT, &q, &got));
	}
	for (unsigned bit = 0; bit < 16; bit++) {
		struct row row = whole;
		struct quote q;

		row.quoted = 28;
		row.changes[0] = (struct change){ L4 + SUM, (uint16_t)(0x0708 ^ 1 << bit), false };
		q = read_quote(quote_of(&row, sent));
		assert_false(quote_compare(sent, PAYLOAD_TEXT, &q, &got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(changes, packets_free),
		cmocka_unit_test_teardown(values, packets_free),
		cmocka_unit_test_teardown(others, packets_free),
	};

	return cmocka_run_group_tests_name("quote_compare", tests, NULL, NULL);
}
