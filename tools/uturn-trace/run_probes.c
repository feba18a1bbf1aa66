/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run_state.h"

#include <errno.h>

#include "common/clock.h"

enum { SERVER_TRIES = 2, MARGIN = 2 /* hops that another flow may be shorter by */ };
static const uint64_t server_wait_ns = 600 * UINT64_C(1000000);

void run_tell(void *owner, const struct answer *a, uint64_t at_ns)
{
	struct run *r = owner;
	struct sent_probe *p = &r->sent->probes[a->index];
	struct search *s = r->searches[p->direction];
	const unsigned refused = r->reverse.refused;
	struct search_answer answer;
	enum search_verdict verdict;

	if (p->question) {
		const struct question *q = &r->questions[p->question - 1];

		q->answered(q->state, at_ns, p->id, a);
		return;
	}
	/* 16 bits prove a datagram: no more than those of what is waited for may be guessed */
	if (a->form == ANSWER_IS_RETURN && s && p->id < s->probe_count &&
		at_ns > s->probes[p->id].sent_ns + r->options->timeout_ns)
		return;
	if (!reverse_read(&r->reverse, p, a, &answer)) {
		if (s && p->direction == THERE && p->ttl != p->hop)
			search_on_void(s, p->id);
		if (p->is_trial)
			run_keep_trial(r, a, at_ns);
		if (r->reverse.turned && r->reverse.refused > refused)
			back_rate_on_refusal(&r->back_rate);
		return;
	}
	if (!s || p->id >= s->probe_count)
		return;
	/* this host's kernel has no socket for a datagram that came back, and the u-turn host passes that on */
	if (p->is_by_datagram && a->form == ANSWER_IS_UNREACHABLE)
		return;
	if (at_ns < s->probes[p->id].sent_ns)
		at_ns = s->probes[p->id].sent_ns;
	verdict = search_on_answer(s, at_ns, p->id, &answer);
	if (verdict != SEARCH_FRESH && verdict != SEARCH_LATE)
		return;
	if (p->direction == BACK)
		back_rate_on_answer(&r->back_rate);
	run_on_swept(r, p->direction, p->id, &answer.addr);
	p->is_answered = true;
	p->is_by_datagram = a->form == ANSWER_IS_RETURN;
	p->note = a->note;
}

/* The next index, or NULL: all are used. */
static struct sent_probe *take_index(struct run *r)
{
	struct sent_probe *p;

	if (r->sent->count == IDENTITY_COUNT)
		return NULL;
	p = &r->sent->probes[r->sent->count++];
	*p = (struct sent_probe){ .id = SEARCH_NONE };
	return p;
}

/*
 * 1,200 bytes are for the target alone: routers are asked by as little as can be,
 * where they are known to be routers, and the return path where probes are known
 * to be turned. A flow may be shorter than the first one, and so what was not
 * answered is asked again in full.
 */
static bool is_short(const struct run *r, const struct sent_probe *p, unsigned attempt)
{
	const int distance = r->searches[THERE]->graph.distances[0];

	if (r->aim->payload != PAYLOAD_QUIC)
		return false;
	if (p->direction == BACK)
		return r->reverse.turned != 0;
	return attempt == 1 && p->hop + MARGIN <= distance;
}

bool run_send(struct run *r, enum direction d, uint32_t id)
{
	struct search *s = r->searches[d];
	struct sent_probe *p = take_index(r);
	int err;

	if (!p) {
		search_on_refusal(s, id);
		r->full_ns = clock_ns(CLOCK_MONOTONIC);
		return false;
	}
	p->id = id;
	p->direction = (uint8_t)d;
	p->flow = (uint16_t)sent_flow(r->sent, s->probes[id].flow);
	p->hop = s->probes[id].hop;
	p->ttl = s->probes[id].ttl;
	p->is_request = d == BACK && (r->phase == PHASE_REQUEST || r->sweeps.is_by_request);
	if (d == THERE)
		reverse_prepare(&r->reverse, run_distance(r), &s->probes[id], p);
	p->is_short = is_short(r, p, s->probes[id].attempt);
	err = r->wire->send(r->wire, r->sent->count - 1);
	if (!err) {
		run_on_swept(r, d, id, NULL);
		return true;
	}
	search_on_refusal(s, id);
	r->sent->count--;
	if (err != -EAGAIN && err != -ENOBUFS)
		r->err = err;
	return false;
}

bool run_send_question(struct run *r, const struct question_probe *probe)
{
	const int variation = variation_find(&r->sent->variations, &probe->variation);
	struct sent_probe *p = variation < 0 ? NULL : take_index(r);
	int err;

	if (!p) {
		r->full_ns = clock_ns(CLOCK_MONOTONIC);
		return false;
	}
	p->id = probe->reference;
	p->question = (uint8_t)(r->question_now + 1);
	p->variation = (uint16_t)variation;
	p->flow = probe->flow;
	p->direction = probe->direction;
	p->is_neutral = probe->direction == THERE;
	p->hop = p->ttl = probe->ttl;
	p->is_udp = probe->is_udp;
	p->is_short = probe->is_short;
	err = r->wire->send(r->wire, r->sent->count - 1);
	if (!err)
		return true;
	r->sent->count--;
	if (err != -EAGAIN && err != -ENOBUFS)
		r->err = err;
	return false;
}

void run_ask_distance(struct run *r)
{
	struct sent_probe *p = take_index(r);

	p->direction = THERE;
	p->flow = (uint16_t)sent_flow(r->sent, 0);
	p->hop = p->ttl = SEARCH_FAR_HOP;
	p->is_udp = true;
	r->err = r->wire->send(r->wire, r->sent->count - 1);
}

/* A request of no search; false: it cannot be sent. */
static bool send_request(struct run *r, uint8_t ttl)
{
	struct sent_probe *p = take_index(r);

	if (!p)
		return false;
	p->is_request = true;
	p->direction = BACK;
	p->flow = (uint16_t)sent_flow(r->sent, 0);
	p->hop = p->ttl = ttl;
	return r->wire->send(r->wire, r->sent->count - 1) == 0;
}

/* Is there a server of requests? TTL 0 asks for nothing, and is answered by a server alone. */
void run_ask_server(struct run *r, uint64_t now_ns)
{
	if (r->reverse.is_server || r->reverse.is_no_server || r->server_tries == SERVER_TRIES ||
		(r->server_tries && now_ns - r->server_asked_ns < server_wait_ns))
		return;
	r->server_tries++;
	r->server_asked_ns = now_ns;
	if (!send_request(r, 0))
		r->reverse.is_no_server = true;
}

void run_ask_end(struct run *r)
{
	if (r->has_asked_end || !r->reverse.has_no_kinds)
		return;
	r->has_asked_end = true;
	send_request(r, SEARCH_FAR_HOP);
}

bool run_has_no_server(const struct run *r, uint64_t now_ns)
{
	return r->reverse.is_no_server || r->is_plain ||
		(r->server_tries == SERVER_TRIES && now_ns - r->server_asked_ns >= server_wait_ns);
}
