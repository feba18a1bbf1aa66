/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"
#include "packet/header.h"

void build_expired(const struct probe *p, const struct addr *from, struct writer *out)
{
	struct icmp_header h = { .from = *from, .to = p->prober };
	size_t start;

	h.type = p->prober.family == 4 ? EXPIRED4 : EXPIRED6;
	start = icmp_begin(&h, out);
	writer_put(out, span_head(p->packet, p->prober.family == 4 ? QUOTE_MAX4 : QUOTE_MAX6));
	icmp_end(&h, start, out);
}

void build_unreachable(struct span original, const struct addr *from, const struct addr *to, struct writer *out)
{
	bool is_four = to->family == 4;
	struct icmp_header h = {
		.from = *from,
		.to = *to,
		.type = is_four ? UNREACHABLE4 : UNREACHABLE6,
		.code = is_four ? PORT_UNREACHABLE4 : PORT_UNREACHABLE6,
	};
	size_t start = icmp_begin(&h, out);
	size_t quote = out->len;

	writer_put(out, original);
	if (out->overflow)
		return;
	out->at[quote + (is_four ? 8 : 7)] = 1;
	if (is_four)
		header_sum4(out, quote);
	icmp_end(&h, start, out);
}
