/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/neutral.h"

enum { KEY_SIZE = 8, MSS_SIZE = 4, WINDOW = 64240 };

/* Six bytes of the key, and two that make the checksum in front of them right. */
static void put_key(const struct request_probe *p, size_t l4, struct writer *out)
{
	struct span segment;

	writer_u32(out, (uint32_t)(p->key[1] >> 32));
	writer_u32(out, (uint32_t)p->key[1] & 0xffff0000);
	if (out->overflow)
		return;
	segment = span_of(out->at + l4, out->len - l4);
	writer_patch_u16(out, out->len - 2,
		p->protocol == PROTOCOL_ICMP ? checksum(segment)
					     : checksum_pseudo(&p->from, &p->to, p->protocol, segment));
}

static void put_udp(const struct request_probe *p, size_t l4, struct writer *out)
{
	uint16_t sum = (uint16_t)p->key[0];

	writer_u16(out, p->port);
	writer_u16(out, p->flow);
	writer_u16(out, UDP_SIZE + REQUEST_KEY_OFFSET + KEY_SIZE);
	writer_u16(out, sum ? sum : 0xffff); /* RFC 768: 0 means none */
	if (p->text)
		writer_put(out, span_of((const uint8_t *)p->text, REQUEST_KEY_OFFSET));
	else
		neutral_put(out, REQUEST_KEY_OFFSET);
	put_key(p, l4, out);
}

static void put_echo(const struct request_probe *p, size_t l4, struct writer *out)
{
	writer_u8(out, icmp_echo_request(p->to.family));
	writer_u8(out, 0); /* code */
	writer_u16(out, p->flow); /* the checksum: some routers choose the path by it */
	writer_u32(out, (uint32_t)p->key[0]); /* identifier, sequence */
	put_key(p, l4, out);
}

static void put_syn(const struct request_probe *p, size_t l4, struct writer *out)
{
	writer_u16(out, p->port);
	writer_u16(out, p->flow);
	writer_u32(out, (uint32_t)p->key[0]);
	writer_u32(out, 0); /* acknowledgement */
	writer_u8(out, (TCP_SIZE + MSS_SIZE) / 4 << 4);
	writer_u8(out, TCP_SYN);
	writer_u16(out, WINDOW);
	writer_u32(out, 0); /* checksum, below; urgent pointer */
	writer_u32(out, 2 << 24 | MSS_SIZE << 16 | REQUEST_MSS); /* maximum segment size */
	if (out->overflow)
		return;
	writer_patch_u16(out, l4 + 16,
		checksum_pseudo(&p->from, &p->to, PROTOCOL_TCP, span_of(out->at + l4, out->len - l4)));
}

void build_request_probe(const struct request_probe *p, struct writer *out)
{
	/* may be fragmented: only then an IPv4 id is left alone (RFC 6864 4) */
	const struct ip_header ip = { .from = p->from,
		.to = p->to,
		.tag = p->tag,
		.protocol = p->protocol,
		.tos = p->tos,
		.ttl = p->ttl };
	const size_t start = ip_begin(&ip, out), l4 = out->len;

	if (p->protocol == PROTOCOL_TCP)
		put_syn(p, l4, out);
	else if (p->protocol == PROTOCOL_UDP)
		put_udp(p, l4, out);
	else
		put_echo(p, l4, out);
	ip_end(start, out);
}
