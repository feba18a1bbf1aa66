/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "answers.h"

#include <stdio.h>
#include <string.h>

#include "answers_payload.h"
#include "common/text.h"
#include "packet/checksum.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/reply.h"
#include "packet/response_parse.h"
#include "request.h"

enum { INTERFACES = 4, LATEST = 8192 /* probes that a datagram may be of, by checksum alone */ };

static const struct sent_probe *probe_at(const struct answer_world *w, int index)
{
	return index >= 0 && (unsigned)index < w->sent->count ? &w->sent->probes[index] : NULL;
}

static struct span rebuild(const struct answer_world *w, unsigned index, uint8_t room[IDENTITY_PACKET_MOST])
{
	struct writer out = writer_of(room, IDENTITY_PACKET_MOST);

	answer_rebuild(w, index, &out);
	return span_of(out.at, out.len);
}

static uint16_t low_of_quote(const struct quote *q)
{
	if (q->from.family == 4)
		return (uint16_t)q->tag;
	return load_u16(q->l4 + (q->protocol == PROTOCOL_UDP ? 6 : 4));
}

/* Over IPv6 a NAT that changes the checksum changes the only number in the first 8 bytes: more of it may be quoted. */
static int index_of_quote(const struct answer_world *w, const struct quote *q)
{
	const struct span payload = span_tail(q->packet, (size_t)(q->l4 - q->packet.at) + UDP_SIZE);
	int index = -1;

	if (q->from.family == 6 && q->protocol == PROTOCOL_UDP)
		index = identity_of_kind(w->identity, w->aim->payload, payload);
	return index >= 0 ? index : identity_index(w->identity, low_of_quote(q));
}

void answer_read_objects(struct answer *a, struct span objects)
{
	struct interface_info interfaces[INTERFACES];
	const size_t count = extension_interfaces(objects, interfaces, INTERFACES);
	char text[ADDR_TEXT_SIZE];

	a->note.label_count = (uint8_t)extension_labels(objects, a->note.labels, NOTE_LABELS);
	for (size_t i = 0; i < count; i++) {
		const struct interface_info *info = &interfaces[i];

		if (info->role != INTERFACE_INCOMING)
			continue;
		a->interface = a->note.interface_addr = info->addr;
		if (*info->name)
			snprintf(a->note.interface, sizeof(a->note.interface), "%s", info->name);
		else if (info->addr.family)
			snprintf(a->note.interface, sizeof(a->note.interface), "%s", addr_text(&info->addr, text));
	}
}

static enum answer_result of_error(const struct answer_world *w, const struct icmp_error *e, struct answer *a)
{
	const int index = index_of_quote(w, &e->quote);
	const struct sent_probe *p = probe_at(w, index);
	uint8_t room[IDENTITY_PACKET_MOST];

	if (e->quote.protocol != answer_protocol(w, p) || !addr_equal(&e->to, &w->aim->source))
		return ANSWER_FOREIGN;
	if (!p || p->is_request ||
		!quote_compare(rebuild(w, (unsigned)index, room), answer_payload(w, p), &e->quote, &a->note.changes))
		return addr_equal(&e->quote.to, &w->aim->target) ? ANSWER_UNPROVEN : ANSWER_FOREIGN;
	a->index = (unsigned)index;
	a->form = icmp_error_is_expired(e) ? ANSWER_IS_EXPIRED : ANSWER_IS_UNREACHABLE;
	a->from = e->router;
	a->type = e->type;
	a->code = e->code;
	a->ttl_received = e->ttl;
	a->ttl_left = e->quote.ttl;
	a->mtu = e->router.family == 4 ? e->rest & 0xffff : e->rest;
	/* some routers copy that of the probe */
	a->id = e->router.family == 4 && e->tag != e->quote.tag ? (uint16_t)e->tag : 0;
	answer_read_objects(a, e->objects);
	return ANSWER_PROVEN;
}

static enum answer_result of_reply(const struct answer_world *w, const struct reply *r, struct answer *a)
{
	const struct quote *q = &r->quote;
	const int index = identity_index(w->identity, load_u16(q->l4 + 4));
	const struct sent_probe *p = probe_at(w, index);
	uint8_t room[IDENTITY_PACKET_MOST];
	struct span sent;

	if (q->protocol != w->aim->protocol || !addr_equal(&q->from, &w->aim->source) ||
		!addr_equal(&q->to, &w->aim->target))
		return ANSWER_FOREIGN;
	if (!p || p->is_request)
		return ANSWER_UNPROVEN;
	sent = rebuild(w, (unsigned)index, room);
	if (memcmp(sent.at + ip_header_size(w->aim->target.family), q->l4, QUOTE_L4_SIZE) != 0)
		return ANSWER_UNPROVEN;
	a->index = (unsigned)index;
	a->form = ANSWER_IS_REPLY;
	a->from = q->to;
	a->type = r->icmp_type;
	a->ttl_received = r->ttl;
	return ANSWER_PROVEN;
}

/* A server's response: its identifier is all that it has, so it has to come from the host that was asked. */
static enum answer_result of_response(const struct answer_world *w, struct span packet, uint16_t low, struct answer *a)
{
	const int index = identity_index(w->identity, low);
	const struct sent_probe *p = probe_at(w, index);
	uint8_t room[HEADER_SIZE6 + REQUEST_SIZE];
	struct writer request = writer_of(room, sizeof(room));
	struct reverse_response r;
	enum response_result result;

	if (!p || !p->is_request)
		return ANSWER_UNPROVEN;
	request_build(w->aim, low, flows_port(&w->aim->flows, p->flow), p->ttl, &request);
	result = response_parse(packet, span_tail(span_of(room, request.len), ip_header_size(w->aim->target.family)),
		&r);
	if (result == RESPONSE_NONE || !addr_equal(&r.from, &w->aim->target) || !addr_equal(&r.to, &w->aim->source))
		return ANSWER_UNPROVEN;
	a->index = (unsigned)index;
	a->is_request = true;
	a->is_echo = result == RESPONSE_ECHO;
	a->status = r.status;
	a->form = ANSWER_IS_STATUS;
	if (a->is_echo || r.status != STATUS_DONE)
		return ANSWER_PROVEN;
	a->from = r.hop;
	a->form = ANSWER_IS_EXPIRED;
	a->type = r.icmp_type;
	a->code = r.icmp_code;
	a->ttl_received = r.ttl;
	a->note.has_rtt = true;
	a->note.rtt_us = r.rtt_ns / 1000;
	if (r.has_kind && r.kind != ANSWER_ERROR)
		a->form = ANSWER_IS_REPLY;
	else if (r.has_kind && r.icmp_type != icmp_time_exceeded(r.hop.family))
		a->form = ANSWER_IS_UNREACHABLE;
	if (addr_equal(&r.hop, &w->aim->source))
		a->form = ANSWER_IS_REPLY; /* its probe has come here, whatever this host made of it */
	answer_read_objects(a, r.objects);
	return ANSWER_PROVEN;
}

/* The checksum of a return probe is the probe's own (doc/architecture.md, What a return probe carries). */
static bool has_sum(const struct answer_world *w, unsigned index, uint16_t sum)
{
	const uint16_t high = identity_high(w->identity, index);

	return sum == (high ? high : 0xffff);
}

/* What was answered is not answered again by so little proof. */
static bool may_return(const struct sent_probe *p, int flow)
{
	return p && p->flow == flow && p->direction == BACK && !p->is_request && !p->is_answered;
}

static int index_of_sum(const struct answer_world *w, uint16_t port, uint16_t sum)
{
	const int flow = flows_of_port(&w->aim->flows, port);
	const unsigned count = w->sent->count;

	if (flow < 0)
		return -1;
	if (w->aim->target.family == 6) {
		const int index = identity_index(w->identity, sum);

		return may_return(probe_at(w, index), flow) ? index : -1;
	}
	for (unsigned i = count; i-- > 0 && i + LATEST >= count;)
		if (may_return(&w->sent->probes[i], flow) && has_sum(w, i, sum))
			return (int)i;
	return -1;
}

/* A datagram of uturnd(8) in the flow's reverse direction: the return path ends here. */
static enum answer_result of_datagram(const struct answer_world *w, struct span packet, const struct ip_header *h,
	struct answer *a)
{
	const struct span segment = span_tail(span_head(packet, h->total_size), h->size);
	struct cursor c = cursor_of(segment);
	const uint16_t from_port = cursor_u16(&c), to_port = cursor_u16(&c);
	uint16_t sum;
	int index;

	cursor_skip(&c, 2); /* length */
	sum = cursor_u16(&c);
	if (c.short_read || w->aim->protocol != PROTOCOL_UDP || from_port != w->aim->port ||
		!addr_equal(&h->from, &w->aim->target) || !addr_equal(&h->to, &w->aim->source))
		return ANSWER_FOREIGN;
	if (w->aim->payload != PAYLOAD_TEXT && !neutral_begins(c.rest)) {
		a->ttl_received = h->ttl;
		return answers_of_payload(w, c.rest, a);
	}
	index = neutral_begins(c.rest) && !checksum_pseudo(&h->from, &h->to, PROTOCOL_UDP, segment)
		? index_of_sum(w, to_port, sum)
		: -1;
	if (index < 0)
		return ANSWER_UNPROVEN;
	a->index = (unsigned)index;
	a->form = ANSWER_IS_RETURN;
	a->from = w->aim->source;
	a->ttl_received = h->ttl;
	return ANSWER_PROVEN;
}

bool answer_is_too_big(const struct answer *a)
{
	if (a->form != ANSWER_IS_UNREACHABLE)
		return false;
	if (a->from.family == 4)
		return a->type == ICMP_UNREACHABLE4 && a->code == ICMP_FRAGMENTATION_NEEDED4;
	return a->type == ICMP_PACKET_TOO_BIG6;
}

enum answer_result answer_of(const struct answer_world *w, struct span packet, struct answer *a)
{
	struct icmp_error error;
	struct ip_header h;
	struct reply reply;
	uint16_t low;

	*a = (struct answer){ 0 };
	if (!ip_read(packet, &h) || h.size < HEADER_SIZE4 || h.total_size > packet.len || h.total_size < h.size ||
		h.from.family != w->aim->target.family || ip_is_fragment(&h))
		return ANSWER_FOREIGN;
	if (h.protocol == PROTOCOL_UDP)
		return of_datagram(w, packet, &h, a);
	if (response_identifier(packet, &low))
		return addr_equal(&h.from, &w->aim->target) ? of_response(w, packet, low, a) : ANSWER_FOREIGN;
	if (reply_parse(packet, &reply))
		return of_reply(w, &reply, a);
	if (icmp_error_parse(packet, &error) == REASON_OK)
		return of_error(w, &error, a);
	return ANSWER_FOREIGN;
}
