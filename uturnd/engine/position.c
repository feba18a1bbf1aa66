/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/position.h"

#include "packet/probe.h"

enum { IN_WINDOW = 1 << 20 }; /* bytes; a blind stranger would have to guess 12 bits to end a trace, and nothing else */

static void begin(struct position *p, uint32_t start)
{
	p->start = start;
	p->has_start = true;
}

enum position_change position_on_ours(struct position *p, const struct tcp_segment *s)
{
	uint32_t end = s->seq + s->payload_size;

	if (s->flags & (TCP_FIN | TCP_RST))
		return POSITION_CLOSED;
	if (s->flags & TCP_SYN || !(s->flags & TCP_ACK))
		return POSITION_OPEN; /* its window is not scaled */
	p->has_segment = true;
	p->is_empty = s->payload_size == 0;
	p->tos = s->tos;
	p->window = s->window;
	p->ack = s->ack;
	p->flow_label = s->flow_label;
	p->times = s->times;
	if (!p->has_next || seq_is_after(end, p->next))
		p->next = end;
	p->has_next = true;
	if (!p->has_start && s->payload_size)
		begin(p, s->seq);
	return POSITION_OPEN;
}

static void claim(struct position *p, uint32_t acked)
{
	p->acked = acked;
	p->has_acked = true;
	if (!p->has_first)
		p->first = acked;
	p->has_first = true;
}

enum position_change position_on_peers(struct position *p, const struct tcp_segment *s)
{
	if (s->flags & (TCP_FIN | TCP_RST) && p->has_segment && s->seq - p->ack < IN_WINDOW)
		return POSITION_CLOSED;
	if (s->flags & (TCP_FIN | TCP_RST | TCP_SYN) || !(s->flags & TCP_ACK))
		return POSITION_OPEN;
	claim(p, s->ack);
	p->peer_ttl = s->ttl;
	return POSITION_OPEN;
}

void position_set(struct position *p, uint32_t acked, uint32_t next)
{
	claim(p, acked);
	begin(p, acked);
	p->next = next;
	p->has_next = true;
}

/* A keepalive or window probe says again the byte before the next one (RFC 9293 3.8.4). */
bool position_is_quiet(const struct position *p)
{
	if (!p->has_segment || !p->has_acked)
		return false;
	return p->acked == p->next || (p->is_empty && p->acked == p->next + 1);
}

uint32_t position_sent_bytes(const struct position *p)
{
	uint32_t since = seq_is_after(p->start, p->first) ? p->start : p->first;

	return p->has_start && seq_is_after(p->acked, since) ? p->acked - since : 0;
}
