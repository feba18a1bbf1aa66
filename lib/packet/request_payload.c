/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/request_payload.h"

#include <string.h>

#include "packet/neutral.h"

/* RFC 1035 4.1: offsets in a message, and the numbers that we use. */
enum {
	DNS_HEADER = 12,
	DNS_FLAGS = 2,
	DNS_QUESTIONS = 4,
	DNS_KEY = DNS_HEADER + 1,
	DNS_KEY_SIZE = 2 * PAYLOAD_KEY, /* in hexadecimal */
	DNS_RECURSION = 0x0100,
	DNS_RESPONSE_OPCODE = 0xf800, /* the flags QR and OPCODE */
	DNS_RESPONSE = 0x8000, /* of a standard query */
	DNS_TYPE_A = 1,
	DNS_CLASS_IN = 1,
};
static const char dns_zone[] = "\013uturn-trace\007invalid";

/* RFC 8999 5: a long header of any version. */
enum {
	QUIC_LONG = 0x80,
	QUIC_INITIAL = 0xc0, /* RFC 9000 17.2.2 */
	QUIC_VERSION = 0x1a2a3a4a,
	QUIC_ID_SIZE = 8,
	QUIC_TO = 6, /* destination connection id: the key, and the two bytes that are free */
	QUIC_FROM = QUIC_TO + QUIC_ID_SIZE + 1,
	QUIC_VERSIONS = QUIC_FROM + QUIC_ID_SIZE, /* of a Version Negotiation packet */
	QUIC_LENGTH4 = 0x80000000, /* RFC 9000 16: a number of 4 bytes */
};
static const char quic_from[QUIC_ID_SIZE + 1] = "uturn-tr";

static void put_zeroes(size_t start, size_t size, struct writer *out)
{
	if (out->len - start < size)
		writer_zeroes(out, size - (out->len - start));
}

static void put_key(uint64_t key, struct writer *out)
{
	writer_u32(out, (uint32_t)(key >> 32));
	writer_u16(out, (uint16_t)(key >> 16));
}

static size_t put_text(const struct request_payload *p, struct writer *out)
{
	if (p->text)
		writer_put(out, span_of((const uint8_t *)p->text, PAYLOAD_TEXT_SIZE));
	else
		neutral_put(out, PAYLOAD_TEXT_SIZE);
	put_key(p->key, out);
	writer_u16(out, 0);
	return out->len - 2;
}

/* The id is free: it is not needed to know the answer by. */
static size_t put_dns(const struct request_payload *p, struct writer *out)
{
	static const char digits[] = "0123456789abcdef";
	const size_t start = out->len;

	writer_u16(out, 0);
	writer_u16(out, DNS_RECURSION);
	writer_u16(out, 1); /* question */
	writer_u32(out, 0); /* answers, authorities */
	writer_u16(out, 0); /* additional records */
	writer_u8(out, DNS_KEY_SIZE);
	for (unsigned shift = 60; shift >= 16; shift -= 4)
		writer_u8(out, (uint8_t)digits[p->key >> shift & 15]);
	writer_put(out, span_of((const uint8_t *)dns_zone, sizeof(dns_zone))); /* its NUL is the root */
	writer_u16(out, DNS_TYPE_A);
	writer_u16(out, DNS_CLASS_IN);
	return start;
}

static size_t put_quic(const struct request_payload *p, struct writer *out)
{
	const size_t start = out->len;
	const size_t rest = p->size > PAYLOAD_QUIC_SIZE ? p->size - PAYLOAD_QUIC_SIZE : 0;

	writer_u8(out, QUIC_INITIAL);
	writer_u32(out, QUIC_VERSION);
	writer_u8(out, QUIC_ID_SIZE);
	put_key(p->key, out);
	writer_u16(out, 0);
	writer_u8(out, QUIC_ID_SIZE);
	writer_put(out, span_of((const uint8_t *)quic_from, QUIC_ID_SIZE));
	writer_u8(out, 0); /* no token */
	writer_u32(out, QUIC_LENGTH4 | (uint32_t)rest);
	return start + QUIC_TO + PAYLOAD_KEY;
}

size_t request_payload_put(const struct request_payload *p, struct writer *out)
{
	const size_t start = out->len;
	const size_t free_at = p->kind == PAYLOAD_DNS ? put_dns(p, out)
		: p->kind == PAYLOAD_QUIC             ? put_quic(p, out)
						      : put_text(p, out);

	put_zeroes(start, p->size, out);
	return free_at;
}

struct span request_payload_key(enum payload_kind kind, struct span payload)
{
	if (kind == PAYLOAD_DNS)
		return span_head(span_tail(payload, DNS_KEY), DNS_KEY_SIZE);
	return span_head(span_tail(payload, kind == PAYLOAD_QUIC ? QUIC_TO : PAYLOAD_TEXT_SIZE), PAYLOAD_KEY);
}

static bool first_of_hex(struct span digits, uint16_t *first)
{
	*first = 0;
	for (size_t i = 0; i < 4; i++) {
		const uint8_t c = i < digits.len ? digits.at[i] : 0;

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		*first = (uint16_t)(*first << 4 | (c <= '9' ? c - '0' : c - 'a' + 10));
	}
	return true;
}

bool request_payload_first(enum payload_kind kind, struct span payload, uint16_t *first)
{
	const struct span key = request_payload_key(kind, payload);

	if (kind == PAYLOAD_DNS)
		return first_of_hex(key, first);
	if (key.len < 2)
		return false;
	*first = load_u16(key.at);
	return true;
}

/* An id of ours is where a client's own was: in the place of the source. */
bool payload_reply_first(enum payload_kind kind, struct span reply, uint16_t *first)
{
	const struct span id = span_tail(reply, QUIC_FROM);

	if (kind == PAYLOAD_DNS)
		return request_payload_first(kind, reply, first);
	if (kind != PAYLOAD_QUIC || id.len < QUIC_ID_SIZE)
		return false;
	*first = load_u16(id.at);
	return true;
}

/* The response to this query, whatever it says: its id and its question are repeated (RFC 1035 4.1.1). */
static bool is_dns_reply(struct span sent, struct span reply)
{
	return load_u16(reply.at) == load_u16(sent.at) &&
		(load_u16(reply.at + DNS_FLAGS) & DNS_RESPONSE_OPCODE) == DNS_RESPONSE &&
		load_u16(reply.at + DNS_QUESTIONS) == 1 &&
		memcmp(reply.at + DNS_HEADER, sent.at + DNS_HEADER, PAYLOAD_DNS_SIZE - DNS_HEADER) == 0;
}

/* Version Negotiation (RFC 8999 6): version 0, and both connection ids, each in the other's place. */
static bool is_quic_reply(struct span sent, struct span reply)
{
	return reply.at[0] & QUIC_LONG && load_u32(reply.at + 1) == 0 && reply.at[QUIC_TO - 1] == QUIC_ID_SIZE &&
		memcmp(reply.at + QUIC_TO, quic_from, QUIC_ID_SIZE) == 0 && reply.at[QUIC_FROM - 1] == QUIC_ID_SIZE &&
		memcmp(reply.at + QUIC_FROM, sent.at + QUIC_TO, QUIC_ID_SIZE) == 0;
}

bool payload_reply_is_of(enum payload_kind kind, struct span sent, struct span reply)
{
	if (kind == PAYLOAD_DNS)
		return sent.len >= PAYLOAD_DNS_SIZE && reply.len >= PAYLOAD_DNS_SIZE && is_dns_reply(sent, reply);
	if (kind == PAYLOAD_QUIC)
		return sent.len >= PAYLOAD_QUIC_SIZE && reply.len >= QUIC_VERSIONS + sizeof(uint32_t) &&
			is_quic_reply(sent, reply);
	return false;
}
