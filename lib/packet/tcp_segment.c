/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tcp_segment.h"

#include "packet/probe.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_SACK = 5, OPTION_TIMES = 8, TIMES_SIZE = 10, BLOCK_SIZE = 8 };

/* Each sets *size to the bytes that the IP header promises behind itself. */
static bool parse_ip4(struct cursor *c, struct tcp_segment *s, size_t *size)
{
	size_t header_size = (size_t)(take_u8(c) & 0x0f) * 4;
	uint16_t length, fragment;
	uint8_t protocol;

	s->tos = take_u8(c);
	length = take_u16(c);
	skip(c, 2); /* id */
	fragment = take_u16(c);
	s->ttl = take_u8(c);
	protocol = take_u8(c);
	skip(c, 2); /* checksum */
	s->from = addr_from(4, take(c, 4));
	s->to = addr_from(4, take(c, 4));
	if (c->short_read || header_size < HEADER_SIZE4 || length < header_size)
		return false;
	skip(c, header_size - HEADER_SIZE4); /* options */
	*size = length - header_size;
	return !c->short_read && protocol == PROTOCOL_TCP && !(fragment & 0x3fff);
}

/* Linux puts no extension header in front of TCP unless an application insists. */
static bool parse_ip6(struct cursor *c, struct tcp_segment *s, size_t *size)
{
	uint32_t first = take_u32(c);
	uint8_t protocol;

	s->tos = (uint8_t)(first >> 20);
	s->label = first & 0xfffff;
	*size = take_u16(c);
	protocol = take_u8(c);
	s->ttl = take_u8(c);
	s->from = addr_from(6, take(c, 16));
	s->to = addr_from(6, take(c, 16));
	return !c->short_read && protocol == PROTOCOL_TCP;
}

/* What stands before a broken option is believed, as Linux does. */
static void parse_options(struct span options, struct tcp_segment *s)
{
	struct cursor c = cursor_of(options);

	while (c.rest.len) {
		uint8_t kind = take_u8(&c), length;
		struct cursor value;

		if (kind == OPTION_END)
			return;
		if (kind == OPTION_NOP)
			continue;
		length = take_u8(&c);
		if (c.short_read || length < 2 || length - 2U > c.rest.len)
			return;
		value = cursor_of(span_head(c.rest, length - 2U));
		skip(&c, length - 2U);
		if (kind == OPTION_TIMES && length == TIMES_SIZE) {
			s->times.is_there = true;
			s->times.value = take_u32(&value);
			s->times.echo = take_u32(&value);
		} else if (kind == OPTION_SACK && value.rest.len >= BLOCK_SIZE) {
			s->has_block = true;
			s->block_from = take_u32(&value);
			s->block_to = take_u32(&value);
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
	s->from_port = take_u16(&c);
	s->to_port = take_u16(&c);
	s->seq = take_u32(&c);
	s->ack = take_u32(&c);
	header_size = (size_t)(take_u8(&c) >> 4) * 4;
	s->flags = take_u8(&c);
	s->window = take_u16(&c);
	skip(&c, 4); /* checksum, urgent pointer */
	if (c.short_read || header_size < TCP_SIZE || header_size > size || header_size - TCP_SIZE > c.rest.len)
		return false;
	s->payload_size = (uint32_t)(size - header_size);
	parse_options(span_head(c.rest, header_size - TCP_SIZE), s);
	return true;
}
