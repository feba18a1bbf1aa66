/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/position.h"

#include "packet/probe.h"

/* Bytes. An off-path attacker has to guess 12 bits to end a trace, and gains nothing else. */
enum { IN_WINDOW = 1 << 20 };

static void begin(struct position *p, uint32_t start)
{
	p->start = start;
	p->has_start = true;
}

/* A keepalive or window probe says again the byte before the next one (RFC 9293 3.8.4). */
static bool is_quiet(const struct position *p)
{
	if (!p->has_segment || !p->has_snd_una)
		return false;
	return p->snd_una == p->snd_nxt || (p->is_empty && p->snd_una == p->snd_nxt + 1);
}

static void take_note(struct position *p)
{
	if (!is_quiet(p) && !(p->is_told && p->snd_una == p->told_nxt))
		return;
	if (p->has_acked && !seq_is_after(p->snd_una, p->acked))
		return;
	p->acked = p->snd_una;
	p->has_acked = true;
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
	p->rcv_nxt = s->ack;
	p->flow_label = s->flow_label;
	p->times = s->times;
	if (!p->has_snd_nxt || seq_is_after(end, p->snd_nxt))
		p->snd_nxt = end;
	p->has_snd_nxt = true;
	if (!p->has_start && s->payload_size)
		begin(p, s->seq);
	take_note(p);
	return POSITION_OPEN;
}

static void acknowledge(struct position *p, uint32_t snd_una)
{
	p->snd_una = snd_una;
	p->has_snd_una = true;
	if (!p->has_first_una)
		p->first_una = snd_una;
	p->has_first_una = true;
}

enum position_change position_on_peers(struct position *p, const struct tcp_segment *s)
{
	if (s->flags & (TCP_FIN | TCP_RST) && p->has_segment && s->seq - p->rcv_nxt < IN_WINDOW)
		return POSITION_CLOSED;
	if (s->flags & (TCP_FIN | TCP_RST | TCP_SYN) || !(s->flags & TCP_ACK))
		return POSITION_OPEN;
	acknowledge(p, s->ack);
	p->peer_ttl = s->ttl;
	take_note(p);
	return POSITION_OPEN;
}

void position_set(struct position *p, const struct position_told *told)
{
	acknowledge(p, told->snd_una);
	begin(p, told->snd_una);
	p->snd_nxt = p->told_nxt = told->snd_nxt;
	p->acked = told->snd_una;
	p->has_snd_nxt = p->is_told = p->has_acked = true;
	if (told->peer_ttl)
		p->peer_ttl = told->peer_ttl;
}

bool position_is_known(const struct position *p)
{
	return p->has_segment && p->has_acked;
}

uint32_t position_sent_bytes(const struct position *p)
{
	uint32_t since = seq_is_after(p->start, p->first_una) ? p->start : p->first_una;

	return p->has_start && p->has_acked && seq_is_after(p->acked, since) ? p->acked - since : 0;
}
