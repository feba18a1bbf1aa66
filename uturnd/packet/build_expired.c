/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"
#include "packet/header.h"

void build_expired(const struct probe *p, const struct addr *from, struct writer *out)
{
	struct icmp_header h = { .from = *from, .to = p->prober };
	size_t start;

	h.type = p->prober.family == 4 ? EXPIRED4 : EXPIRED6;
	start = icmp_begin(&h, out);
	put(out, span_head(p->packet, p->prober.family == 4 ? QUOTE_MAX4 : QUOTE_MAX6));
	icmp_end(&h, start, out);
}
