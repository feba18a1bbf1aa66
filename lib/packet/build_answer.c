/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/icmp.h"
#include "packet/ip.h"

void build_expired(const struct probe *p, const struct addr *from, struct writer *out)
{
	const uint8_t type = icmp_time_exceeded(p->prober.family);
	const struct icmp_header h = { .from = *from, .to = p->prober, .type = type };
	const size_t start = icmp_begin(&h, out);

	writer_put(out, span_head(p->packet, p->prober.family == 4 ? QUOTE_MAX4 : QUOTE_MAX6));
	icmp_end(&h, start, out);
}

void build_unreachable(struct span original, const struct addr *from, const struct addr *to, struct writer *out)
{
	bool is_four = to->family == 4;
	struct icmp_header h = {
		.from = *from,
		.to = *to,
		.type = icmp_unreachable(to->family),
		.code = is_four ? ICMP_PORT_UNREACHABLE4 : ICMP_PORT_UNREACHABLE6,
	};
	size_t start = icmp_begin(&h, out);
	size_t quote = out->len;

	writer_put(out, original);
	if (out->overflow)
		return;
	out->at[quote + (is_four ? IP_TTL4 : IP_TTL6)] = 1;
	if (is_four)
		ip_sum4(out->at + quote);
	icmp_end(&h, start, out);
}
