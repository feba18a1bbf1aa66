/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/icmp_error.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/ip.h"
#include "packet/option_check.h"

bool icmp_error_may_extend(uint8_t family, uint8_t type)
{
	if (family == 4)
		return type == ICMP_UNREACHABLE4 || type == ICMP_TIME_EXCEEDED4;
	return type == ICMP_UNREACHABLE6 || type == ICMP_TIME_EXCEEDED6;
}

bool icmp_error_is_unreachable(const struct icmp_error *e)
{
	if (e->router.family == 4)
		return e->type == ICMP_UNREACHABLE4 && e->code != ICMP_FRAGMENTATION_NEEDED4;
	return e->type == ICMP_UNREACHABLE6 || e->type == ICMP_PARAMETER_PROBLEM6;
}

bool icmp_error_is_expired(const struct icmp_error *e)
{
	return e->type == icmp_time_exceeded(e->router.family);
}

bool icmp_error_mtu_can_be(const struct icmp_error *e, size_t size)
{
	enum { LEAST4 = 68, LEAST6 = 1280 };
	uint32_t mtu;

	if (e->router.family == 4) {
		mtu = e->rest & 0xffff;
		return e->type != ICMP_UNREACHABLE4 || e->code != ICMP_FRAGMENTATION_NEEDED4 || mtu == 0 ||
			(mtu >= LEAST4 && mtu < size);
	}
	return e->type != ICMP_PACKET_TOO_BIG6 || (e->rest >= LEAST6 && e->rest < size);
}

/*
 * Time Exceeded in transit only: a host that waits in vain for fragments (code
 * 1) is no hop. Of Parameter Problems, Unrecognized Next Header (RFC 4443 3.4), and
 * Unrecognized IPv6 Option where we have sent one. Our headers have no other
 * options and no errors, so the other codes, and all of IPv4's, say nothing
 * about the prober's packet.
 */
static bool is_known_type(uint8_t family, uint8_t type, uint8_t code)
{
	if (icmp_error_may_extend(family, type))
		return type != icmp_time_exceeded(family) || code == 0;
	return family == 6 &&
		(type == ICMP_PACKET_TOO_BIG6 ||
			(type == ICMP_PARAMETER_PROBLEM6 &&
				(code == ICMP_UNKNOWN_NEXT_HEADER6 || code == ICMP_UNKNOWN_OPTION6)));
}

/* Finds the ICMP message; routers may add IPv4 options to their own packets. */
static enum reason find_message(struct span packet, struct icmp_error *e, struct span *message)
{
	const uint8_t version = ip_version(packet);
	struct ip_header h;
	uint16_t sum;

	if (!ip_read(packet, &h))
		return packet.len && version != 4 && version != 6 ? REASON_VERSION : REASON_ERROR_TRUNCATED;
	e->router = h.from;
	e->to = h.to;
	e->ttl = h.ttl;
	e->tag = h.tag;
	if (h.size < HEADER_SIZE4 || h.total_size < h.size || h.total_size > packet.len)
		return REASON_ERROR_TRUNCATED;
	if (h.protocol != ip_icmp_protocol(version) || ip_is_fragment(&h))
		return REASON_ERROR_TYPE;
	if (version == 4 && checksum(span_head(packet, h.size)))
		return REASON_ERROR_CHECKSUM; /* nothing else covers the router's address */
	*message = span_tail(span_head(packet, h.total_size), h.size);
	sum = version == 4 ? checksum(*message) : checksum_pseudo(&h.from, &h.to, PROTOCOL_ICMP6, *message);
	return sum ? REASON_ERROR_CHECKSUM : REASON_OK;
}

/* Steps over the option that our own reach checks have, and nothing else. */
static void skip_option(struct cursor *c, struct quote *q)
{
	if (q->protocol == PROTOCOL_DESTINATION && c->rest.len >= OPTION_HEADER_SIZE &&
		memcmp(c->rest.at, option_header, OPTION_HEADER_SIZE) == 0) {
		cursor_skip(c, OPTION_HEADER_SIZE);
		q->protocol = PROTOCOL_UDP;
		q->has_option = true;
	}
}

static enum reason parse_quote(struct quote *q, uint8_t family)
{
	struct ip_header h;
	struct cursor c;

	if (q->packet.len && ip_version(q->packet) != family)
		return REASON_NO_FLIGHT;
	if (!ip_read(q->packet, &h))
		return REASON_ERROR_TRUNCATED;
	q->from = h.from;
	q->to = h.to;
	q->tag = h.tag;
	q->ttl = h.ttl;
	q->protocol = h.protocol;
	c = cursor_of(span_tail(q->packet, ip_header_size(family)));
	if (family == 6)
		skip_option(&c, q);
	q->l4 = cursor_take(&c, QUOTE_L4_SIZE);
	if (c.short_read)
		return REASON_ERROR_TRUNCATED;
	return h.size == ip_header_size(family) ? REASON_OK : REASON_NO_FLIGHT; /* ours have no options */
}

/* Is there an extension that is whole at this offset? */
static bool take_extension(struct icmp_error *e, struct span body, size_t offset, bool needs_checksum)
{
	struct span extension = span_tail(body, offset);
	size_t most = e->router.family == 4 ? EXTENSION_MOST4 : EXTENSION_MOST6;

	if (!extension.len || extension.len > most || !extension_is_whole(extension) ||
		(needs_checksum && load_u16(extension.at + 2) == 0))
		return false;
	e->quote.packet = span_head(body, offset);
	e->objects = span_tail(extension, EXTENSION_HEADER);
	return true;
}

/*
 * Parts body into quote and extension. RFC 4884: the length field counts the
 * quote in 32-bit words (IPv4, byte 5) or 64-bit words (IPv6, byte 4). Without
 * one, routers older than the RFC put the extension at offset 128 (section
 * 5.5), and so do some that fill the field in a way of their own: believed
 * only with a checksum that is there and right, since without one it is more
 * likely the probe's own bytes.
 */
static void part_extension(struct icmp_error *e, struct span body, size_t length)
{
	e->quote.packet = length ? span_head(body, length) : body;
	if (length && length <= body.len && take_extension(e, body, length, false))
		return;
	if (take_extension(e, body, EXTENSION_OFFSET, true))
		return;
	e->has_broken_extension = length && length != body.len;
}

enum reason icmp_error_parse(struct span packet, struct icmp_error *e)
{
	struct span message = { 0 };
	struct cursor c;
	const uint8_t family = ip_version(packet);
	size_t length = 0;
	enum reason why;

	*e = (struct icmp_error){ 0 };
	why = find_message(packet, e, &message);
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
	if (!why && family == 6 && e->type == ICMP_PARAMETER_PROBLEM6 && e->code == ICMP_UNKNOWN_OPTION6 &&
		!e->quote.has_option)
		return REASON_ERROR_TYPE;
	return why;
}
