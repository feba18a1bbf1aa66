/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "packet/response_parse.h"

#define SAY4 "ip4 10.90.100.2 > 10.90.1.2 | "
#define SAY6 "ip6 fd90:100::2 > fd90:1::2 | "
#define REPLY "reply code 1 id 0x1234 | "
#define HOP4 "00000000 00000000000000000000ffff 0a5a3302 00011e2f 00000000 "
#define HOP6 "00000000 fd900051000000000000000000000002 000128e8 00000000 "
#define ADDED "2000 e7ab 0008 f701 010b003f"
#define LABEL "2000 cfc5 0008 f701 010b003f 0008 0101 05dc 1101"

/* clang-format off */
static const struct {
	const char *name, *packet, *request;
	enum response_result result;
	enum request_status status;
	const char *hop;
	bool has_kind;
	unsigned objects; /* bytes */
} rows[] = {
	{ "of the reference server", SAY4 REPLY HOP4, "", RESPONSE_READ, STATUS_DONE, "10.90.51.2", false, 0 },
	{ "of the reference server, IPv6", SAY6 REPLY HOP6, "", RESPONSE_READ, STATUS_DONE, "fd90:51::2", false, 0 },
	{ "with additions", SAY4 REPLY HOP4 ADDED, "", RESPONSE_READ, STATUS_DONE, "10.90.51.2", true, 0 },
	{ "with a wrong sum there", SAY4 REPLY HOP4 "2000 e7ac 0008 f701 010b003f", "", RESPONSE_READ, STATUS_DONE, "10.90.51.2", false, 0 },
	{ "padding behind it", SAY4 REPLY HOP4 "| zeroes 12", "", RESPONSE_READ, STATUS_DONE, "10.90.51.2", false, 0 },
	{ "TTL refused", SAY4 REPLY "01000000", "", RESPONSE_READ, STATUS_TTL, NULL, false, 0 },
	{ "protocol refused", SAY4 REPLY "02000000", "", RESPONSE_READ, STATUS_PROTOCOL, NULL, false, 0 },
	{ "flow refused", SAY4 REPLY "03000000", "", RESPONSE_READ, STATUS_FLOW, NULL, false, 0 },
	{ "extension refused", SAY4 REPLY "04000500", "", RESPONSE_READ, STATUS_EXTENSION, NULL, false, 0 },
	{ "no answer in time", SAY6 REPLY "05000000", "", RESPONSE_READ, STATUS_TIMEOUT, NULL, false, 0 },
	{ "busy", SAY6 REPLY "06000000", "", RESPONSE_READ, STATUS_BUSY, NULL, false, 0 },
	{ "a status that nobody knows", SAY6 REPLY "07000000", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "the kernel's echo", SAY4 REPLY "011180e8 | zeroes 36", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "the kernel's echo, known", SAY4 REPLY "051180e8 | zeroes 36", "echo code 1 id 0x1234 | 051180e8 | zeroes 36", RESPONSE_ECHO, 0, NULL, false, 0 },
	{ "of TTL 0", SAY4 REPLY "001180e8 | zeroes 36", "echo code 1 id 0x1234 | 001180e8 | zeroes 36", RESPONSE_ECHO, 0, NULL, false, 0 },
	{ "of 12 bytes", SAY4 REPLY "01000000", "echo code 1 id 0x1234 | 01000000", RESPONSE_ECHO, 0, NULL, false, 0 },
	{ "an answer, not of the request's bytes", SAY4 REPLY "01000000", "echo code 1 id 0x1234 | 001180e8 | zeroes 36", RESPONSE_READ, STATUS_TTL, NULL, false, 0 },
	{ "a hop that is none", SAY4 REPLY "00000000 00000000000000000000ffff e0000001 00011e2f 00000000", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a hop of the other family", SAY4 REPLY HOP6, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "an answer too short", SAY4 REPLY "00000000 00000000000000000000ffff 0a5a3302 00011e2f", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "an error too long", SAY4 REPLY "0100000000", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "an error too short", SAY4 REPLY "010000", "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a ping's reply", SAY4 "reply id 0x1234 | " HOP4, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a request", SAY4 "echo code 1 id 0x1234 | " HOP4, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a wrong checksum", SAY4 "reply code 1 sum 1 id 0x1234 | " HOP4, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a wrong checksum, IPv6", SAY6 "reply code 1 sum 1 id 0x1234 | " HOP6, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "a fragment", "ip4 10.90.100.2 > 10.90.1.2 mf | " REPLY HOP4, "", RESPONSE_NONE, 0, NULL, false, 0 },
	{ "UDP", SAY4 "udp 1 > 2 | " HOP4, "", RESPONSE_NONE, 0, NULL, false, 0 },
};
/* clang-format on */

/* The ICMP message alone, as the client sent it. */
static struct span request_of(const char *text)
{
	char whole[256];
	struct span packet;

	if (!*text)
		return span_of(NULL, 0);
	snprintf(whole, sizeof(whole), "ip4 10.90.1.2 > 10.90.100.2 | %s", text);
	packet = packet_of(whole);
	return packet_cut(span_tail(packet, 20), packet.len - 20);
}

static void responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span packet = packet_of(rows[i].packet);
		struct reverse_response r;
		enum response_result result = response_parse(packet, request_of(rows[i].request), &r);
		struct addr hop = { 0 };
		uint16_t id = 0;

		if (result != rows[i].result)
			fail_msg("%s: %d", rows[i].name, result);
		if (result == RESPONSE_NONE)
			continue;
		assert_true(response_identifier(packet, &id) && id == 0x1234 && r.id == 0x1234);
		if (rows[i].hop)
			hop = addr_of(rows[i].hop);
		if (result == RESPONSE_READ &&
			(r.status != rows[i].status || !addr_equal(&r.hop, &hop) || r.has_kind != rows[i].has_kind ||
				r.objects.len != rows[i].objects))
			fail_msg("%s: status %d", rows[i].name, r.status);
		for (size_t len = 0; len < packet.len; len++)
			assert_int_equal(response_parse(packet_cut(packet, len), span_of(NULL, 0), &r), RESPONSE_NONE);
	}
}

static void all_of_it(void **state)
{
	struct span packet = packet_of(SAY4 REPLY HOP4 LABEL);
	struct reverse_response r;

	(void)state;
	assert_int_equal(response_parse(packet, span_of(NULL, 0), &r), RESPONSE_READ);
	assert_int_equal(r.rtt_ns, 73263);
	assert_true(r.has_kind);
	assert_int_equal(r.kind, ANSWER_ERROR);
	assert_int_equal(r.icmp_type, 11);
	assert_int_equal(r.icmp_code, 0);
	assert_int_equal(r.ttl, 63);
	assert_int_equal(r.objects.len, 8);
}

/* What build_response() writes is read. */
static void both_ways(void **state)
{
	for (unsigned room = 12; room <= 64; room++) {
		struct response to = { addr_of("10.90.100.2"), addr_of("10.90.1.2"), 7, room };
		struct response_answer answer = { .hop = addr_of("10.90.51.2"),
			.rtt_ns = UINT64_MAX,
			.kind = ANSWER_SYNACK,
			.ttl = 60 };
		struct writer out = packet_room(128);
		struct reverse_response r;

		build_response(&to, &answer, &out);
		assert_int_equal(response_parse(span_of(out.at, out.len), span_of(NULL, 0), &r), RESPONSE_READ);
		assert_int_equal(r.rtt_ns, UINT32_MAX);
		assert_int_equal(r.has_kind, room >= RESPONSE_EXTENDED);
		if (r.has_kind)
			assert_true(r.kind == ANSWER_SYNACK && r.ttl == 60);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(responses, packets_free),
		cmocka_unit_test_teardown(all_of_it, packets_free),
		cmocka_unit_test_teardown(both_ways, packets_free),
	};

	return cmocka_run_group_tests_name("response_parse", tests, NULL, NULL);
}
