/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ip.h"

#include "packet/checksum.h"

size_t ip_begin(const struct ip_header *h, struct writer *out)
{
	const size_t start = out->len;

	if (h->to.family == 4) {
		writer_u8(out, 4 << 4 | HEADER_SIZE4 / 4);
		writer_u8(out, h->tos);
		writer_u16(out, 0); /* total length */
		writer_u16(out, (uint16_t)h->tag);
		writer_u16(out, h->fragment);
		writer_u8(out, h->ttl);
		writer_u8(out, h->protocol);
		writer_u16(out, 0); /* checksum */
	} else {
		writer_u32(out, 6U << 28 | (uint32_t)h->tos << 20 | (h->tag & IP_FLOW_LABEL));
		writer_u16(out, 0); /* payload length */
		writer_u8(out, h->protocol);
		writer_u8(out, h->ttl);
	}
	writer_put(out, span_of(h->from.bytes, addr_size(&h->to)));
	writer_put(out, span_of(h->to.bytes, addr_size(&h->to)));
	return start;
}

void ip_end(size_t start, struct writer *out)
{
	const size_t size = out->len - start;

	if (out->overflow)
		return;
	if (out->at[start] >> 4 == 4) {
		store_u16(out->at + start + IP_LENGTH4, (uint16_t)size);
		ip_sum4(out->at + start);
	} else {
		store_u16(out->at + start + IP_LENGTH6, (uint16_t)(size - HEADER_SIZE6));
	}
}

void ip_sum4(uint8_t *at)
{
	store_u16(at + IP_CHECKSUM4, 0);
	store_u16(at + IP_CHECKSUM4, checksum(span_of(at, HEADER_SIZE4)));
}
