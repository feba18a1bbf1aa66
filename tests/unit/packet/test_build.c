/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>

#include "packet/build.h"
#include "tests/sound.h"

#define THERE4 "ip4 10.1.1.10 > 203.0.113.80 "
#define BACK4 "ip4 203.0.113.80 > 10.1.1.10 "
#define THERE6 "ip6 2001:db8:c::10 > 2001:db8:80::80 "
#define BACK6 "ip6 2001:db8:80::80 > 2001:db8:c::10 "

static bool is_sound_packet(struct span packet)
{
	return is_sound(packet.at, packet.len);
}

static struct probe probe_of(const char *text)
{
	struct probe p;

	if (probe_parse(packet_of(text), &p))
		fail_msg("%s: no probe", text);
	return p;
}

/* Bytes of hop-by-hop and destination options behind an IPv6 header. */
static size_t extensions_of(struct span packet)
{
	size_t at = HEADER_SIZE6;

	if (packet.at[0] >> 4 == 4)
		return 0;
	for (uint8_t next = packet.at[6]; next == 0 || next == 60; at += 8 + (size_t)packet.at[at + 1] * 8)
		next = packet.at[at];
	return at - HEADER_SIZE6;
}

/* Builds into room of every size up to the right one: less is overflow, and never a byte behind it. */
static void assert_built(void (*build)(const void *row, struct writer *out), const void *row, const char *wanted)
{
	size_t size = packet_of(wanted).len;
	struct writer out;

	for (size_t less = 0; less < size; less++) {
		out = packet_room(less);
		build(row, &out);
		if (!out.overflow)
			fail_msg("%zu bytes were enough for: %s", less, wanted);
	}
	out = packet_room(size);
	build(row, &out);
	assert_packet(&out, wanted);
}

struct returned {
	const char *probe;
	enum return_form form;
	uint8_t ttl;
	uint32_t label;
	const char *packet;
};

static void build_row_return(const void *row, struct writer *out)
{
	const struct returned *r = row;
	struct probe p = probe_of(r->probe);
	struct departure d = { .form = r->form, .ttl = r->ttl, .tag = r->label, .sequence = 0xfffefdfc };

	build_return(&p, &d, out);
}

/* Large ones: assert_built() tries every size, which for these is too much. */
static void large_returns(void **state)
{
	/* clang-format off */
	static const struct returned rows[] = {
		{ THERE4 "| udp 4000 > 53 | pattern 1252", RETURN_RST, 4, 0, BACK4 "ttl 4 | udp 53 > 4000 | pattern 1252 | neutral" },
		{ THERE4 "| udp 4000 > 53 | pattern 1253", RETURN_RST, 4, 0, BACK4 "ttl 4 | udp 53 > 4000 | pattern 1253 | neutral 1252" },
		{ THERE4 "df | udp 4000 > 53 | pattern 1253", RETURN_RST, 4, 0, BACK4 "ttl 4 df | udp 53 > 4000 | pattern 1253 | neutral" },
		{ THERE4 "| udp 4000 > 53 length 9 | pattern 1253", RETURN_RST, 4, 0, BACK4 "ttl 4 | udp 53 > 4000 length 9 | pattern 1253 | neutral 1252" },
		{ THERE4 "| udp 4000 > 53 sum 0 | pattern 1253", RETURN_RST, 4, 0, BACK4 "ttl 4 | udp 53 > 4000 sum 0 | pattern 1253 | neutral 1252" },
		{ THERE6 "| udp 4000 > 53 | pattern 1452", RETURN_RST, 4, 0, BACK6 "ttl 4 | udp 53 > 4000 | pattern 1452 | neutral" },
		{ THERE6 "| udp 4000 > 53 | pattern 1453", RETURN_RST, 4, 0, BACK6 "ttl 4 | udp 53 > 4000 | pattern 1453 | neutral 1232" },
		/* 1500 bytes with the headers that it loses came whole; one more did not, even where the rest would fit */
		{ THERE6 "| hop-by-hop | udp 4000 > 53 | pattern 1444", RETURN_RST, 4, 0, BACK6 "ttl 4 | udp 53 > 4000 | pattern 1444 | neutral" },
		{ THERE6 "| hop-by-hop | udp 4000 > 53 | pattern 1445", RETURN_RST, 4, 0, BACK6 "ttl 4 | udp 53 > 4000 | pattern 1445 | neutral 1232" },
		{ THERE4 "| echo id 5 seq 6 | pattern 3000", RETURN_RST, 4, 0, BACK4 "ttl 4 | reply id 5 seq 6 | pattern 1252" },
		{ THERE6 "| echo id 5 seq 6 | pattern 3001", RETURN_MIRROR, 4, 0, BACK6 "ttl 4 | echo id 5 seq 6 | pattern 1232" },
		{ THERE4 "| tcp 4000 > 53 seq 9 | pattern 3000", RETURN_SYNACK, 4, 0, BACK4 "ttl 4 | tcp 53 > 4000 seq 0xfffefdfc ack 3010 flags SA" },
		{ THERE4 "| tcp 4000 > 53 seq 9 | pattern 3000", RETURN_MIRROR, 4, 0, BACK4 "ttl 4 | tcp 4000 > 53 seq 9" },
		{ THERE4 "protocol 136 | 0fa0829400101234 | pattern 3000", RETURN_RST, 4, 0, BACK4 "ttl 4 protocol 136 | 82940fa000001234 | neutral 1252" },
		{ THERE6 "next 132 | pattern 3000", RETURN_RST, 4, 0, BACK6 "ttl 4 next 132 | pattern 3000 | neutral" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = packet_of(rows[i].packet).len;
		struct writer out = packet_room(size), less = packet_room(size - 1);

		build_row_return(&rows[i], &out);
		assert_packet(&out, rows[i].packet);
		build_row_return(&rows[i], &less);
		assert_true(less.overflow);
	}
}

static void returns(void **state)
{
	/* clang-format off */
	static const struct returned rows[] = {
		{ THERE4 "ttl 5 id 7 df tos 0xff | udp 4000 > 53 | 4041", RETURN_RST, 4, 7, BACK4 "ttl 4 id 7 df tos 0xff | udp 53 > 4000 | 4041 | neutral" },
		{ THERE4 "ttl 5 | udp 4000 > 53 sum 0 | 40", RETURN_RST, 1, 0, BACK4 "ttl 1 | udp 53 > 4000 sum 0 | 40 | neutral" },
		{ THERE4 "ttl 5 | udp 4000 > 53", RETURN_MIRROR, 4, 0, BACK4 "ttl 4 | udp 4000 > 53 | neutral" },
		{ THERE4 "ttl 5 | udp 4000 > 53 | padding 9", RETURN_RST, 4, 0, BACK4 "ttl 4 | udp 53 > 4000 | neutral" },
		{ THERE6 "flow 0xfffff class 0xff | udp 4000 > 53", RETURN_SYNACK, 254, 0xfffff, BACK6 "ttl 254 flow 0xfffff class 0xff | udp 53 > 4000 | neutral" },
		{ THERE6 "flow 1 | udp 4000 > 53", RETURN_MIRROR, 4, 1, BACK6 "ttl 4 flow 1 | udp 4000 > 53 | neutral" },
		{ THERE4 "| tcp 4000 > 80 seq 9 win 3 options 020405b4", RETURN_RST, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 0xfffefdfc ack 10 flags RA win 3 options 020405b4" },
		{ THERE4 "| tcp 4000 > 80 seq 9 ack 77 flags SEC", RETURN_SYNACK, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 0xfffefdfc ack 10 flags SA" },
		{ THERE4 "| tcp 4000 > 80 seq 9 | 010203", RETURN_RST, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 0xfffefdfc ack 13 flags RA" },
		{ THERE4 "| tcp 4000 > 80 seq 0xffffffff", RETURN_RST, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 0xfffefdfc ack 0 flags RA" },
		{ THERE4 "| tcp 4000 > 80 seq 9 ack 8 flags AE", RETURN_RST, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 8 flags R" },
		{ THERE4 "tos 0xbb | tcp 4000 > 80 seq 9 ack 8 flags A", RETURN_RST, 4, 0, BACK4 "ttl 4 tos 0xb8 | tcp 80 > 4000 seq 8 flags R" },
		{ THERE6 "class 0xbb | tcp 4000 > 80 seq 9 ack 8 flags A", RETURN_RST, 4, 0, BACK6 "ttl 4 class 0xb8 | tcp 80 > 4000 seq 8 flags R" },
		{ THERE4 "| tcp 4000 > 80 seq 9 ack 8 flags A", RETURN_SYNACK, 4, 0, BACK4 "ttl 4 | tcp 80 > 4000 seq 8 flags R" },
		{ THERE6 "| tcp 4000 > 80 seq 9", RETURN_RST, 4, 0, BACK6 "ttl 4 | tcp 80 > 4000 seq 0xfffefdfc ack 10 flags RA" },
		{ THERE6 "| tcp 4000 > 80 seq 9 flags SEC", RETURN_MIRROR, 4, 0, BACK6 "ttl 4 | tcp 4000 > 80 seq 9 flags SEC" },
		{ THERE4 "id 3 | echo id 5 seq 6 | 0001", RETURN_RST, 4, 3, BACK4 "ttl 4 id 3 | reply id 5 seq 6 | 0001" },
		{ THERE4 "| echo id 0 seq 0 | zeroes 8", RETURN_RST, 4, 0, BACK4 "ttl 4 | reply id 0 seq 0 sum 0xffff | zeroes 8" },
		{ THERE4 "| echo id 5 seq 6", RETURN_MIRROR, 4, 0, BACK4 "ttl 4 | echo id 5 seq 6" },
		{ THERE6 "| echo id 5 seq 6 | 00", RETURN_RST, 4, 0, BACK6 "ttl 4 | reply id 5 seq 6 | 00" },
		{ THERE6 "| echo id 5 seq 6", RETURN_MIRROR, 4, 0, BACK6 "ttl 4 | echo id 5 seq 6" },
		/* without extension headers */
		{ THERE6 "flow 7 | hop-by-hop | udp 4000 > 53 | 40", RETURN_RST, 4, 7, BACK6 "ttl 4 flow 7 | udp 53 > 4000 | 40 | neutral" },
		{ THERE6 "| destination | fragment id 1 | tcp 4000 > 53 seq 9", RETURN_RST, 4, 0, BACK6 "ttl 4 | tcp 53 > 4000 seq 0xfffefdfc ack 10 flags RA" },
		{ THERE6 "| fragment id 1 | echo id 5 seq 6", RETURN_MIRROR, 4, 0, BACK6 "ttl 4 | echo id 5 seq 6" },
		/* ports swapped, or nothing; UDP-Lite's checksum covers all */
		{ THERE4 "protocol 136 | 0fa0829400101234", RETURN_RST, 4, 0, BACK4 "ttl 4 protocol 136 | 82940fa000001234 | neutral" },
		{ THERE6 "| hop-by-hop next 33 | 0fa0829400101234", RETURN_RST, 4, 0, BACK6 "ttl 4 next 33 | 82940fa000101234 | neutral" },
		{ THERE4 "protocol 33 | 0fa0829400101234", RETURN_MIRROR, 4, 0, BACK4 "ttl 4 protocol 33 | 0fa0829400101234 | neutral" },
		{ THERE4 "protocol 132 | 0fa0829400101234", RETURN_RST, 4, 0, BACK4 "ttl 4 protocol 132 | 0fa0829400101234 | neutral" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_built(build_row_return, &rows[i], rows[i].packet);
}

/* Whatever an echo request's checksum is, that of its reply is right. */
static void every_echo_checksum(void **state)
{
	static uint8_t bytes[256];
	struct writer out;
	char text[100];

	(void)state;
	for (uint32_t id = 0; id <= 0xffff; id++) {
		struct writer made = writer_of(bytes, sizeof(bytes));
		struct probe p;
		uint8_t turned[64];

		if (id == 0) {
			snprintf(text, sizeof(text), THERE4 "| echo id 0 seq 0");
			writer_put(&made, packet_of(text));
		} else {
			made.len = 28;
			store_u16(bytes + 24, (uint16_t)id);
			store_u16(bytes + 22, 0);
			store_u16(bytes + 22, plain_sum(0, bytes + 20, 8));
		}
		assert_int_equal(probe_parse(span_of(bytes, 28), &p), REASON_OK);
		out = writer_of(turned, sizeof(turned));
		build_return(&p, &(struct departure){ .ttl = 4 }, &out);
		if (plain_sum(0, out.at + 20, 8) != 0)
			fail_msg("id 0x%04x: wrong checksum", id);
	}
}

struct answered {
	const char *probe, *from, *packet;
};

static void build_row_expired(const void *row, struct writer *out)
{
	const struct answered *r = row;
	struct probe p = probe_of(r->probe);
	struct addr from = addr_of(r->from);

	build_expired(&p, &from, out);
}

static void inflection_answers(void **state)
{
	/* clang-format off */
	static const struct answered rows[] = {
		{ THERE4 "ttl 1 | udp 4000 > 53 | 40", "203.0.113.80", BACK4 "tos 0xc0 | expired | " THERE4 "ttl 1 | udp 4000 > 53 | 40" },
		{ THERE4 "ttl 1 | udp 4000 > 53 | 40 | padding 17", "203.0.113.81", "ip4 203.0.113.81 > 10.1.1.10 tos 0xc0 | expired | " THERE4 "ttl 1 | udp 4000 > 53 | 40" },
		{ THERE4 "ttl 1 | udp 4000 > 53 | pattern 521", "203.0.113.80", BACK4 "tos 0xc0 | expired | " THERE4 "ttl 1 | udp 4000 > 53 | pattern 521 | cut 548" },
		{ THERE6 "ttl 1 | tcp 4000 > 53", "2001:db8:80::80", BACK6 "| expired | " THERE6 "ttl 1 | tcp 4000 > 53" },
		{ THERE6 "ttl 1 | udp 4000 > 53 | pattern 1185", "2001:db8:80::80", BACK6 "| expired | " THERE6 "ttl 1 | udp 4000 > 53 | pattern 1185 | cut 1232" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_built(build_row_expired, &rows[i], rows[i].packet);
		assert_true(is_sound_packet(packet_of(rows[i].packet)));
	}
}

static void build_row_check(const void *row, struct writer *out)
{
	struct span original = packet_of(((const struct answered *)row)->probe);

	build_check(original, extensions_of(original), 16, &(struct departure){ .ttl = 4, .tag = 7 }, out);
}

static void reach_checks(void **state)
{
	/* clang-format off */
	static const struct answered rows[] = {
		{ THERE4 "ttl 5 id 7 df tos 4 | udp 4000 > 53 | pattern 100", "", BACK4 "ttl 4 id 7 df tos 4 | udp 4000 > 53 | neutral 16" },
		{ THERE4 "ttl 5 | udp 4000 > 53 sum 0", "", BACK4 "ttl 4 id 7 | udp 4000 > 53" },
		{ THERE4 "ttl 5 | udp 4000 > 53 | 40", "", BACK4 "ttl 4 id 7 | udp 4000 > 53 | 28" },
		{ THERE4 "ttl 5 | udp 4000 > 53 | pattern 15", "", BACK4 "ttl 4 id 7 | udp 4000 > 53 | neutral 15" },
		{ THERE6 "ttl 5 flow 7 | udp 4000 > 53", "", BACK6 "ttl 4 flow 7 | udp 4000 > 53" },
		{ THERE6 "ttl 5 flow 7 | hop-by-hop | udp 4000 > 53 | 4041", "", BACK6 "ttl 4 flow 7 | udp 4000 > 53 | 2875" },
		{ THERE4 "ttl 5 | udp 4000 > 53 | pattern 100 | cut 28", "", BACK4 "ttl 4 id 7 | udp 4000 > 53 | neutral 16" },
		{ THERE6 "ttl 5 flow 7 class 4 | udp 4000 > 53 | pattern 80", "", BACK6 "ttl 4 flow 7 class 4 | udp 4000 > 53 | neutral 16" },
		{ THERE6 "ttl 5 flow 7 | hop-by-hop | destination | udp 4000 > 53 | pattern 80", "", BACK6 "ttl 4 flow 7 | udp 4000 > 53 | neutral 16" },
		/* ports that make the sum 0, which would say "none": RFC 768 */
		{ THERE4 "ttl 5 | udp 1584 > 0 | pattern 16", "", BACK4 "ttl 4 id 7 | udp 1584 > 0 sum 0xffff | neutral 16" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_built(build_row_check, &rows[i], rows[i].packet);
}

static void build_row_unreachable(const void *row, struct writer *out)
{
	const struct answered *r = row;
	struct probe p = probe_of(r->probe);
	struct addr from = addr_of(r->from);

	build_unreachable(span_head(p.packet, 128), &from, &p.prober, out);
}

/* Only the quoted TTL is another than the probe's. */
static void assumed_answers(void **state)
{
	/* clang-format off */
	static const struct answered rows[] = {
		{ THERE4 "ttl 9 id 7 df tos 4 | udp 4000 > 53 | 40", "203.0.113.80", BACK4 "tos 0xc0 | unreachable code 3 | " THERE4 "ttl 1 id 7 df tos 4 | udp 4000 > 53 | 40" },
		{ THERE4 "ttl 9 | udp 4000 > 53 | pattern 1400", "203.0.113.80", BACK4 "tos 0xc0 | unreachable code 3 | " THERE4 "ttl 1 | udp 4000 > 53 | pattern 1400 | cut 128" },
		{ THERE6 "ttl 9 flow 7 | udp 4000 > 53", "2001:db8:80::80", BACK6 "| unreachable code 4 | " THERE6 "ttl 1 flow 7 | udp 4000 > 53" },
		{ THERE6 "ttl 9 | hop-by-hop | udp 4000 > 53 | pattern 99", "2001:db8:80::80", BACK6 "| unreachable code 4 | " THERE6 "ttl 1 | hop-by-hop | udp 4000 > 53 | pattern 99 | cut 128" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_built(build_row_unreachable, &rows[i], rows[i].packet);
		assert_true(is_sound_packet(packet_of(rows[i].packet)));
	}
}

struct relayed {
	const char *error, *original;
	size_t original_size; /* 0: all of original */
	const char *from, *to;
	uint8_t type, code;
	bool names_router;
	const char *packet;
};

static void build_row_relayed(const void *row, struct writer *out)
{
	const struct relayed *r = row;
	struct span original = packet_of(r->original);
	struct icmp_error e;
	struct relay relay = { .error = &e,
		.from = addr_of(r->from),
		.to = addr_of(r->to),
		.type = r->type,
		.code = r->code,
		.original = original,
		.extensions = extensions_of(original),
		.names_router = r->names_router };

	relay.original_size = r->original_size ? r->original_size : original.len;
	assert_int_equal(icmp_error_parse(packet_of(r->error), &e), REASON_OK);
	relay.rest = e.rest;
	build_relayed(&relay, out);
}

#define IN4 "ip4 10.2.1.2 > 203.0.113.80 | "
#define OUT4 "ip4 10.2.1.2 > 10.1.1.10 tos 0xc0 | "
#define SELF4 BACK4 "tos 0xc0 | "
#define IN6 "ip6 2001:db8:2::2 > 2001:db8:80::80 | "
#define OUT6 "ip6 2001:db8:2::2 > 2001:db8:c::10 | "
#define SENT "udp 4000 > 53 | pattern 32 "
#define TURNED "udp 53 > 4000 | pattern 32 "

static void relays(void **state)
{
	/* clang-format off */
	static const struct relayed rows[] = {
		{ IN4 "expired | " BACK4 "ttl 1 | " TURNED, THERE4 "| " SENT, 0, "10.2.1.2", "10.1.1.10", 11, 0, false,
		  OUT4 "expired | " THERE4 "ttl 1 | " SENT },
		{ IN4 "expired | " BACK4 "ttl 0 | " TURNED "| cut 30", THERE4 "| " SENT, 0, "10.2.1.2", "10.1.1.10", 11, 0, false,
		  OUT4 "expired | " THERE4 "ttl 1 | " SENT "| cut 30" },
		/* the router quotes more than was sent, or more than the table kept */
		{ IN4 "expired | " BACK4 "ttl 9 | " TURNED "| pad 77", THERE4 "| " SENT, 0, "10.2.1.2", "10.1.1.10", 11, 0, false,
		  OUT4 "expired | " THERE4 "ttl 9 | " SENT },
		{ IN4 "expired | " BACK4 "ttl 1 | " TURNED, THERE4 "| " SENT "| cut 40", 60, "10.2.1.2", "10.1.1.10", 11, 0, false,
		  OUT4 "expired | " THERE4 "ttl 1 | " SENT },
		{ IN4 "unreachable code 4 mtu 1400 | " BACK4 "ttl 1 | " TURNED "| ext | mpls 16", THERE4 "| " SENT, 0, "10.2.1.2", "10.1.1.10", 3, 4, false,
		  OUT4 "unreachable code 4 mtu 1400 | " THERE4 "ttl 1 | " SENT "| ext | mpls 16" },
		{ IN4 "expired | " BACK4 "ttl 1 | " TURNED "| ext | mpls 16", THERE4 "| " SENT, 0, "203.0.113.80", "10.1.1.10", 11, 0, true,
		  SELF4 "expired | " THERE4 "ttl 1 | " SENT "| ext | mpls 16 | interface 10.2.1.2" },
		{ IN4 "expired | " BACK4 "ttl 1 | " TURNED "| cut 28", THERE4 "| " SENT, 0, "203.0.113.80", "10.1.1.10", 11, 0, true,
		  SELF4 "expired | " THERE4 "ttl 1 | " SENT "| cut 28 | ext | interface 10.2.1.2" },
		{ IN6 "expired | " BACK6 "ttl 1 | " TURNED, THERE6 "| " SENT, 0, "2001:db8:2::2", "2001:db8:c::10", 3, 0, false,
		  OUT6 "expired | " THERE6 "ttl 1 | " SENT },
		{ IN6 "too-big mtu 1300 | " BACK6 "ttl 1 | " TURNED, THERE6 "| " SENT, 0, "2001:db8:2::2", "2001:db8:c::10", 2, 0, true,
		  OUT6 "too-big mtu 1300 | " THERE6 "ttl 1 | " SENT },
		{ IN6 "expired | " BACK6 "ttl 1 | " TURNED "| ext | mpls 16", THERE6 "| " SENT, 0, "2001:db8:80::80", "2001:db8:c::10", 3, 0, true,
		  BACK6 "| expired | " THERE6 "ttl 1 | " SENT "| ext | mpls 16 | interface 2001:db8:2::2" },
		/* with the headers that the return probe went without: all of it, eight bytes, and more than the table kept */
		{ IN6 "expired | " BACK6 "ttl 1 | " TURNED, THERE6 "| hop-by-hop | " SENT, 0, "2001:db8:2::2", "2001:db8:c::10", 3, 0, false,
		  OUT6 "expired | " THERE6 "ttl 1 | hop-by-hop | " SENT },
		{ IN6 "expired | " BACK6 "ttl 1 | " TURNED "| cut 48", THERE6 "| hop-by-hop | " SENT, 0, "2001:db8:2::2", "2001:db8:c::10", 3, 0, false,
		  OUT6 "expired | " THERE6 "ttl 1 | hop-by-hop | " SENT "| cut 56" },
		{ IN6 "expired | " BACK6 "ttl 1 | udp 53 > 4000 | pattern 96", THERE6 "| hop-by-hop | udp 4000 > 53 | pattern 96 | cut 128", 152, "2001:db8:2::2", "2001:db8:c::10", 3, 0, false,
		  OUT6 "expired | " THERE6 "ttl 1 | hop-by-hop | udp 4000 > 53 | pattern 96" },
		{ IN6 "expired | " BACK6 "ttl 1 | " TURNED, THERE6 "| hop-by-hop | " SENT, 0, "2001:db8:80::80", "2001:db8:c::10", 3, 0, true,
		  BACK6 "| expired | " THERE6 "ttl 1 | hop-by-hop | " SENT "| ext | interface 2001:db8:2::2" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_built(build_row_relayed, &rows[i], rows[i].packet);
		assert_true(is_sound_packet(packet_of(rows[i].packet)));
		packets_free(NULL);
	}
}

/* However long quote and extension are, the message keeps within what a router may send. */
static void relays_of_every_length(void **state)
{
	char text[512];

	(void)state;
	for (size_t len = 128; len <= 1000; len += 8) {
		struct relayed row = { text, THERE4 "| udp 4000 > 53 | pattern 1400", 0, "203.0.113.80", "10.1.1.10",
			11, 0, true, NULL };
		struct writer out = packet_room(1500);
		struct icmp_error e;
		size_t quote = len < 516 ? len : 512; /* 548 less 24 for the extension, in 64-bit words: 520 */

		snprintf(text, sizeof(text),
			IN4 "expired | " BACK4 "ttl 1 | udp 53 > 4000 | pattern 1400 | cut %zu | ext | mpls 16", len);
		build_row_relayed(&row, &out);
		assert_false(out.overflow);
		assert_in_range(out.len, 28 + 128 + 24, 576);
		assert_true(is_sound_packet(span_of(out.at, out.len)));
		assert_int_equal(icmp_error_parse(span_of(out.at, out.len), &e), REASON_OK);
		assert_int_equal(e.objects.len, 20);
		assert_in_range(e.quote.packet.len, quote, quote + 8);
		packets_free(NULL);
	}
}

/* Probes along a TCP connection look like its own segments, and carry one byte. */
static void inband_probes(void **state)
{
	static const struct {
		const char *local, *peer;
		uint8_t ttl, tos;
		uint32_t seq, label;
		struct tcp_times times;
		const char *packet;
	} rows[] = {
		{ "203.0.113.80", "10.1.1.10", 5, 0, 1000, 0, { 0 },
			"ip4 203.0.113.80 > 10.1.1.10 ttl 5 df | tcp 80 > 4000 seq 1000 ack 77 flags A win 501 | 00" },
		{ "203.0.113.80", "10.1.1.10", 32, 0xbb, 0xffffffff, 9, { true, 0x01020304, 0x0a0b0c0d },
			"ip4 203.0.113.80 > 10.1.1.10 ttl 32 df tos 0xb8 | tcp 80 > 4000 seq 4294967295 ack 77 flags A "
			"win 501 options 0101080a010203040a0b0c0d | 00" },
		{ "2001:db8:80::80", "2001:db8:c::10", 1, 0xb9, 0, 0xabcde, { true, 0x01020304, 0x0a0b0c0d },
			"ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 class 0xb8 flow 0xabcde | tcp 80 > 4000 seq 0 ack 77 "
			"flags A win 501 options 0101080a010203040a0b0c0d | 00" },
		{ "2001:db8:80::80", "2001:db8:c::10", 1, 0, 0, 0xfff00001, { 0 },
			"ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 1 | tcp 80 > 4000 seq 0 ack 77 flags A "
			"win 501 | 00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span wanted = packet_of(rows[i].packet);
		struct writer out = packet_room(wanted.len), narrow = packet_room(wanted.len - 1);
		struct inband_probe p = {
			.local = addr_of(rows[i].local),
			.peer = addr_of(rows[i].peer),
			.local_port = 80,
			.peer_port = 4000,
			.seq = rows[i].seq,
			.ack = 77,
			.window = 501,
			.ttl = rows[i].ttl,
			.tos = rows[i].tos,
			.flow_label = rows[i].label,
			.times = rows[i].times,
		};

		build_inband(&p, &out);
		assert_packet(&out, rows[i].packet);
		assert_true(is_sound_packet(wanted));
		build_inband(&p, &narrow);
		assert_true(narrow.overflow);
	}
}

/* Everything is written behind what the writer already holds. */
static void behind_another_packet(void **state)
{
	struct writer out = packet_room(3 + 28 + 56);
	struct probe p = probe_of(THERE4 "ttl 1 | udp 4000 > 53");
	struct addr from = addr_of("203.0.113.80");

	(void)state;
	writer_zeroes(&out, 3);
	build_return(&p, &(struct departure){ .ttl = 1 }, &out);
	build_expired(&p, &from, &out);
	assert_false(out.overflow);
	assert_true(is_sound_packet(span_of(out.at + 3, 28)));
	assert_true(is_sound_packet(span_of(out.at + 31, 56)));
	out = packet_room(3 + 28);
	writer_zeroes(&out, 3);
	build_check(p.packet, 0, 16, &(struct departure){ .ttl = 1 }, &out);
	assert_false(out.overflow);
	assert_true(is_sound_packet(span_of(out.at + 3, 28)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(returns, packets_free),
		cmocka_unit_test_teardown(large_returns, packets_free),
		cmocka_unit_test_teardown(every_echo_checksum, packets_free),
		cmocka_unit_test_teardown(inflection_answers, packets_free),
		cmocka_unit_test_teardown(reach_checks, packets_free),
		cmocka_unit_test_teardown(assumed_answers, packets_free),
		cmocka_unit_test_teardown(relays, packets_free),
		cmocka_unit_test_teardown(relays_of_every_length, packets_free),
		cmocka_unit_test_teardown(inband_probes, packets_free),
		cmocka_unit_test_teardown(behind_another_packet, packets_free),
	};

	return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
