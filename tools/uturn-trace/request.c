/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "request.h"

#include "packet/icmp.h"
#include "packet/ip.h"

void request_build(const struct aim *aim, uint16_t id, uint16_t flow, uint8_t ttl, struct writer *out)
{
	const struct icmp_header h = {
		.from = aim->source,
		.to = aim->target,
		.type = icmp_echo_request(aim->target.family),
		.code = 1,
		.rest = (uint32_t)id << 16,
	};
	const size_t start = icmp_begin(&h, out);
	const size_t body = out->len;

	writer_u8(out, ttl);
	writer_u8(out, aim->protocol);
	writer_u16(out, flow);
	writer_zeroes(out, REQUEST_SIZE - ICMP_SIZE - (out->len - body));
	icmp_end(&h, start, out);
}
