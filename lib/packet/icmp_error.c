/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/icmp_error.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/option_check.h"
#include "packet/probe.h"

bool icmp_error_may_extend(uint8_t family, uint8_t type)
{
	if (family == 4)
		return type == UNREACHABLE4 || type == EXPIRED4;
	return type == UNREACHABLE6 || type == EXPIRED6;
}

bool icmp_error_is_unreachable(const struct icmp_error *e)
{
	if (e->router.family == 4)
		return e->type == UNREACHABLE4 && e->code != FRAGMENTATION_NEEDED4;
	return e->type == UNREACHABLE6 || e->type == PARAMETER6;
}

/*
 * Of Parameter Problems "I do not know this protocol" (RFC 4443 3.4), and "I do
 * not know this option" where we have sent one. Otherwise our headers have no
 * options and no mistake, so whoever finds fault with them (the other codes,
 * and all of IPv4's) says nothing about the prober's packet.
 */
static bool is_known_type(uint8_t family, uint8_t type, uint8_t code)
{
	if (icmp_error_may_extend(family, type))
		return true;
	return family == 6 && (type == TOO_BIG6 || (type == PARAMETER6 && (code == NEXT_HEADER6 || code == OPTION6)));
}

/* Finds the ICMP message in an IPv4 packet; routers may add options to their own. */
static enum reason parse_outer4(struct span packet, struct icmp_error *e, struct span *message)
{
	struct cursor c = cursor_of(packet);
	size_t header_size = (size_t)(cursor_u8(&c) & 0x0f) * 4;
	uint16_t length, fragment;
	uint8_t protocol;

	cursor_skip(&c, 1); /* TOS */
	length = cursor_u16(&c);
	cursor_skip(&c, 2); /* id */
	fragment = cursor_u16(&c);
	e->ttl = cursor_u8(&c);
	protocol = cursor_u8(&c);
	cursor_skip(&c, 2); /* checksum */
	e->router = addr_from(4, cursor_take(&c, 4));
	e->to = addr_from(4, cursor_take(&c, 4));
	if (c.short_read || header_size < HEADER_SIZE4 || length < header_size || length > packet.len)
		return REASON_ERROR_TRUNCATED;
	if (protocol != PROTOCOL_ICMP || fragment & 0x3fff)
		return REASON_ERROR_TYPE;
	if (checksum(span_head(packet, header_size)))
		return REASON_ERROR_CHECKSUM; /* the router's address is under this one alone */
	*message = span_tail(span_head(packet, length), header_size);
	return checksum(*message) ? REASON_ERROR_CHECKSUM : REASON_OK;
}

static enum reason parse_outer6(struct span packet, struct icmp_error *e, struct span *message)
{
	struct cursor c = cursor_of(packet);
	uint16_t length;
	uint8_t protocol;

	cursor_skip(&c, 4); /* version, traffic class, flow label */
	length = cursor_u16(&c);
	protocol = cursor_u8(&c);
	e->ttl = cursor_u8(&c);
	e->router = addr_from(6, cursor_take(&c, 16));
	e->to = addr_from(6, cursor_take(&c, 16));
	if (c.short_read || length > packet.len - HEADER_SIZE6)
		return REASON_ERROR_TRUNCATED;
	if (protocol != PROTOCOL_ICMP6)
		return REASON_ERROR_TYPE;
	*message = span_tail(span_head(packet, HEADER_SIZE6 + (size_t)length), HEADER_SIZE6);
	return checksum_pseudo(&e->router, &e->to, PROTOCOL_ICMP6, *message) ? REASON_ERROR_CHECKSUM : REASON_OK;
}

static enum reason parse_quote4(struct cursor *c, struct quote *q)
{
	uint8_t header_words = cursor_u8(c) & 0x0f;

	cursor_skip(c, 3); /* TOS, total length */
	q->tag = cursor_u16(c);
	cursor_skip(c, 2); /* fragment */
	q->ttl = cursor_u8(c);
	q->protocol = cursor_u8(c);
	cursor_skip(c, 2); /* checksum */
	q->from = addr_from(4, cursor_take(c, 4));
	q->to = addr_from(4, cursor_take(c, 4));
	q->l4 = cursor_take(c, QUOTE_L4_SIZE);
	if (c->short_read)
		return REASON_ERROR_TRUNCATED;
	return header_words == HEADER_SIZE4 / 4 ? REASON_OK : REASON_NO_FLIGHT; /* ours have no options */
}

static enum reason parse_quote6(struct cursor *c, struct quote *q)
{
	q->tag = cursor_u32(c) & 0xfffff;
	cursor_skip(c, 2); /* payload length */
	q->protocol = cursor_u8(c);
	q->ttl = cursor_u8(c);
	q->from = addr_from(6, cursor_take(c, 16));
	q->to = addr_from(6, cursor_take(c, 16));
	if (q->protocol == PROTOCOL_DESTINATION && c->rest.len >= OPTION_HEADER_SIZE &&
		memcmp(c->rest.at, option_header, OPTION_HEADER_SIZE) == 0) {
		cursor_skip(c, OPTION_HEADER_SIZE);
		q->protocol = PROTOCOL_UDP;
		q->has_option = true;
	}
	q->l4 = cursor_take(c, QUOTE_L4_SIZE);
	return c->short_read ? REASON_ERROR_TRUNCATED : REASON_OK;
}

static enum reason parse_quote(struct quote *q, uint8_t family)
{
	struct cursor c = cursor_of(q->packet);

	if (q->packet.len && q->packet.at[0] >> 4 != family)
		return REASON_NO_FLIGHT;
	return family == 4 ? parse_quote4(&c, q) : parse_quote6(&c, q);
}

/*
 * Parts body into quote and extension. RFC 4884: the length field counts the
 * quote in 32-bit words (IPv4, byte 5) or 64-bit words (IPv6, byte 4). Without
 * one, routers older than the RFC put the extension at offset 128 (section
 * 5.5): believed only with a checksum that is there and right.
 */
static void part_extension(struct icmp_error *e, struct span body, size_t length)
{
	struct span extension = span_tail(body, length ? length : EXTENSION_OFFSET);
	size_t most = e->router.family == 4 ? EXTENSION_MOST4 : EXTENSION_MOST6;

	e->quote.packet = body;
	if (length && length > body.len) {
		e->has_broken_extension = true;
		return;
	}
	if (!extension.len)
		return;
	if (extension.len > most || !extension_is_whole(extension)) {
		e->has_broken_extension = length != 0;
		if (length)
			e->quote.packet = span_head(body, length);
		return;
	}
	if (!length && load_u16(extension.at + 2) == 0)
		return; /* no checksum: more likely the probe's own bytes */
	e->quote.packet = span_head(body, length ? length : EXTENSION_OFFSET);
	e->objects = span_tail(extension, EXTENSION_HEADER);
}

enum reason icmp_error_parse(struct span packet, struct icmp_error *e)
{
	struct span message = { 0 };
	struct cursor c;
	uint8_t family = packet.len ? packet.at[0] >> 4 : 0;
	size_t length = 0;
	enum reason why;

	*e = (struct icmp_error){ 0 };
	if (family != 4 && family != 6)
		return packet.len ? REASON_VERSION : REASON_ERROR_TRUNCATED;
	why = family == 4 ? parse_outer4(packet, e, &message) : parse_outer6(packet, e, &message);
	if (why)
		return why;
	c = cursor_of(message);
	e->type = cursor_u8(&c);
	e->code = cursor_u8(&c);
	cursor_skip(&c, 2); /* checksum */
	e->rest = cursor_u32(&c);
	if (c.short_read)
		return REASON_ERROR_TRUNCATED;
	if (!is_known_type(family, e->type, e->code))
		return REASON_ERROR_TYPE;
	if (icmp_error_may_extend(family, e->type)) {
		length = family == 4 ? (e->rest >> 16 & 0xff) * 4 : (e->rest >> 24) * 8;
		e->rest &= family == 4 ? 0xff00ffff : 0x00ffffff;
		part_extension(e, c.rest, length);
	} else {
		e->quote.packet = c.rest;
	}
	why = parse_quote(&e->quote, family);
	if (!why && family == 6 && e->type == PARAMETER6 && e->code == OPTION6 && !e->quote.has_option)
		return REASON_ERROR_TYPE;
	return why;
}
