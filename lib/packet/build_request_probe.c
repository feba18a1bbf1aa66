/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/request_payload.h"

enum { MSS_SIZE = 4, WINDOW = 64240 };

/* Where the two bytes at free_at are what is missing in the checksum of all behind l4, which is there already. */
static void settle_sum(const struct request_probe *p, size_t l4, size_t free_at, struct writer *out)
{
	struct span segment;

	if (out->overflow)
		return;
	segment = span_of(out->at + l4, out->len - l4);
	writer_patch_u16(out, free_at,
		p->protocol == PROTOCOL_ICMP ? checksum(segment)
					     : checksum_pseudo(&p->from, &p->to, p->protocol, segment));
}

/* What is missing behind the header, which begins at l4, for a packet of p->size bytes. */
static size_t room_behind(const struct request_probe *p, size_t l4, const struct writer *out)
{
	const size_t there = ip_header_size(p->to.family) + out->len - l4;

	return p->size > there ? p->size - there : 0;
}

static void put_udp(const struct request_probe *p, size_t l4, struct writer *out)
{
	const uint16_t sum = (uint16_t)p->key[0];
	struct request_payload payload = { .kind = p->payload, .text = p->text, .key = p->key[1] };
	size_t free_at;

	writer_u16(out, p->port);
	writer_u16(out, p->flow);
	writer_u16(out, 0); /* length, below */
	writer_u16(out, sum ? sum : 0xffff); /* RFC 768: 0 means none */
	payload.size = room_behind(p, l4, out);
	free_at = request_payload_put(&payload, out);
	if (out->overflow)
		return;
	writer_patch_u16(out, l4 + 4, (uint16_t)(out->len - l4));
	settle_sum(p, l4, free_at, out);
}

static void put_echo(const struct request_probe *p, size_t l4, struct writer *out)
{
	size_t free_at;

	writer_u8(out, icmp_echo_request(p->to.family));
	writer_u8(out, 0); /* code */
	writer_u16(out, p->flow); /* the checksum: some routers choose the path by it */
	writer_u32(out, (uint32_t)p->key[0]); /* identifier, sequence */
	writer_u32(out, (uint32_t)(p->key[1] >> 32));
	writer_u32(out, (uint32_t)p->key[1] & 0xffff0000);
	free_at = out->len - 2;
	writer_zeroes(out, room_behind(p, l4, out));
	settle_sum(p, l4, free_at, out);
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
	writer_zeroes(out, room_behind(p, l4, out)); /* data, which a SYN may have (RFC 9293 3.4) */
	if (out->overflow)
		return;
	writer_patch_u16(out, l4 + 16,
		checksum_pseudo(&p->from, &p->to, PROTOCOL_TCP, span_of(out->at + l4, out->len - l4)));
}

void build_request_probe(const struct request_probe *p, struct writer *out)
{
	/* of no size: may be fragmented: only then an IPv4 id is left alone (RFC 6864 4) */
	const struct ip_header ip = { .from = p->from,
		.to = p->to,
		.tag = p->tag,
		.fragment = p->size && p->to.family == 4 ? IP_DONT_FRAGMENT : 0,
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
