/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is an answer to a probe of the run, and what it means to the search of its direction. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/ip.h"
#include "packet/neutral.h"
#include "tools/uturn-trace/answers.h"
#include "tools/uturn-trace/request.h"
#include "tools/uturn-trace/reverse.h"
#include "tools/uturn-trace/search/search.h"

static const struct identity identity = { { 1, 2 } };
static struct aim aim;
static struct sent *sent;
static struct answer_world world;

static void open_world(const char *target, const char *source, uint8_t protocol)
{
	aim = (struct aim){ .target = addr_of(target), .source = addr_of(source), .protocol = protocol, .port = 33434 };
	flows_init(&aim.flows, &aim.target, protocol);
	sent = calloc(1, sizeof(*sent));
	assert_non_null(sent);
	world = (struct answer_world){ &identity, &aim, sent };
}

static int close_world(void **state)
{
	free(sent);
	return packets_free(state);
}

static struct sent_probe *add(enum direction d, uint8_t hop, uint8_t ttl)
{
	struct sent_probe *p = &sent->probes[sent->count++];

	*p = (struct sent_probe){ .flow = 1, .hop = hop, .ttl = ttl, .direction = (uint8_t)d };
	return p;
}

/* An error about the probe of this index, which quotes so many bytes and this TTL. */
static struct span error_about(unsigned index, const char *from, uint8_t type, uint8_t code, size_t quoted, uint8_t ttl)
{
	struct writer out = packet_room(256);
	const struct icmp_header h = { .from = addr_of(from), .to = aim.source, .type = type, .code = code };
	const size_t start = icmp_begin(&h, &out), at = out.len;
	uint8_t probe[IDENTITY_PACKET_MOST];
	struct writer inner = writer_of(probe, sizeof(probe));

	answer_rebuild(&world, index, &inner);
	probe[aim.target.family == 4 ? IP_TTL4 : IP_TTL6] = ttl;
	writer_put(&out, span_head(span_of(probe, inner.len), quoted));
	assert_true(out.len > at);
	icmp_end(&h, start, &out);
	return packet_cut(span_of(out.at, out.len), out.len);
}

static enum answer_result ask(struct span packet, struct answer *a)
{
	return answer_of(&world, packet, a);
}

static void errors(void **state)
{
	struct answer a;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
	add(THERE, 1, 1);
	add(THERE, 2, 2);
	assert_int_equal(ask(error_about(1, "10.1.2.1", 11, 0, 28, 1), &a), ANSWER_PROVEN);
	assert_int_equal(a.index, 1);
	assert_int_equal(a.form, ANSWER_IS_EXPIRED);
	assert_int_equal(a.ttl_left, 1);
	assert_int_equal(a.ttl_received, 64);
	assert_int_equal(ask(error_about(0, "203.0.113.80", 3, 3, 28, 40), &a), ANSWER_PROVEN);
	assert_int_equal(a.form, ANSWER_IS_UNREACHABLE);
	assert_int_equal(a.ttl_left, 40);
}

/* What the questions of a run ask: another address, port and label, and the id of what answers. */
static void variations(void **state)
{
	struct addr router = addr_of("10.1.2.1");
	struct answer a;
	struct sent_probe *p;
	uint8_t probe[REQUEST_PROBE_MOST];
	struct writer out = writer_of(probe, sizeof(probe));
	struct ip_header h = { 0 };
	char text[200];

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_TCP);
	p = add(THERE, 64, 64);
	p->is_udp = true;
	p->variation = (uint16_t)variation_find(&sent->variations,
		&(struct variation){ .to = router, .port = 33999, .has_tos = true, .tos = 40 });
	assert_int_equal(p->variation, 1);
	answer_rebuild(&world, 0, &out);
	assert_true(ip_read(span_of(probe, out.len), &h));
	assert_true(addr_equal(&h.to, &router));
	assert_int_equal(h.tos, 40);
	assert_int_equal(load_u16(probe + HEADER_SIZE4 + 2), 33999);
	assert_int_equal(ask(error_about(0, "10.1.3.1", 3, 3, 28, 62), &a), ANSWER_PROVEN);
	assert_int_equal(a.note.changes.fields, 0);
	assert_int_equal(a.ttl_left, 62);
	/* the id of the answer, but for one that is copied */
	snprintf(text, sizeof(text),
		"ip4 10.1.3.1 > 10.1.1.10 id 777 | expired | ip4 10.1.1.10 > 10.1.2.1 ttl 62 id %u | "
		"udp %u > 33999 length 24 sum 0x%x",
		h.tag, flows_port(&aim.flows, 1), load_u16(probe + HEADER_SIZE4 + 6));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_int_equal(a.id, 777);
	snprintf(text, sizeof(text),
		"ip4 10.1.3.1 > 10.1.1.10 id %u | expired | ip4 10.1.1.10 > 10.1.2.1 ttl 62 id %u | "
		"udp %u > 33999 length 24 sum 0x%x",
		h.tag, h.tag, flows_port(&aim.flows, 1), load_u16(probe + HEADER_SIZE4 + 6));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_int_equal(a.id, 0);
}

/* Bits of identity that are wrong, probes that were never sent, and packets of others. */
static void no_answers(void **state)
{
	struct span packet;
	struct answer a;
	struct addr source;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_TCP);
	add(THERE, 1, 1);
	packet = error_about(0, "10.1.2.1", 11, 0, 28, 1);
	source = aim.source;
	aim.source = addr_of("10.1.1.11");
	assert_int_equal(ask(packet, &a), ANSWER_FOREIGN);
	aim.source = source;
	assert_int_equal(ask(packet, &a), ANSWER_PROVEN);
	sent->count = 0;
	assert_int_equal(ask(packet, &a), ANSWER_UNPROVEN);
	sent->count = 1;
	sent->probes[0].flow = 2;
	assert_int_equal(ask(packet, &a),
		ANSWER_PROVEN); /* as if a NAT had changed the port: the sequence number is right */
	assert_true(a.note.changes.fields & QUOTE_FROM_PORT);
	assert_int_equal(ask(packet_of("ip4 10.1.2.1 > 10.1.1.10 | expired | ip4 10.1.1.10 > 203.0.113.80 ttl 1 id 7 | "
				       "tcp 20000 > 33434 seq 7"),
				 &a),
		ANSWER_UNPROVEN);
	assert_int_equal(ask(packet_of("ip4 10.1.2.1 > 10.1.1.10 | expired | ip4 10.1.1.10 > 192.0.2.1 ttl 1 id 7 | "
				       "tcp 20000 > 33434 seq 7"),
				 &a),
		ANSWER_FOREIGN);
	assert_int_equal(ask(packet_of("ip4 203.0.113.80 > 10.1.1.10 | tcp 33434 > 20000 flags RA ack 7"), &a),
		ANSWER_UNPROVEN);
	assert_int_equal(ask(packet_of("ip4 203.0.113.81 > 10.1.1.10 | tcp 33434 > 20000 flags RA ack 7"), &a),
		ANSWER_FOREIGN);
}

static void replies(void **state)
{
	char text[160];
	struct answer a;
	uint32_t sequence;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_TCP);
	add(THERE, 4, 4);
	sequence = (uint32_t)identity_low(&identity, 0) << 16 | identity_high(&identity, 0);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 ttl 60 | tcp 33434 > %u flags RA ack 0x%x",
		flows_port(&aim.flows, 1), sequence + 1);
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_int_equal(a.form, ANSWER_IS_REPLY);
	assert_int_equal(a.ttl_received, 60);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 ttl 60 | tcp 33434 > %u flags RA ack 0x%x",
		flows_port(&aim.flows, 1), sequence + 2);
	assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
}

/* A datagram that a u-turn host has sent back, and one of somebody else's program. */
static void datagrams(void **state)
{
	struct span whole;
	uint8_t other[64];
	char text[200];
	struct answer a;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
	add(THERE, 4, 4);
	add(BACK, 5, 9);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 ttl 1 | udp 33434 > %u sum 0x%x | neutral 16",
		flows_port(&aim.flows, 1), identity_high(&identity, 1));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_int_equal(a.index, 1);
	assert_int_equal(a.form, ANSWER_IS_RETURN);
	assert_true(addr_equal(&a.from, &aim.source));
	sent->probes[1].is_answered = true; /* 16 bits are no proof of a second answer */
	assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
	sent->probes[1].is_answered = false;
	sent->probes[1].direction = THERE;
	assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
	sent->probes[1].direction = BACK;
	whole = packet_of(text);
	assert_true(whole.len <= sizeof(other));
	memcpy(other, whole.at, whole.len);
	other[whole.len - 1] ^= 1; /* the checksum is not its own */
	assert_int_equal(ask(span_of(other, whole.len), &a), ANSWER_UNPROVEN);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 ttl 1 | udp 33434 > %u sum 0x%x | zeroes 16",
		flows_port(&aim.flows, 1), identity_high(&identity, 1));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 ttl 1 | udp 53 > %u | neutral 16",
		flows_port(&aim.flows, 1));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_FOREIGN);
}

/* A server's datagram repeats what only the probe had; a u-turn host's own has its text, whatever was asked. */
static void servers(void **state)
{
	static const struct {
		enum payload_kind kind;
		uint16_t port;
	} rows[] = { { PAYLOAD_DNS, 53 }, { PAYLOAD_QUIC, 443 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t room[IDENTITY_PACKET_MOST];
		struct writer out = writer_of(room, sizeof(room));
		char hex[200] = "", text[400];
		struct answer a;

		open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
		aim.payload = rows[i].kind;
		aim.port = rows[i].port;
		add(THERE, 4, 4);
		add(THERE, 5, 5);
		answer_rebuild(&world, 1, &out);
		for (size_t at = 28; at < 28 + 50; at++)
			snprintf(hex + strlen(hex), 3, "%02x", room[at]);
		if (rows[i].kind == PAYLOAD_DNS)
			snprintf(text, sizeof(text),
				"ip4 203.0.113.80 > 10.1.1.10 ttl 61 | udp 53 > %u | %.4s81830001000000000000%.76s",
				flows_port(&aim.flows, 1), hex, hex + 24);
		else
			snprintf(text, sizeof(text),
				"ip4 203.0.113.80 > 10.1.1.10 ttl 61 | udp 443 > %u | 800000000008757475726e2d747208%.16s00000001",
				flows_port(&aim.flows, 1), hex + 12);
		assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
		assert_true(a.index == 1 && a.form == ANSWER_IS_REPLY && a.ttl_received == 61);
		assert_true(addr_equal(&a.from, &aim.target));
		sent->count = 1; /* as if it had not been sent */
		assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
		sent->count = 2;
		sent->probes[1].is_udp = true; /* which asks for nothing */
		assert_int_equal(ask(packet_of(text), &a), ANSWER_UNPROVEN);
		/* errors about either: what was sent with a text has another port */
		assert_int_equal(ask(error_about(1, "10.1.2.1", 11, 0, 28, 1), &a), ANSWER_PROVEN);
		sent->probes[1].is_udp = false;
		assert_int_equal(ask(error_about(1, "10.1.2.1", 11, 0, 28, 1), &a), ANSWER_PROVEN);
		sent->probes[1].is_short = true;
		assert_int_equal(ask(error_about(1, "10.1.2.1", 11, 0, 28, 1), &a), ANSWER_PROVEN);
		assert_int_equal(a.note.changes.fields, 0);
		free(sent);
	}
	sent = NULL;
}

static void responses(void **state)
{
	uint8_t room[HEADER_SIZE6 + REQUEST_SIZE];
	struct writer out = writer_of(room, sizeof(room));
	char text[200];
	struct answer a;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
	add(BACK, 2, 2)->is_request = true;
	request_build(&aim, identity_low(&identity, 0), flows_port(&aim.flows, 1), 2, &out);
	assert_int_equal(out.len, HEADER_SIZE4 + REQUEST_SIZE);
	snprintf(text, sizeof(text),
		"ip4 203.0.113.80 > 10.1.1.10 | reply code 1 id 0x%x | 00000000 00000000000000000000ffff 0a020201 00011e2f 00000000",
		identity_low(&identity, 0));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_true(a.is_request && a.form == ANSWER_IS_EXPIRED && a.note.has_rtt);
	assert_int_equal(a.note.rtt_us, 73);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 | reply code 1 id 0x%x | 05000000",
		identity_low(&identity, 0));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_true(a.form == ANSWER_IS_STATUS && a.status == STATUS_TIMEOUT && !a.is_echo);
	snprintf(text, sizeof(text), "ip4 203.0.113.80 > 10.1.1.10 | reply code 1 id 0x%x | 0211%04x | zeroes 36",
		identity_low(&identity, 0), flows_port(&aim.flows, 1));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_PROVEN);
	assert_true(a.form == ANSWER_IS_STATUS && a.is_echo);
	snprintf(text, sizeof(text), "ip4 203.0.113.81 > 10.1.1.10 | reply code 1 id 0x%x | 05000000",
		identity_low(&identity, 0));
	assert_int_equal(ask(packet_of(text), &a), ANSWER_FOREIGN);
}

/* Who answers on the return path: a u-turn host's routers and ends, or the target's kernel. */
static void meanings(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum direction direction;
		uint8_t hop, ttl;
		enum answer_form form;
		const char *from;
		uint8_t ttl_left, ttl_received;
		bool is_told;
		uint8_t kind;
		const char *addr;
		unsigned turned, refused;
	} rows[] = {
		{ "a router", THERE, 2, 2, ANSWER_IS_EXPIRED, "10.1.2.1", 1, 63, true, SEARCH_EXPIRED, "10.1.2.1", 0, 0 },
		{ "the target", THERE, 4, 4, ANSWER_IS_UNREACHABLE, "203.0.113.80", 1, 60, true, SEARCH_REACHED, "203.0.113.80", 0, 0 },
		{ "the inflection point", THERE, 4, 4, ANSWER_IS_EXPIRED, "203.0.113.80", 1, 60, true, SEARCH_REACHED, "203.0.113.80", 0, 0 },
		{ "prohibited", THERE, 3, 3, ANSWER_IS_UNREACHABLE, "10.1.3.1", 1, 60, true, SEARCH_UNREACHABLE, "10.1.3.1", 0, 0 },
		{ "far, the flow is as long", THERE, 4, 64, ANSWER_IS_UNREACHABLE, "203.0.113.80", 61, 60, true, SEARCH_REACHED, "203.0.113.80", 0, 0 },
		{ "far, the flow is longer", THERE, 4, 64, ANSWER_IS_UNREACHABLE, "203.0.113.80", 60, 60, false, 0, NULL, 0, 0 },
		{ "a router of the return path", BACK, 1, 5, ANSWER_IS_EXPIRED, "10.2.1.1", 1, 60, true, SEARCH_EXPIRED, "10.2.1.1", 1, 0 },
		{ "the target, where the flow is longer", BACK, 1, 5, ANSWER_IS_EXPIRED, "203.0.113.80", 1, 60, false, 0, NULL, 0, 0 },
		{ "no u-turn", BACK, 1, 5, ANSWER_IS_UNREACHABLE, "203.0.113.80", 2, 60, false, 0, NULL, 0, 1 },
		{ "the end", BACK, 5, 9, ANSWER_IS_UNREACHABLE, "203.0.113.80", 1, 60, true, SEARCH_REACHED, "10.1.1.10", 1, 0 },
		{ "the end, sent back", BACK, 5, 9, ANSWER_IS_RETURN, "10.1.1.10", 0, 1, true, SEARCH_REACHED, "10.1.1.10", 1, 0 },
		{ "a kernel's reply", BACK, 5, 9, ANSWER_IS_REPLY, "203.0.113.80", 0, 60, false, 0, NULL, 0, 1 },
		{ "a reply sent back", BACK, 5, 9, ANSWER_IS_REPLY, "203.0.113.80", 0, 1, true, SEARCH_REACHED, "10.1.1.10", 1, 0 },
	};
	/* clang-format on */

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reverse reverse = { .aim = &aim };
		struct sent_probe p = { .direction = (uint8_t)rows[i].direction,
			.hop = rows[i].hop,
			.ttl = rows[i].ttl };
		struct answer a = { .form = rows[i].form,
			.from = addr_of(rows[i].from),
			.ttl_left = rows[i].ttl_left,
			.ttl_received = rows[i].ttl_received };
		struct search_answer out;
		const bool is_told = reverse_read(&reverse, &p, &a, &out);
		struct addr wanted = rows[i].addr ? addr_of(rows[i].addr) : out.addr;

		if (is_told != rows[i].is_told || reverse.turned != rows[i].turned ||
			reverse.refused != rows[i].refused)
			fail_msg("%s: told %d, turned %u, refused %u", rows[i].name, is_told, reverse.turned,
				reverse.refused);
		if (is_told && (out.kind != rows[i].kind || !addr_equal(&out.addr, &wanted)))
			fail_msg("%s: kind %u", rows[i].name, out.kind);
	}
}

/* The distance that the target has quoted makes another address there the target's own. */
static void aliases(void **state)
{
	struct reverse reverse = { .aim = NULL };
	struct sent_probe far = { .hop = 64, .ttl = 64 }, near = { .hop = 4, .ttl = 4, .id = 1 };
	struct answer a = { .form = ANSWER_IS_UNREACHABLE, .ttl_left = 61 };
	struct search_answer out;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_UDP);
	reverse.aim = &aim;
	a.from = addr_of("10.1.2.1"); /* a router that refuses */
	assert_true(reverse_read(&reverse, &far, &a, &out));
	assert_int_equal(reverse.distance, 0);
	a.from = aim.target;
	assert_true(reverse_read(&reverse, &far, &a, &out));
	assert_int_equal(reverse.distance, 4);
	a = (struct answer){ .form = ANSWER_IS_EXPIRED, .from = addr_of("203.0.113.81"), .ttl_left = 1 };
	assert_true(reverse_read(&reverse, &near, &a, &out));
	assert_true(out.kind == SEARCH_REACHED && addr_equal(&out.addr, &aim.target));
	near.hop = near.ttl = 3;
	a.from = addr_of("10.1.3.1");
	assert_true(reverse_read(&reverse, &near, &a, &out));
	assert_int_equal(out.kind, SEARCH_EXPIRED);
}

/* Nothing is quoted: a router at the distance may be the target's own, until a reply shows that nothing is turned. */
static void kernels(void **state)
{
	struct reverse reverse = { .distance = 4 };
	struct sent_probe near = { .hop = 4, .ttl = 4, .id = 1 }, beyond = { .hop = 6, .ttl = 6, .id = 2 },
			  far = { .hop = 4, .ttl = 64, .id = 3 };
	struct answer router = { .form = ANSWER_IS_EXPIRED, .ttl_left = 1 };
	struct answer reply = { .form = ANSWER_IS_REPLY, .ttl_received = 59 };
	struct search_answer out;

	(void)state;
	open_world("203.0.113.80", "10.1.1.10", PROTOCOL_TCP);
	reverse.aim = &aim;
	router.from = addr_of("10.1.4.1");
	reply.from = aim.target;
	assert_false(reverse_read(&reverse, &near, &router, &out));
	assert_true(reverse_read(&reverse, &beyond, &reply, &out));
	assert_int_equal(out.kind, SEARCH_REACHED);
	assert_int_equal(reverse_verdict(&reverse, 0, 0), REVERSE_NO_UTURN);
	assert_true(reverse_read(&reverse, &near, &router, &out));
	assert_int_equal(out.kind, SEARCH_EXPIRED);
	assert_false(reverse_read(&reverse, &far, &reply, &out));
	assert_int_equal(reverse.alias_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(errors, close_world),
		cmocka_unit_test_teardown(variations, close_world),
		cmocka_unit_test_teardown(no_answers, close_world),
		cmocka_unit_test_teardown(replies, close_world),
		cmocka_unit_test_teardown(datagrams, close_world),
		cmocka_unit_test_teardown(servers, close_world),
		cmocka_unit_test_teardown(responses, close_world),
		cmocka_unit_test_teardown(meanings, close_world),
		cmocka_unit_test_teardown(aliases, close_world),
		cmocka_unit_test_teardown(kernels, close_world),
	};

	return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
