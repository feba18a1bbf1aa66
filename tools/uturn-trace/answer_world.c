/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "answer_world.h"

#include "packet/ip.h"

uint8_t answer_protocol(const struct answer_world *w, const struct sent_probe *p)
{
	return p && p->is_udp ? PROTOCOL_UDP : w->aim->protocol;
}

enum payload_kind answer_payload(const struct answer_world *w, const struct sent_probe *p)
{
	return p && p->is_udp ? PAYLOAD_TEXT : w->aim->payload;
}

void answer_rebuild(const struct answer_world *w, unsigned index, struct writer *out)
{
	const struct sent_probe *p = &w->sent->probes[index];
	const struct identity_probe probe = {
		.index = index,
		.flow = p->flow,
		.ttl = p->ttl,
		.is_neutral = p->is_neutral,
		.is_short = p->is_short,
		.variation = w->sent->variations.list[p->variation],
	};
	struct aim aim = *w->aim;

	aim.protocol = answer_protocol(w, p);
	aim.payload = answer_payload(w, p);
	if (aim.payload != w->aim->payload)
		aim.port = AIM_PORT;
	identity_build(w->identity, &aim, &probe, out);
}
