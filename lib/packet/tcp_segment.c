/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tcp_segment.h"

#include "packet/probe.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_SACK = 5, OPTION_TIMES = 8, TIMES_SIZE = 10, BLOCK_SIZE = 8 };

/* Each sets *size to the bytes that the IP header promises behind itself. */
static bool parse_ip4(struct cursor *c, struct tcp_segment *s, size_t *size)
{
	size_t header_size = (size_t)(cursor_u8(c) & 0x0f) * 4;
	uint16_t length, fragment;
	uint8_t protocol;

	s->tos = cursor_u8(c);
	length = cursor_u16(c);
	cursor_skip(c, 2); /* id */
	fragment = cursor_u16(c);
	s->ttl = cursor_u8(c);
	protocol = cursor_u8(c);
	cursor_skip(c, 2); /* checksum */
	s->from = addr_from(4, cursor_take(c, 4));
	s->to = addr_from(4, cursor_take(c, 4));
	if (c->short_read || header_size < HEADER_SIZE4 || length < header_size)
		return false;
	cursor_skip(c, header_size - HEADER_SIZE4); /* options */
	*size = length - header_size;
	return !c->short_read && protocol == PROTOCOL_TCP && !(fragment & 0x3fff);
}

/* Linux puts no extension header in front of TCP unless an application insists. */
static bool parse_ip6(struct cursor *c, struct tcp_segment *s, size_t *size)
{
	uint32_t first = cursor_u32(c);
	uint8_t protocol;

	s->tos = (uint8_t)(first >> 20);
	s->flow_label = first & 0xfffff;
	*size = cursor_u16(c);
	protocol = cursor_u8(c);
	s->ttl = cursor_u8(c);
	s->from = addr_from(6, cursor_take(c, 16));
	s->to = addr_from(6, cursor_take(c, 16));
	return !c->short_read && protocol == PROTOCOL_TCP;
}

/* What stands before a broken option is believed, as Linux does. */
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
			s->times.value = cursor_u32(&value);
			s->times.echo = cursor_u32(&value);
		} else if (kind == OPTION_SACK && value.rest.len >= BLOCK_SIZE) {
			s->has_block = true;
			s->block_from = cursor_u32(&value);
			s->block_to = cursor_u32(&value);
		}
	}
}

bool tcp_segment_parse(struct span packet, struct tcp_segment *s)
{
	struct cursor c = cursor_of(packet);
	uint8_t family = packet.len ? packet.at[0] >> 4 : 0;
	size_t size = 0, header_size;

	*s = (struct tcp_segment){ 0 };
	if (family == 4 ? !parse_ip4(&c, s, &size) : family != 6 || !parse_ip6(&c, s, &size))
		return false;
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
