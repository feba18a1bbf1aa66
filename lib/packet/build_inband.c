/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/ip.h"

enum { TIMES_ROOM = 12, CONGESTION_BITS = 0x03 };

void build_inband(const struct inband_probe *p, struct writer *out)
{
	const struct ip_header ip = {
		.from = p->local,
		.to = p->peer,
		.tag = p->peer.family == 4 ? 0 : p->flow_label, /* the kernel chooses the id */
		.fragment = IP_DONT_FRAGMENT,
		.protocol = PROTOCOL_TCP,
		.ttl = p->ttl,
		.tos = p->tos & (uint8_t)~CONGESTION_BITS,
	};
	const size_t start = ip_begin(&ip, out), l4 = out->len;
	size_t header_size = TCP_SIZE + (p->times.is_there ? TIMES_ROOM : 0U);

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
	writer_u8(out, 0); /* the old byte */
	if (out->overflow)
		return;
	ip_end(start, out);
	writer_patch_u16(out, l4 + 16,
		checksum_pseudo(&p->local, &p->peer, PROTOCOL_TCP, span_of(out->at + l4, out->len - l4)));
}
