/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "answers_payload.h"

#include "packet/ip.h"

struct span answers_payload(const struct answer_world *w, unsigned index, struct writer *out)
{
	answer_rebuild(w, index, out);
	return span_tail(span_of(out->at, out->len), ip_header_size(w->aim->target.family) + UDP_SIZE);
}

enum answer_result answers_of_payload(const struct answer_world *w, struct span reply, struct answer *a)
{
	uint8_t room[IDENTITY_PACKET_MOST];
	struct writer out = writer_of(room, sizeof(room));
	const struct sent_probe *p;
	uint16_t first;
	int index;

	if (!payload_reply_first(w->aim->payload, reply, &first))
		return ANSWER_UNPROVEN;
	index = identity_index(w->identity, first);
	if (index < 0 || (unsigned)index >= w->sent->count)
		return ANSWER_UNPROVEN;
	p = &w->sent->probes[index];
	if (p->is_request || p->is_udp ||
		!payload_reply_is_of(w->aim->payload, answers_payload(w, (unsigned)index, &out), reply))
		return ANSWER_UNPROVEN;
	a->index = (unsigned)index;
	a->form = ANSWER_IS_REPLY;
	a->from = w->aim->target;
	return ANSWER_PROVEN;
}
