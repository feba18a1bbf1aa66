/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/probe.h"

#include "packet/checksum.h"

static enum reason parse_ip4(struct cursor *c, struct probe *p)
{
	uint8_t header_words = take_u8(c) & 0x0f;
	uint16_t length, fragment;

	skip(c, 1); /* TOS */
	length = take_u16(c);
	p->label = take_u16(c);
	fragment = take_u16(c);
	p->ttl = take_u8(c);
	p->protocol = take_u8(c);
	skip(c, 2); /* checksum: the kernel has verified it before the queue */
	p->prober = addr_from(4, take(c, 4));
	p->target = addr_from(4, take(c, 4));
	if (c->short_read || length < HEADER_SIZE4 || length > p->packet.len)
		return REASON_TRUNCATED;
	if (header_words != HEADER_SIZE4 / 4)
		return REASON_OPTIONS;
	if (fragment & 0x3fff) /* more fragments, or an offset */
		return REASON_FRAGMENT;
	p->packet = span_head(p->packet, length);
	p->l4 = span_tail(p->packet, HEADER_SIZE4);
	return REASON_OK;
}

static enum reason parse_ip6(struct cursor *c, struct probe *p)
{
	uint16_t length;

	p->label = take_u32(c) & 0xfffff;
	length = take_u16(c);
	p->protocol = take_u8(c);
	p->ttl = take_u8(c);
	p->prober = addr_from(6, take(c, 16));
	p->target = addr_from(6, take(c, 16));
	if (c->short_read || length > p->packet.len - HEADER_SIZE6)
		return REASON_TRUNCATED;
	p->packet = span_head(p->packet, HEADER_SIZE6 + (size_t)length);
	p->l4 = span_tail(p->packet, HEADER_SIZE6);
	switch (p->protocol) {
	case 44: /* RFC 8200 4.5 */
		return REASON_FRAGMENT;
	case 0: /* hop-by-hop, routing, destination options, authentication, mobility */
	case 43:
	case 51:
	case 60:
	case 135:
		return REASON_OPTIONS;
	}
	return REASON_OK;
}

static enum reason parse_udp(struct probe *p)
{
	struct cursor c = cursor_of(p->l4);
	uint16_t length, sum;

	p->kind = PROBE_UDP;
	p->prober_port = take_u16(&c);
	p->target_port = take_u16(&c);
	length = take_u16(&c);
	sum = take_u16(&c);
	if (c.short_read || length < UDP_SIZE || length > p->l4.len)
		return REASON_TRUNCATED;
	p->payload = span_tail(span_head(p->l4, length), UDP_SIZE);
	if (sum == 0 && p->prober.family == 4)
		return REASON_OK; /* RFC 768: not computed; RFC 8200 8.1 forbids it */
	if (sum == 0 || checksum_pseudo(&p->prober, &p->target, PROTOCOL_UDP, span_head(p->l4, length)))
		return REASON_CHECKSUM;
	return REASON_OK;
}

static enum reason parse_tcp(struct probe *p)
{
	struct cursor c = cursor_of(p->l4);
	uint8_t header_size, flags;

	p->prober_port = take_u16(&c);
	p->target_port = take_u16(&c);
	skip(&c, 8); /* sequence, acknowledgement */
	header_size = (take_u8(&c) >> 4) * 4;
	flags = take_u8(&c) & (uint8_t)~(TCP_ECE | TCP_CWR);
	skip(&c, 6); /* window, checksum, urgent pointer */
	if (c.short_read || header_size < TCP_SIZE || header_size > p->l4.len)
		return REASON_TRUNCATED;
	p->payload = span_tail(p->l4, header_size);
	if (flags == TCP_SYN)
		p->kind = PROBE_SYN;
	else if (flags == TCP_ACK && p->payload.len == 0)
		p->kind = PROBE_ACK;
	else
		return REASON_SHAPE;
	if (checksum_pseudo(&p->prober, &p->target, PROTOCOL_TCP, p->l4))
		return REASON_CHECKSUM;
	return REASON_OK;
}

static enum reason parse_echo(struct probe *p)
{
	struct cursor c = cursor_of(p->l4);
	uint16_t type_code;
	uint16_t sum;

	p->kind = PROBE_ECHO;
	type_code = take_u16(&c);
	skip(&c, 2); /* checksum */
	p->prober_port = take_u16(&c);
	p->target_port = take_u16(&c);
	if (c.short_read)
		return REASON_TRUNCATED;
	p->payload = span_tail(p->l4, ICMP_SIZE);
	if (type_code != (p->prober.family == 4 ? 8 << 8 : 128 << 8))
		return REASON_SHAPE;
	if (p->prober.family == 4)
		sum = checksum(p->l4);
	else
		sum = checksum_pseudo(&p->prober, &p->target, PROTOCOL_ICMP6, p->l4);
	return sum ? REASON_CHECKSUM : REASON_OK;
}

enum reason probe_parse(struct span packet, struct probe *p)
{
	struct cursor c = cursor_of(packet);
	enum reason why;

	*p = (struct probe){ .packet = packet };
	switch (packet.len ? packet.at[0] >> 4 : 0) {
	case 4:
		why = parse_ip4(&c, p);
		break;
	case 6:
		why = parse_ip6(&c, p);
		break;
	default:
		why = packet.len ? REASON_VERSION : REASON_TRUNCATED;
	}
	if (why)
		return why;
	if (p->protocol == PROTOCOL_UDP)
		return parse_udp(p);
	if (p->protocol == PROTOCOL_TCP)
		return parse_tcp(p);
	if (p->protocol == (p->prober.family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6))
		return parse_echo(p);
	return REASON_PROTOCOL;
}
