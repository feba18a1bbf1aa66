/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/reply.h"

#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/tcp_segment.h"

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
	return true;
}

/* Finds the ICMP message in an IP packet that is not a fragment, and has no extension headers. */
static bool find_message(struct span packet, struct reply *r, struct span *message)
{
	struct ip_header h;

	if (!ip_read(packet, &h) || h.size < HEADER_SIZE4 || h.total_size > packet.len || ip_is_fragment(&h) ||
		h.protocol != ip_icmp_protocol(h.from.family))
		return false;
	r->ttl = h.ttl;
	r->quote.protocol = h.protocol;
	r->quote.to = h.from;
	r->quote.from = h.to;
	*message = span_tail(span_head(packet, h.total_size), h.size);
	return true;
}

/* Most packets that are not TCP are errors, which this rejects soonest. */
static bool is_tcp(struct span packet)
{
	const size_t at = ip_version(packet) == 4 ? IP_PROTOCOL4 : IP_PROTOCOL6;

	return packet.len > at && packet.at[at] == PROTOCOL_TCP;
}

/* The sum of all but the checksum is the reply's, except that the type was another. */
static bool parse_echo(struct span packet, struct reply *r)
{
	struct span message, header;
	struct cursor c;
	uint16_t type_code, sum;
	uint8_t family;

	if (!find_message(packet, r, &message))
		return false;
	family = r->quote.from.family;
	c = cursor_of(message);
	type_code = cursor_u16(&c);
	sum = cursor_u16(&c);
	store_u32(r->l4 + 4, cursor_u32(&c));
	if (c.short_read || type_code != icmp_echo_reply(family) << 8)
		return false;
	header = span_head(packet, (size_t)(message.at - packet.at));
	if (family == 4 && checksum(header))
		return false; /* whose reply it is is under this one alone */
	if (family == 4 ? checksum(message) : checksum_pseudo(&r->quote.to, &r->quote.from, PROTOCOL_ICMP6, message))
		return false;
	r->kind = ANSWER_REPLY;
	r->icmp_type = icmp_echo_reply(family);
	store_u16(r->l4, (uint16_t)(icmp_echo_request(family) << 8));
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
