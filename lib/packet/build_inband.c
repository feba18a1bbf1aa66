/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/header.h"

enum { TIMES_ROOM = 12, OLD_BYTE = 1, DONT_FRAGMENT = 0x4000, CONGESTION_BITS = 0x03 };

static void put_ip(const struct inband_probe *p, size_t size, struct writer *out)
{
	uint8_t tos = p->tos & (uint8_t)~CONGESTION_BITS;

	if (p->peer.family == 4) {
		writer_u8(out, 0x45);
		writer_u8(out, tos);
		writer_u16(out, (uint16_t)(HEADER_SIZE4 + size));
		writer_u16(out, 0); /* id: the kernel chooses one */
		writer_u16(out, DONT_FRAGMENT);
		writer_u8(out, p->ttl);
		writer_u8(out, PROTOCOL_TCP);
		writer_u16(out, 0); /* checksum, in header_sum4() */
	} else {
		writer_u32(out, 6U << 28 | (uint32_t)tos << 20 | (p->flow_label & 0xfffff));
		writer_u16(out, (uint16_t)size);
		writer_u8(out, PROTOCOL_TCP);
		writer_u8(out, p->ttl);
	}
	writer_put(out, span_of(p->local.bytes, addr_size(&p->peer)));
	writer_put(out, span_of(p->peer.bytes, addr_size(&p->peer)));
}

void build_inband(const struct inband_probe *p, struct writer *out)
{
	size_t start = out->len;
	size_t header_size = TCP_SIZE + (p->times.is_there ? TIMES_ROOM : 0U);
	size_t l4;

	put_ip(p, header_size + OLD_BYTE, out);
	l4 = out->len;
	writer_u16(out, p->local_port);
	writer_u16(out, p->peer_port);
	writer_u32(out, p->seq);
	writer_u32(out, p->ack);
	writer_u8(out, (uint8_t)(header_size / 4 << 4));
	writer_u8(out, TCP_ACK);
	writer_u16(out, p->window);
	writer_u32(out, 0); /* checksum, below; urgent pointer */
	if (p->times.is_there) {
		writer_u32(out, 0x0101080a); /* two no-operations, then kind 8 of 10 bytes (RFC 7323 appendix A) */
		writer_u32(out, p->times.value);
		writer_u32(out, p->times.echo);
	}
	writer_u8(out, 0);
	if (out->overflow)
		return;
	if (p->peer.family == 4)
		header_sum4(out, start);
	writer_patch_u16(out, l4 + 16,
		checksum_pseudo(&p->local, &p->peer, PROTOCOL_TCP, span_of(out->at + l4, out->len - l4)));
}
