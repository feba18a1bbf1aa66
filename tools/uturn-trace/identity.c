/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "identity.h"

#include <string.h>

#include "common/siphash.h"
#include "packet/ip.h"
#include "packet/neutral.h"

enum { ROUNDS = 4, HIGH = 0x100, SECRET };

/* It explains the probe in a packet capture; uturnd turns it, unlike its own text of packet/neutral.h. */
static const char text[IDENTITY_TEXT + 1] = "uturn-tr";

static uint8_t mix(const struct identity *id, unsigned round, uint8_t half)
{
	const uint64_t word = round << 8 | half;

	return (uint8_t)siphash(id->key, &word, 1);
}

/* A Feistel network over two halves of 8 bits, which any function makes a permutation. */
static uint16_t permute(const struct identity *id, uint16_t value)
{
	uint8_t left = (uint8_t)(value >> 8), right = (uint8_t)value;

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint8_t next = left ^ mix(id, round, right);

		left = right;
		right = next;
	}
	return (uint16_t)(left << 8 | right);
}

static uint16_t permute_back(const struct identity *id, uint16_t value)
{
	uint8_t left = (uint8_t)(value >> 8), right = (uint8_t)value;

	for (unsigned round = ROUNDS; round-- > 0;) {
		uint8_t before = right ^ mix(id, round, left);

		right = left;
		left = before;
	}
	return (uint16_t)(left << 8 | right);
}

/* What would become 0 is permuted once more: a permutation of 1..65535 is left. */
uint16_t identity_low(const struct identity *id, unsigned index)
{
	uint16_t low = permute(id, (uint16_t)(index + 1));

	return low ? low : permute(id, 0);
}

int identity_index(const struct identity *id, uint16_t low)
{
	uint16_t value;

	if (!low)
		return -1;
	value = permute_back(id, low);
	if (!value)
		value = permute_back(id, 0);
	return value - 1;
}

static uint64_t word_of(const struct identity *id, unsigned use, unsigned index)
{
	const uint64_t words[2] = { use, index };

	return siphash(id->key, words, 2);
}

uint16_t identity_high(const struct identity *id, unsigned index)
{
	return (uint16_t)word_of(id, HIGH, index);
}

/* All 48 bits in the upper ones; the index is in front, so that a socket's error finds its probe by them alone. */
static uint64_t secret_of(const struct identity *id, unsigned index)
{
	return (uint64_t)identity_low(id, index) << 48 | (word_of(id, SECRET, index) >> 32) << 16;
}

/* Routers may hash the label as well: the same in all probes of a flow (RFC 6437 2). */
uint32_t identity_label(const struct aim *aim, unsigned flow)
{
	const uint64_t word = flows_port(&aim->flows, flow);

	return (uint32_t)siphash(aim->flows.key, &word, 1) & IP_FLOW_LABEL;
}

void identity_build(const struct identity *id, const struct aim *aim, const struct identity_probe *probe,
	struct writer *out)
{
	const uint16_t low = identity_low(id, probe->index), high = identity_high(id, probe->index);
	const uint16_t port = flows_port(&aim->flows, probe->flow);
	const struct variation *v = &probe->variation;
	const bool is_four = aim->target.family == 4, is_udp = aim->protocol == PROTOCOL_UDP;
	const bool is_echo = !is_udp && aim->protocol != PROTOCOL_TCP;
	struct request_probe p = {
		.from = aim->source,
		.to = v->to.family ? v->to : aim->target,
		.protocol = aim->protocol,
		.ttl = probe->ttl,
		.tos = v->has_tos ? v->tos : aim->tos,
		.port = port,
		.flow = is_echo   ? port
			: v->port ? v->port
				  : aim->port,
		.text = probe->is_neutral ? NULL : text,
		.tag = is_four         ? low
			: v->has_label ? v->label
				       : identity_label(aim, probe->flow),
		.key = { (uint32_t)low << 16 | high, secret_of(id, probe->index) },
		.size = v->size,
	};

	if (is_udp && !is_four)
		p.key[0] = low;
	if (is_udp)
		p.payload = aim->payload;
	if (p.payload == PAYLOAD_QUIC && !p.size && !probe->is_short)
		p.size = (uint16_t)(ip_header_size(aim->target.family) + UDP_SIZE + PAYLOAD_QUIC_ANSWERED);
	build_request_probe(&p, out);
}

void identity_payload(const struct identity *id, unsigned index, bool is_neutral, struct writer *out)
{
	const uint64_t secret = secret_of(id, index);

	if (is_neutral)
		neutral_put(out, IDENTITY_TEXT);
	else
		writer_put(out, span_of((const uint8_t *)text, IDENTITY_TEXT));
	writer_u16(out, (uint16_t)(secret >> 48));
	writer_u32(out, (uint32_t)(secret >> 16));
}

int identity_of_payload(const struct identity *id, struct span payload)
{
	uint8_t bytes[IDENTITY_TEXT + IDENTITY_KEY];
	struct writer ours = writer_of(bytes, sizeof(bytes));
	int index;

	if (payload.len < sizeof(bytes))
		return -1;
	index = identity_index(id, load_u16(payload.at + IDENTITY_TEXT));
	if (index < 0)
		return -1;
	identity_payload(id, (unsigned)index, neutral_begins(payload), &ours);
	return memcmp(payload.at, bytes, sizeof(bytes)) == 0 ? index : -1;
}

int identity_of_kind(const struct identity *id, enum payload_kind kind, struct span payload)
{
	uint8_t bytes[PAYLOAD_DNS_SIZE];
	struct writer out = writer_of(bytes, sizeof(bytes));
	struct request_payload ours = { .kind = kind };
	struct span theirs = request_payload_key(kind, payload), key;
	uint16_t first;
	int index;

	if (kind == PAYLOAD_TEXT)
		return identity_of_payload(id, payload);
	index = request_payload_first(kind, payload, &first) ? identity_index(id, first) : -1;
	if (index < 0)
		return -1;
	ours.key = secret_of(id, (unsigned)index);
	request_payload_put(&ours, &out);
	key = request_payload_key(kind, span_of(out.at, out.len));
	return key.len == theirs.len && memcmp(key.at, theirs.at, key.len) == 0 ? index : -1;
}
