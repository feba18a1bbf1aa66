/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tcp_segment.h"

#include "packet/ip.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_SACK = 5, OPTION_TIMES = 8, TIMES_SIZE = 10, BLOCK_SIZE = 8 };

/*
 * The segment's bytes, of which the IP header promises *size; false where it
 * is something else. Linux puts no IPv6 extension header in front of
 * TCP unless an application insists.
 */
static bool find_segment(struct span packet, struct tcp_segment *s, struct span *segment, size_t *size)
{
	struct ip_header h;

	if (!ip_read(packet, &h) || h.size < HEADER_SIZE4 || h.total_size < h.size || h.protocol != PROTOCOL_TCP ||
		ip_is_fragment(&h))
		return false;
	s->from = h.from;
	s->to = h.to;
	s->ttl = h.ttl;
	s->tos = h.tos;
	s->flow_label = h.from.family == 6 ? h.tag : 0;
	*segment = span_tail(packet, h.size);
	*size = h.total_size - h.size;
	return true;
}

/* Options in front of a malformed one are valid, as for Linux. */
static void parse_options(struct span options, struct tcp_segment *s)
{
	struct cursor c = cursor_of(options);

	while (c.rest.len) {
		uint8_t kind = cursor_u8(&c), length;
		struct cursor value;

		if (kind == OPTION_END)
			return;
		if (kind == OPTION_NOP)
			continue;
		length = cursor_u8(&c);
		if (c.short_read || length < 2 || length - 2U > c.rest.len)
			return;
		value = cursor_of(span_head(c.rest, length - 2U));
		cursor_skip(&c, length - 2U);
		if (kind == OPTION_TIMES && length == TIMES_SIZE) {
			s->times.is_there = true;
			s->times.tsval = cursor_u32(&value);
			s->times.tsecr = cursor_u32(&value);
		} else if (kind == OPTION_SACK && value.rest.len >= BLOCK_SIZE) {
			s->has_block = true;
			s->block_from = cursor_u32(&value);
			s->block_to = cursor_u32(&value);
		}
	}
}

bool tcp_segment_parse(struct span packet, struct tcp_segment *s)
{
	struct span segment = { 0 };
	size_t size = 0, header_size;
	struct cursor c;

	*s = (struct tcp_segment){ 0 };
	if (!find_segment(packet, s, &segment, &size))
		return false;
	c = cursor_of(segment);
	s->from_port = cursor_u16(&c);
	s->to_port = cursor_u16(&c);
	s->seq = cursor_u32(&c);
	s->ack = cursor_u32(&c);
	header_size = (size_t)(cursor_u8(&c) >> 4) * 4;
	s->flags = cursor_u8(&c);
	s->window = cursor_u16(&c);
	cursor_skip(&c, 4); /* checksum, urgent pointer */
	if (c.short_read || header_size < TCP_SIZE || header_size > size || header_size - TCP_SIZE > c.rest.len)
		return false;
	s->payload_size = (uint32_t)(size - header_size);
	parse_options(span_head(c.rest, header_size - TCP_SIZE), s);
	return true;
}
