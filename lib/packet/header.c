/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/header.h"

#include "packet/checksum.h"
#include "packet/probe.h"

enum {
	TTL = 64, /* IANA's recommended default */
	ECHO_REPLY4 = 0,
	INTERNETWORK_CONTROL = 0xc0, /* RFC 1812 4.3.2.5: precedence of an ICMP error */
};

void header_sum4(struct writer *out, size_t start)
{
	if (out->overflow)
		return;
	writer_patch_u16(out, start + 10, 0);
	writer_patch_u16(out, start + 10, checksum(span_of(out->at + start, HEADER_SIZE4)));
}

size_t icmp_begin(const struct icmp_header *h, struct writer *out)
{
	size_t start = out->len;

	if (h->to.family == 4) {
		writer_u8(out, 0x45);
		writer_u8(out, h->type == ECHO_REPLY4 ? 0 : INTERNETWORK_CONTROL);
		writer_u16(out, 0); /* total length, in icmp_end() */
		writer_u16(out, 0); /* id: the kernel chooses one */
		writer_u16(out, 0); /* may be fragmented */
		writer_u8(out, TTL);
		writer_u8(out, PROTOCOL_ICMP);
		writer_u16(out, 0); /* checksum, in icmp_end() */
	} else {
		writer_u32(out, 0x60000000); /* traffic class and flow label 0 */
		writer_u16(out, 0); /* payload length, in icmp_end() */
		writer_u8(out, PROTOCOL_ICMP6);
		writer_u8(out, TTL);
	}
	writer_put(out, span_of(h->from.bytes, addr_size(&h->to)));
	writer_put(out, span_of(h->to.bytes, addr_size(&h->to)));
	writer_u8(out, h->type);
	writer_u8(out, h->code);
	writer_u16(out, 0); /* checksum, in icmp_end() */
	writer_u32(out, h->rest);
	return start;
}

void icmp_end(const struct icmp_header *h, size_t start, struct writer *out)
{
	size_t header_size = ip_header_size(h->to.family);
	struct span message;

	if (out->overflow)
		return;
	message = span_of(out->at + start + header_size, out->len - start - header_size);
	if (h->to.family == 4) {
		writer_patch_u16(out, start + 2, (uint16_t)(out->len - start));
		header_sum4(out, start);
		writer_patch_u16(out, start + header_size + 2, checksum(message));
	} else {
		writer_patch_u16(out, start + 4, (uint16_t)message.len);
		writer_patch_u16(out, start + header_size + 2,
			checksum_pseudo(&h->from, &h->to, PROTOCOL_ICMP6, message));
	}
}
