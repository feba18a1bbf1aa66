/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturn-request(7) says: requests as they are read, probes and responses as they are made. */
#include "tests/packets.h"

#include "packet/build.h"
#include "tests/sound.h"

#define ASK4 "ip4 10.90.1.2 > 10.90.100.2 protocol 1 | "
#define ASK6 "ip6 fd90:1::2 > fd90:100::2 next 58 | "
#define SAY4 "ip4 10.90.100.2 > 10.90.1.2 protocol 1 | "
#define SAY6 "ip6 fd90:100::2 > fd90:1::2 next 58 | "

static struct reverse_request request_of(const char *text)
{
	struct reverse_request r;
	struct probe p;
	enum reason why = probe_parse(packet_of(text), &p);

	if (why || p.kind != PROBE_REQUEST)
		fail_msg("%s: no request, but %s", text, reason_table[why].counter);
	reverse_request_parse(&p, &r);
	return r;
}

static void requests(void **state)
{
	/* clang-format off */
	static const struct {
		const char *packet;
		uint8_t ttl, protocol;
		uint16_t flow;
		enum request_status wrong;
	} rows[] = {
		/* as HSAnet's client sends them */
		{ ASK4 "0801 62d1 1234 0000 0211 80e8", 2, 17, 33000, STATUS_DONE },
		{ ASK4 "0801 62dc 1234 0000 0206 80e8", 2, 6, 33000, STATUS_DONE },
		{ ASK4 "0801 62e1 1234 0000 0201 80e8", 2, 1, 33000, STATUS_DONE },
		{ ASK4 "0801 64cf 1236 0000 0011 80e8", 0, 17, 33000, STATUS_TTL },
		{ ASK4 "0801 61b0 1237 0000 032f 80e8", 3, 47, 33000, STATUS_PROTOCOL },
		{ ASK6 "8001 ee63 1234 0000 0211 80e8", 2, 17, 33000, STATUS_DONE },
		/* what is not said has a default; both wrong: the TTL stands first */
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 01110000", 1, 17, 53, STATUS_DONE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 01060000", 1, 6, 80, STATUS_DONE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 01000000", 1, 1, 0xbeaf, STATUS_DONE },
		{ "ip6 fd90:1::2 > fd90:100::2 | echo code 1 | 01000001", 1, 58, 1, STATUS_DONE },
		{ "ip6 fd90:1::2 > fd90:100::2 | echo code 1 | ff3affff", 255, 58, 0xffff, STATUS_DONE },
		{ "ip6 fd90:1::2 > fd90:100::2 | echo code 1 | 01010000", 1, 1, 0xbeaf, STATUS_PROTOCOL },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 013a0000", 1, 58, 0xbeaf, STATUS_PROTOCOL },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 002f0001", 0, 47, 1, STATUS_TTL },
		/* padding, and what else may stand there */
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 02110035 | zeroes 24", 2, 17, 53, STATUS_DONE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 02110035 | pattern 100", 2, 17, 53, STATUS_DONE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 02110035 | 200000", 2, 17, 53, STATUS_DONE },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reverse_request r = request_of(rows[i].packet);

		if (r.ttl != rows[i].ttl || r.protocol != rows[i].protocol || r.flow != rows[i].flow ||
			r.wrong != rows[i].wrong || r.is_indirect)
			fail_msg("%s: ttl %u, protocol %u, flow %u, wrong %u", rows[i].packet, r.ttl, r.protocol,
				r.flow, r.wrong);
		assert_true(r.to.family && r.to.bytes[0] == (r.to.family == 4 ? 10 : 0xfd));
	}
}

static void no_requests(void **state)
{
	static const struct {
		const char *packet;
		enum reason reason;
	} rows[] = {
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 010100", REASON_SHAPE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | echo code 2 | 01010000", REASON_SHAPE },
		{ "ip4 10.90.1.2 > 10.90.100.2 | reply code 1 | 01010000", REASON_SHAPE },
		{ "ip6 fd90:1::2 > fd90:100::2 | reply code 1 | 01010000", REASON_SHAPE },
		{ "ip6 fd90:1::2 > fd90:100::2 | echo code 1 | 01", REASON_SHAPE },
		{ ASK4 "0801 62d2 1234 0000 0211 80e8", REASON_CHECKSUM },
		{ ASK6 "8001 0000 1234 0000 0211 80e8", REASON_CHECKSUM },
		{ "ip4 10.90.1.2 > 10.90.100.2 mf protocol 1 | 0801 62d1 1234 0000 0211 80e8", REASON_FRAGMENT },
	};
	struct probe p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum reason why = probe_parse(packet_of(rows[i].packet), &p);

		if (why != rows[i].reason)
			fail_msg("%s: %s", rows[i].packet, reason_table[why].counter);
	}
}

static void extensions(void **state)
{
#define FOUR "00000000000000000000ffff 0a5b0001"
#define SIX "fd910000 00000000 00000000 00000001"
#define ASK "ip4 10.90.1.2 > 10.90.100.2 | echo code 1 | 0311 80e8 | "
	/* clang-format off */
	static const struct {
		const char *packet, *to; /* to NULL: refused */
		uint8_t class, c_type;
	} rows[] = {
		/* as version 0.03 sends it, and the same padded */
		{ ASK4 "0801 61cf 1236 0000 0311 80e8 2000 d093 0010 0500 " FOUR, "10.91.0.1", 0, 0 },
		{ ASK "2000 d093 0010 0500 " FOUR " | zeroes 12", "10.91.0.1", 0, 0 },
		{ ASK "2000 dfff | zeroes 8", "10.90.1.2", 0, 0 },
		{ ASK "2000 dfff", "10.90.1.2", 0, 0 },
		{ "ip6 fd90:1::2 > fd90:100::2 | echo code 1 | 03110000 | 2000 dd5c 0010 0500 " SIX, "fd91::1", 0, 0 },
		/* wrong checksum, none */
		{ ASK "2000 d094 0010 0500 " FOUR, NULL, 0, 0 },
		{ ASK "2000 0000 0010 0500 " FOUR, NULL, 0, 0 },
		/* another class or C-type, another length, one that is not all there, one behind it */
		{ ASK "2000 cf93 0010 0600 " FOUR, NULL, 6, 0 },
		{ ASK "2000 d092 0010 0501 " FOUR, NULL, 5, 1 },
		{ ASK "2000 d08f 0014 0500 " FOUR, NULL, 5, 0 },
		{ ASK "2000 daef 0010 0500 00000000 00000000 0000ffff", NULL, 5, 0 },
		{ ASK "2000 cb82 0010 0500 " FOUR " 0010 0501 " , NULL, 5, 1 },
		{ ASK "2000 d07d 0010 0500 " FOUR " 0016 ", NULL, 0, 0 },
		/* an address of the other family, or that is no host's */
		{ ASK "2000 dd5c 0010 0500 " SIX, NULL, 5, 0 },
		{ ASK "2000 faed 0010 0500 00000000000000000000ffff e0000001", NULL, 5, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reverse_request r = request_of(rows[i].packet);
		struct addr to = addr_of(rows[i].to ? rows[i].to : "::1");

		if (rows[i].to ? r.wrong || !addr_equal(&r.to, &to)
			       : r.wrong != STATUS_EXTENSION || r.wrong_class != rows[i].class ||
					r.wrong_c_type != rows[i].c_type)
			fail_msg("%s: wrong %u, object %u/%u", rows[i].packet, r.wrong, r.wrong_class, r.wrong_c_type);
		if (rows[i].to)
			assert_int_equal(r.is_indirect, to.bytes[1] == 0x5b || to.bytes[1] == 0x91);
	}
}

#define MPLS "0008 0101 05dc1101 "
#define NAME "000c 0204 00010000 0a5a3302 "
static const struct {
	const char *hop;
	uint64_t rtt_ns;
	size_t room;
	const char *objects, *packet;
} said[] = {
	/* as HSAnet's server answers */
	{ "10.90.51.2", 73263, 12, "",
		SAY4 "0001 923e 1234 0000 0000 0000 0000000000000000 0000 ffff 0a5a3302 00011e2f 00000000" },
	{ "fd90:51::2", 0x128e8, 12, "",
		SAY6 "8101 4978 1234 0000 0000 0000 fd900051000000000000000000000002 000128e8 00000000" },
	{ "10.90.51.2", 0xfffffffe, 47, MPLS,
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 fffffffe 00000000" },
	{ "10.90.51.2", 0x100000000, 36, "",
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 ffffffff 00000000" },
	/* ours, behind it, as much as there is room for */
	{ "10.90.51.2", 1, 48, MPLS,
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 00000001 00000000 2000 e7ab 0008 f701 010b003f" },
	{ "10.90.51.2", 1, 56, MPLS NAME,
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 00000001 00000000 2000 cfc5 0008 f701 010b003f "
		"| " MPLS },
	{ "fd90:51::2", 1, 67, MPLS NAME,
		"ip6 fd90:100::2 > fd90:1::2 | reply code 1 id 0x1234 | "
		"00000000 fd900051000000000000000000000002 00000001 00000000 2000 cfc5 0008 f701 010b003f "
		"| " MPLS },
	{ "10.90.51.2", 1, 68, MPLS NAME,
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 00000001 00000000 2000 9058 0008 f701 010b003f "
		"| " MPLS NAME },
	{ "10.90.51.2", 1, 1000, "0002 0101 0000 0000",
		"ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 0x1234 | "
		"00000000 00000000000000000000ffff 0a5a3302 00000001 00000000 2000 e7ab 0008 f701 010b003f" },
};

static void responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		size_t size = packet_of(said[i].packet).len;
		struct addr hop = addr_of(said[i].hop);
		struct response r = {
			.from = addr_of(hop.family == 4 ? "10.90.100.2" : "fd90:100::2"),
			.to = addr_of(hop.family == 4 ? "10.90.1.2" : "fd90:1::2"),
			.id = 0x1234,
			.room = said[i].room,
		};
		struct response_answer a = {
			.hop = hop,
			.rtt_ns = said[i].rtt_ns,
			.kind = ANSWER_ERROR,
			.icmp_type = 11,
			.ttl = 63,
			.objects = packet_of(*said[i].objects ? said[i].objects : "zeroes 0"),
		};

		for (size_t less = 0; less <= size; less++) {
			struct writer out = packet_room(less);

			build_response(&r, &a, &out);
			assert_int_equal(out.overflow, less < size);
			if (less == size)
				assert_packet(&out, said[i].packet);
		}
		assert_true(said[i].room < RESPONSE_SIZE || size - ip_header_size(hop.family) <= said[i].room);
	}
}

static void statuses(void **state)
{
	static const struct {
		uint16_t id;
		enum request_status status;
		const char *packet;
	} rows[] = {
		{ 0x1236, STATUS_TTL, SAY4 "0001 ecc8 1236 0000 0100 0000" },
		{ 0x1237, STATUS_PROTOCOL, SAY4 "0001 ebc7 1237 0000 0200 0000" },
		{ 7, STATUS_EXTENSION, "ip4 10.90.100.2 > 10.90.1.2 | reply code 1 id 7 | 04000500" },
		{ 7, STATUS_BUSY, "ip6 fd90:100::2 > fd90:1::2 | reply code 1 id 7 | 06000000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_four = rows[i].packet[2] == '4';
		struct response r = {
			.from = addr_of(is_four ? "10.90.100.2" : "fd90:100::2"),
			.to = addr_of(is_four ? "10.90.1.2" : "fd90:1::2"),
			.id = rows[i].id,
			.room = 1000,
		};
		size_t size = packet_of(rows[i].packet).len;
		struct writer out = packet_room(size), less = packet_room(size - 1);
		uint8_t class = rows[i].status == STATUS_EXTENSION ? CLASS_TARGET : 0;

		build_status(&r, rows[i].status, class, 0, &out);
		assert_packet(&out, rows[i].packet);
		build_status(&r, rows[i].status, class, 0, &less);
		assert_true(less.overflow);
	}
}

static struct request_probe probe_from(bool is_four, uint8_t protocol, uint16_t flow)
{
	return (struct request_probe){
		.from = addr_of(is_four ? "10.90.100.2" : "fd90:100::2"),
		.to = addr_of(is_four ? "10.90.1.2" : "fd90:1::2"),
		.protocol = protocol,
		.ttl = 2,
		.port = REQUEST_PORT,
		.flow = flow,
		.tag = 0x1234,
		.key = { 0x0102030405061234, 0x37a6253d11223344 },
	};
}

static void probes(void **state)
{
#define PROBE4 "ip4 10.90.100.2 > 10.90.1.2 ttl 2 id 0x1234 | "
#define PROBE6 "ip6 fd90:100::2 > fd90:1::2 ttl 2 flow 0x1234 | "
	static const struct {
		bool is_four;
		uint8_t protocol;
		const char *packet;
	} rows[] = {
		{ true, PROTOCOL_UDP, PROBE4 "udp 1021 > 33000 sum 0x1234 | text (uturn) | 2037a6253d1122486e" },
		{ false, PROTOCOL_UDP, PROBE6 "udp 1021 > 33000 sum 0x1234 | text (uturn) | 2037a6253d1122c5ff" },
		{ true, PROTOCOL_TCP, PROBE4 "tcp 1021 > 33000 seq 0x05061234 win 64240 options 020405b4" },
		{ false, PROTOCOL_TCP, PROBE6 "tcp 1021 > 33000 seq 0x05061234 win 64240 options 020405b4" },
		{ true, PROTOCOL_ICMP, PROBE4 "echo id 0x0506 seq 0x1234 sum 0x80e8 | 37a6253d1122f1d7" },
		{ false, PROTOCOL_ICMP6, PROBE6 "echo id 0x0506 seq 0x1234 sum 0x80e8 | 37a6253d11227d66" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request_probe p = probe_from(rows[i].is_four, rows[i].protocol, 33000);
		size_t size = packet_of(rows[i].packet).len;

		for (size_t less = 0; less <= size; less++) {
			struct writer out = packet_room(less);

			build_request_probe(&p, &out);
			assert_int_equal(out.overflow, less < size);
			if (less == size) {
				assert_packet(&out, rows[i].packet);
				assert_true(is_sound(out.at, out.len));
			}
		}
	}
}

/* Each flow there is, each checksum that a UDP probe may be told by. */
static void probes_of_every_flow(void **state)
{
	struct writer out = packet_room(64);

	(void)state;
	for (unsigned flow = 1; flow <= 0xffff; flow++) {
		for (unsigned is_four = 0; is_four < 2; is_four++) {
			struct request_probe echo =
				probe_from(is_four, is_four ? PROTOCOL_ICMP : PROTOCOL_ICMP6, (uint16_t)flow);
			struct request_probe udp = probe_from(is_four, PROTOCOL_UDP, 53);
			const uint8_t *l4 = out.at + (is_four ? 20 : 40);

			out = writer_of(out.at, out.size);
			build_request_probe(&echo, &out);
			assert_true(load_u16(l4 + 2) == flow && is_sound(out.at, out.len));
			out = writer_of(out.at, out.size);
			udp.key[0] = flow - 1;
			build_request_probe(&udp, &out);
			assert_true(load_u16(l4 + 6) == (flow == 1 ? 0xffff : flow - 1) && is_sound(out.at, out.len));
		}
		packets_free(NULL);
		out = packet_room(64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(requests, packets_free),
		cmocka_unit_test_teardown(no_requests, packets_free),
		cmocka_unit_test_teardown(extensions, packets_free),
		cmocka_unit_test_teardown(responses, packets_free),
		cmocka_unit_test_teardown(statuses, packets_free),
		cmocka_unit_test_teardown(probes, packets_free),
		cmocka_unit_test_teardown(probes_of_every_flow, packets_free),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
