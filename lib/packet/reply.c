/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/reply.h"

#include "packet/checksum.h"

enum { REPLY4 = 0, REPLY6 = 129, ECHO4 = 8, ECHO6 = 128 };

static bool parse_segment(struct span packet, struct reply *r)
{
	struct tcp_segment s;

	if (!tcp_segment_parse(packet, &s) || !(s.flags & TCP_ACK))
		return false;
	if (s.flags & TCP_RST)
		r->kind = ANSWER_RESET;
	else if (s.flags & TCP_SYN)
		r->kind = ANSWER_SYNACK;
	else
		return false;
	r->ttl = s.ttl;
	r->quote.from = s.to;
	r->quote.to = s.from;
	r->quote.protocol = PROTOCOL_TCP;
	store_u16(r->l4, s.to_port);
	store_u16(r->l4 + 2, s.from_port);
	store_u32(r->l4 + 4, s.ack - 1);
	return s.to_port == REQUEST_PORT;
}

/* Finds the ICMP message in an IP packet that is no fragment, and has no extension headers. */
static bool find_message(struct span packet, struct reply *r, struct span *message)
{
	struct cursor c = cursor_of(packet);
	uint8_t family = packet.len ? packet.at[0] >> 4 : 0;
	size_t header_size = HEADER_SIZE6, length;
	uint16_t fragment = 0;

	if (family == 4) {
		header_size = (size_t)(cursor_u8(&c) & 0x0f) * 4;
		cursor_skip(&c, 1); /* TOS */
		length = cursor_u16(&c);
		cursor_skip(&c, 2); /* id */
		fragment = cursor_u16(&c);
		r->ttl = cursor_u8(&c);
		r->quote.protocol = cursor_u8(&c);
		cursor_skip(&c, 2); /* checksum */
		r->quote.to = addr_from(4, cursor_take(&c, 4));
		r->quote.from = addr_from(4, cursor_take(&c, 4));
	} else {
		cursor_skip(&c, 4); /* version, traffic class, flow label */
		length = HEADER_SIZE6 + (size_t)cursor_u16(&c);
		r->quote.protocol = cursor_u8(&c);
		r->ttl = cursor_u8(&c);
		r->quote.to = addr_from(6, cursor_take(&c, 16));
		r->quote.from = addr_from(6, cursor_take(&c, 16));
	}
	if (c.short_read || (family != 4 && family != 6) || header_size < HEADER_SIZE4 || length > packet.len ||
		fragment & 0x3fff)
		return false;
	*message = span_tail(span_head(packet, length), header_size);
	return r->quote.protocol == (family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6);
}

/* What is not is an error nearly always, and found out soonest without asking what TCP has to say. */
static bool is_tcp(struct span packet)
{
	bool is_four = packet.len && packet.at[0] >> 4 == 4;

	return *cursor_take(&(struct cursor){ span_tail(packet, is_four ? 9 : 6), false }, 1) == PROTOCOL_TCP;
}

/* The sum of all but the checksum is the reply's, except that the type was another. */
static bool parse_echo(struct span packet, struct reply *r)
{
	struct span message, header;
	struct cursor c;
	uint16_t type_code, sum;
	bool is_four;

	if (!find_message(packet, r, &message))
		return false;
	is_four = r->quote.from.family == 4;
	c = cursor_of(message);
	type_code = cursor_u16(&c);
	sum = cursor_u16(&c);
	store_u32(r->l4 + 4, cursor_u32(&c));
	if (c.short_read || type_code != (is_four ? REPLY4 : REPLY6) << 8)
		return false;
	header = span_head(packet, (size_t)(message.at - packet.at));
	if (is_four && checksum(header))
		return false; /* whose reply it is is under this one alone */
	if (is_four ? checksum(message) : checksum_pseudo(&r->quote.to, &r->quote.from, PROTOCOL_ICMP6, message))
		return false;
	r->kind = ANSWER_REPLY;
	r->icmp_type = is_four ? REPLY4 : REPLY6;
	store_u16(r->l4, is_four ? ECHO4 << 8 : ECHO6 << 8);
	sum = checksum_replace(sum, type_code, load_u16(r->l4));
	store_u16(r->l4 + 2, sum ? sum : 0xffff); /* as 0 it says "the default", and no flow is 0 */
	return true;
}

bool reply_parse(struct span packet, struct reply *r)
{
	*r = (struct reply){ 0 };
	r->quote.l4 = r->l4;
	return is_tcp(packet) ? parse_segment(packet, r) : parse_echo(packet, r);
}
