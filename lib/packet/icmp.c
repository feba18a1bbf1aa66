/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/icmp.h"

#include "packet/checksum.h"
#include "packet/ip.h"

enum {
	TTL = 64, /* IANA's recommended default */
	INTERNETWORK_CONTROL = 0xc0, /* RFC 1812 4.3.2.5: precedence of an ICMP error */
};

size_t icmp_begin(const struct icmp_header *h, struct writer *out)
{
	const bool is_error4 = h->to.family == 4 && h->type != ICMP_ECHO_REPLY4 && h->type != ICMP_ECHO_REQUEST4;
	const struct ip_header ip = {
		.from = h->from,
		.to = h->to,
		.tos = is_error4 ? INTERNETWORK_CONTROL : 0,
		.ttl = TTL,
		.protocol = ip_icmp_protocol(h->to.family),
		/* IPv4: may be fragmented, and the kernel chooses the id */
	};
	const size_t start = ip_begin(&ip, out);

	writer_u8(out, h->type);
	writer_u8(out, h->code);
	writer_u16(out, 0); /* checksum, in icmp_end() */
	writer_u32(out, h->rest);
	return start;
}

void icmp_end(const struct icmp_header *h, size_t start, struct writer *out)
{
	enum { CHECKSUM = 2 };
	const size_t at = start + ip_header_size(h->to.family);
	struct span message;

	if (out->overflow)
		return;
	ip_end(start, out);
	message = span_of(out->at + at, out->len - at);
	writer_patch_u16(out, at + CHECKSUM,
		h->to.family == 4 ? checksum(message) : checksum_pseudo(&h->from, &h->to, PROTOCOL_ICMP6, message));
}
