/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/header.h"
#include "packet/neutral.h"

enum { KEY_SIZE = 8, MSS = 1460, MSS_SIZE = 4, WINDOW = 64240 };

static void put_ip(const struct request_probe *p, size_t size, struct writer *out)
{
	if (p->to.family == 4) {
		put_u16(out, 0x4500);
		put_u16(out, (uint16_t)(HEADER_SIZE4 + size));
		put_u16(out, (uint16_t)p->label);
		put_u16(out, 0); /* may be fragmented: only then an id is left alone (RFC 6864 4) */
		put_u8(out, p->ttl);
		put_u8(out, p->protocol);
		put_u16(out, 0); /* checksum, in header_sum4() */
	} else {
		put_u32(out, 6U << 28 | (p->label & 0xfffff));
		put_u16(out, (uint16_t)size);
		put_u8(out, p->protocol);
		put_u8(out, p->ttl);
	}
	put(out, span_of(p->from.bytes, addr_size(&p->to)));
	put(out, span_of(p->to.bytes, addr_size(&p->to)));
}

/* Six bytes of the key, and two that make the checksum in front of them right. */
static void put_key(const struct request_probe *p, size_t l4, struct writer *out)
{
	struct span segment;

	put_u32(out, (uint32_t)(p->key[1] >> 32));
	put_u32(out, (uint32_t)p->key[1] & 0xffff0000);
	if (out->overflow)
		return;
	segment = span_of(out->at + l4, out->len - l4);
	patch_u16(out, out->len - 2,
		p->protocol == PROTOCOL_ICMP ? checksum(segment)
					     : checksum_pseudo(&p->from, &p->to, p->protocol, segment));
}

static void put_udp(const struct request_probe *p, size_t l4, struct writer *out)
{
	uint16_t sum = (uint16_t)p->key[0];

	put_u16(out, REQUEST_PORT);
	put_u16(out, p->flow);
	put_u16(out, UDP_SIZE + REQUEST_KEY_OFFSET + KEY_SIZE);
	put_u16(out, sum ? sum : 0xffff); /* RFC 768: 0 means none */
	neutral_put(out, REQUEST_KEY_OFFSET);
	put_key(p, l4, out);
}

static void put_echo(const struct request_probe *p, size_t l4, struct writer *out)
{
	put_u16(out, p->to.family == 4 ? 8 << 8 : 128 << 8);
	put_u16(out, p->flow); /* the checksum: some routers choose the path by it */
	put_u32(out, (uint32_t)p->key[0]); /* identifier, sequence */
	put_key(p, l4, out);
}

static void put_syn(const struct request_probe *p, size_t l4, struct writer *out)
{
	put_u16(out, REQUEST_PORT);
	put_u16(out, p->flow);
	put_u32(out, (uint32_t)p->key[0]);
	put_u32(out, 0); /* acknowledgement */
	put_u8(out, (TCP_SIZE + MSS_SIZE) / 4 << 4);
	put_u8(out, TCP_SYN);
	put_u16(out, WINDOW);
	put_u32(out, 0); /* checksum, below; urgent pointer */
	put_u32(out, 2 << 24 | MSS_SIZE << 16 | MSS); /* maximum segment size */
	if (out->overflow)
		return;
	patch_u16(out, l4 + 16, checksum_pseudo(&p->from, &p->to, PROTOCOL_TCP, span_of(out->at + l4, out->len - l4)));
}

static size_t l4_size(const struct request_probe *p)
{
	switch (p->protocol) {
	case PROTOCOL_TCP:
		return TCP_SIZE + MSS_SIZE;
	case PROTOCOL_UDP:
		return UDP_SIZE + REQUEST_KEY_OFFSET + KEY_SIZE;
	default:
		return ICMP_SIZE + KEY_SIZE;
	}
}

void build_request_probe(const struct request_probe *p, struct writer *out)
{
	size_t start = out->len, l4;

	put_ip(p, l4_size(p), out);
	l4 = out->len;
	if (p->protocol == PROTOCOL_TCP)
		put_syn(p, l4, out);
	else if (p->protocol == PROTOCOL_UDP)
		put_udp(p, l4, out);
	else
		put_echo(p, l4, out);
	if (p->to.family == 4)
		header_sum4(out, start);
}
