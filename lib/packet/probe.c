/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/probe.h"

#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/request.h"
#include "packet/tcp_segment.h"

/* The header's checksum is not looked at: the kernel has verified it before the queue. */
static enum reason check_ip4(const struct ip_header *h, struct probe *p)
{
	if (h->total_size < HEADER_SIZE4 || h->total_size > p->packet.len)
		return REASON_TRUNCATED;
	if (h->size != HEADER_SIZE4)
		return REASON_OPTIONS;
	if (ip_is_fragment(h))
		return REASON_FRAGMENT;
	p->packet = span_head(p->packet, h->total_size);
	p->l4 = span_tail(p->packet, HEADER_SIZE4);
	return REASON_OK;
}

/*
 * Steps over hop-by-hop and destination options and the header of a packet
 * that is its own only fragment (RFC 6946); all but the last say their length
 * in 8-byte units behind the first. Eight headers are more than any client
 * sends.
 */
static enum reason skip_extensions(struct cursor *c, struct probe *p)
{
	for (int i = 0; i <= 8; i++) {
		uint8_t length;

		switch (p->protocol) {
		case PROTOCOL_FRAGMENT:
			p->protocol = cursor_u8(c);
			cursor_skip(c, 1);
			if (cursor_u16(c) & 0xfff9) /* an offset, or more to come */
				return REASON_FRAGMENT;
			cursor_skip(c, 4);
			break;
		case PROTOCOL_HOP_BY_HOP:
		case PROTOCOL_DESTINATION:
			p->protocol = cursor_u8(c);
			length = cursor_u8(c);
			cursor_skip(c, 6 + (size_t)length * 8);
			break;
		case PROTOCOL_ROUTING:
		case PROTOCOL_AUTHENTICATION:
		case PROTOCOL_MOBILITY:
			return REASON_OPTIONS;
		default:
			return c->short_read ? REASON_TRUNCATED : REASON_OK;
		}
		if (c->short_read)
			return REASON_TRUNCATED;
	}
	return REASON_OPTIONS;
}

static enum reason check_ip6(const struct ip_header *h, struct probe *p)
{
	struct cursor c;
	enum reason why;

	if (h->total_size > p->packet.len)
		return REASON_TRUNCATED;
	p->packet = span_head(p->packet, h->total_size);
	c = cursor_of(span_tail(p->packet, HEADER_SIZE6));
	why = skip_extensions(&c, p);
	p->l4 = c.rest;
	return why;
}

static enum reason parse_ip(struct span packet, struct probe *p)
{
	const uint8_t version = ip_version(packet);
	struct ip_header h;

	*p = (struct probe){ .packet = packet };
	if (!ip_read(packet, &h))
		return packet.len && version != 4 && version != 6 ? REASON_VERSION : REASON_TRUNCATED;
	p->prober = h.from;
	p->target = h.to;
	p->tag = h.tag;
	p->protocol = h.protocol;
	p->ttl = h.ttl;
	return version == 4 ? check_ip4(&h, p) : check_ip6(&h, p);
}

static enum reason parse_udp(struct probe *p)
{
	struct cursor c = cursor_of(p->l4);
	uint16_t length, sum;

	p->kind = PROBE_UDP;
	p->prober_port = cursor_u16(&c);
	p->target_port = cursor_u16(&c);
	length = cursor_u16(&c);
	sum = cursor_u16(&c);
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

	p->prober_port = cursor_u16(&c);
	p->target_port = cursor_u16(&c);
	cursor_skip(&c, 8); /* sequence, acknowledgement */
	header_size = (cursor_u8(&c) >> 4) * 4;
	flags = cursor_u8(&c) & (uint8_t) ~(TCP_ECE | TCP_CWR);
	cursor_skip(&c, 6); /* window, checksum, urgent pointer */
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

	type_code = cursor_u16(&c);
	cursor_skip(&c, 2); /* checksum */
	p->prober_port = cursor_u16(&c);
	p->target_port = cursor_u16(&c);
	if (c.short_read)
		return REASON_TRUNCATED;
	p->payload = span_tail(p->l4, ICMP_SIZE);
	p->kind = type_code & 0xff && p->payload.len >= REQUEST_BODY ? PROBE_REQUEST : PROBE_ECHO;
	if (type_code != (icmp_echo_request(p->prober.family) << 8 | (p->kind == PROBE_REQUEST)))
		return REASON_SHAPE;
	if (p->prober.family == 4)
		sum = checksum(p->l4);
	else
		sum = checksum_pseudo(&p->prober, &p->target, PROTOCOL_ICMP6, p->l4);
	return sum ? REASON_CHECKSUM : REASON_OK;
}

static enum reason parse_ports(struct probe *p)
{
	struct cursor c = cursor_of(p->l4);

	p->kind = PROBE_PORTS;
	p->prober_port = cursor_u16(&c);
	p->target_port = cursor_u16(&c);
	cursor_skip(&c, 4);
	p->payload = c.rest;
	return c.short_read ? REASON_PROTOCOL : REASON_OK; /* nobody's, if it is not even that long */
}

/* Routers quote 8 bytes behind the IP header, and by those it must be found again. */
static enum reason parse_other(struct probe *p)
{
	p->kind = PROBE_OTHER;
	p->payload = p->l4;
	return p->l4.len < ICMP_SIZE ? REASON_PROTOCOL : REASON_OK;
}

enum reason probe_parse(struct span packet, struct probe *p)
{
	const enum reason why = parse_ip(packet, p);

	if (why)
		return why;
	switch (p->protocol) {
	case PROTOCOL_UDP:
		return parse_udp(p);
	case PROTOCOL_TCP:
		return parse_tcp(p);
	case PROTOCOL_DCCP:
	case PROTOCOL_UDPLITE:
		return parse_ports(p);
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMP6:
		if (p->protocol == ip_icmp_protocol(p->prober.family))
			return parse_echo(p);
		return REASON_PROTOCOL;
	default:
		return parse_other(p);
	}
}
