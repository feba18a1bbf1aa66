/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes from the capture of a client that sends probes: ICMP errors whose
 * quotes are compared with a probe, responses of uturn-request(7), and what a
 * server answers to a datagram. Behind a byte that chooses the probe. What was not quoted proves nothing, and
 * everything that is borrowed lies within the packet.
 */
#include <string.h>

#include "mutate.h"
#include "packet/build.h"
#include "packet/extension.h"
#include "packet/quote_compare.h"
#include "packet/response_parse.h"
#include "tests/sound.h"
#include "wire.h"

enum { CHOICES = 1, INTERFACES = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static bool is_inside(struct span part, struct span whole)
{
	return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

/* The probe that the quote may be of: with its addresses and protocol, and half of the time with its identity. */
static size_t build_probe(const struct quote *q, uint8_t choice, uint8_t *at)
{
	struct writer out = writer_of(at, REQUEST_PROBE_MOST);
	struct request_probe p = {
		.from = q->from,
		.to = q->to,
		.protocol = q->protocol,
		.ttl = 1,
		.tos = choice,
		.port = load_u16(q->l4),
		.flow = load_u16(q->l4 + 2),
		.tag = q->tag,
		.key = { 0x1122334455667788, 0x1122334455667788 },
	};

	if (q->protocol != PROTOCOL_TCP && q->protocol != PROTOCOL_UDP)
		p.protocol = ip_icmp_protocol(q->from.family);
	if (choice & 1)
		p.key[0] = p.protocol == PROTOCOL_UDP ? load_u16(q->l4 + 6) : load_u32(q->l4 + 4);
	build_request_probe(&p, &out);
	MUST(!out.overflow && is_sound(out.at, out.len));
	return out.len;
}

/* A number of the identity that is wrong is never proven. */
static void check_wrong(struct span sent, const struct quote *q)
{
	const size_t l4 = q->from.family == 4 ? 20 : 40;
	uint8_t other[REQUEST_PROBE_MOST];
	struct quote_changes changes;

	memcpy(other, sent.at, sent.len);
	if (q->protocol == PROTOCOL_UDP && q->from.family == 4)
		other[4] ^= 1;
	else
		other[l4 + (q->protocol == PROTOCOL_UDP ? 16 : 7)] ^= 1;
	MUST(!quote_compare(span_of(other, sent.len), PAYLOAD_TEXT, q, &changes));
}

static void try_error(struct span packet, uint8_t choice)
{
	struct interface_info interfaces[INTERFACES];
	uint8_t probe[REQUEST_PROBE_MOST];
	struct quote_changes changes;
	struct icmp_error e;
	struct span sent;

	if (icmp_error_parse(packet, &e))
		return;
	MUST(extension_interfaces(e.objects, interfaces, INTERFACES) <= INTERFACES);
	sent = span_of(probe, build_probe(&e.quote, choice, probe));
	if (!quote_compare(sent, PAYLOAD_TEXT, &e.quote, &changes))
		return;
	MUST(changes.fields < 2 * QUOTE_MSS && changes.dscp < 64 && changes.ecn < 4);
	check_wrong(sent, &e.quote);
}

/* A reply that repeats what was sent is an answer; one with a changed bit of the key is not. */
static void try_reply(struct span reply, uint8_t choice)
{
	const enum payload_kind kind = choice & 1 ? PAYLOAD_DNS : PAYLOAD_QUIC;
	struct request_payload p = { .kind = kind, .key = 0x1122334455660000 };
	uint8_t sent[PAYLOAD_DNS_SIZE];
	struct writer out = writer_of(sent, sizeof(sent));
	const size_t free_at = request_payload_put(&p, &out);
	uint16_t first;

	MUST(!out.overflow && free_at + 2 <= out.len);
	if (kind == PAYLOAD_DNS && reply.len >= 2)
		memcpy(sent, reply.at, 2);
	if (!payload_reply_first(kind, reply, &first) || !payload_reply_is_of(kind, span_of(sent, out.len), reply))
		return;
	MUST(first == 0x1122 && reply.len >= PAYLOAD_QUIC_SIZE - 1);
	sent[(size_t)(request_payload_key(kind, span_of(sent, out.len)).at - sent) + 5] ^= 1;
	MUST(!payload_reply_is_of(kind, span_of(sent, out.len), reply));
}

static struct span message_of(struct span packet)
{
	const bool is_four = packet.at[0] >> 4 == 4;
	const size_t size = is_four ? (size_t)(packet.at[0] & 15) * 4 : 40;

	return span_tail(span_head(packet, is_four ? load_u16(packet.at + 2) : 40 + (size_t)load_u16(packet.at + 4)),
		size);
}

static void try_response(struct span packet)
{
	struct reverse_response r, again;
	enum response_result result = response_parse(packet, span_of(NULL, 0), &r);
	uint16_t id;

	if (result == RESPONSE_NONE)
		return;
	MUST(is_inside(r.objects, packet) && r.status <= STATUS_BUSY);
	MUST(response_identifier(packet, &id) && id == r.id);
	MUST(r.status != STATUS_DONE || r.hop.family == r.from.family);
	/* its own bytes are never an answer, whatever they say */
	MUST(response_parse(packet, message_of(packet), &again) == RESPONSE_ECHO);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span packet;

	if (size < CHOICES)
		return 0;
	packet = span_of(data + CHOICES, size - CHOICES);
	try_error(packet, data[0]);
	try_reply(packet, data[0]);
	try_response(packet);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return mutate_packet(data, size, max_size, seed, CHOICES, SHAPE_ERROR);
}
