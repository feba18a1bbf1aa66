/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/inband.h"

#include <string.h>

#include "common/siphash.h"
#include "engine/engine.h"
#include "packet/build.h"

static const uint64_t later_ns = 25000000; /* where a rate limit has no room now */

size_t inband_bytes(void)
{
	return sizeof(struct inband_trace) * INBAND_TRACES;
}

void inband_init(struct inband *d, void *memory, const uint64_t key[2])
{
	*d = (struct inband){ .traces = memory, .key = { key[0], key[1] } };
}

static uint32_t tag_of(const struct inband *d, const struct flow *flow)
{
	uint64_t words[5] = { 0 };

	memcpy(words, flow->local.bytes, 16);
	memcpy(words + 2, flow->peer.bytes, 16);
	words[4] = (uint64_t)flow->local.family << 32 | (uint32_t)flow->local_port << 16 | flow->peer_port;
	return (uint32_t)siphash(d->key, words, 5);
}

static void wake(struct inband *d, int index, uint64_t now_ns)
{
	d->due_ns[index] = now_ns ? now_ns : 1;
}

int inband_find(const struct inband *d, const struct flow *flow)
{
	uint32_t tag;

	if (!d->running)
		return -1;
	tag = tag_of(d, flow);
	for (int i = 0; i < INBAND_TRACES; i++) {
		const struct flow *f = &d->traces[i].flow;

		if (d->tags[i] == tag && d->due_ns[i] && f->local_port == flow->local_port &&
			f->peer_port == flow->peer_port && addr_equal(&f->local, &flow->local) &&
			addr_equal(&f->peer, &flow->peer))
			return i;
	}
	return -1;
}

static unsigned count_of_prober(const struct inband *d, const struct addr *peer)
{
	struct prefix network = prefix_of_prober(peer);
	unsigned count = 0;

	for (unsigned i = 0; i < INBAND_TRACES; i++)
		count += d->due_ns[i] && prefix_contains(&network, &d->traces[i].flow.peer);
	return count;
}

/* NULL: nothing stands against it. */
static const char *refusal(struct engine *e, const struct flow *flow, uint64_t now_ns)
{
	struct prober *prober;

	if (!addr_is_unicast_host(&flow->peer) || !addr_is_unicast_host(&flow->local))
		return "there are no routers on the way to this address";
	if (e->inband.running == INBAND_TRACES)
		return "too many traces, try again later";
	if (count_of_prober(&e->inband, &flow->peer) >= INBAND_TRACES_PER_PROBER)
		return "too many traces to the peer's network, try again later";
	switch (policy_check(&e->policy, &flow->peer, now_ns, &prober)) {
	case REASON_OK:
		return NULL;
	case REASON_DENIED:
		return "the peer is denied in uturnd.conf";
	default:
		return "the peer is above its limit, try again later";
	}
}

int inband_start(struct engine *e, const struct inband_parameters *wish, uint64_t now_ns, const char **why)
{
	struct inband *d = &e->inband;
	int index = 0;

	*why = refusal(e, &wish->flow, now_ns);
	if (*why)
		return -1;
	while (d->due_ns[index])
		index++;
	d->running++;
	wake(d, index, now_ns);
	d->tags[index] = tag_of(d, &wish->flow);
	d->traces[index] = (struct inband_trace){
		.flow = wish->flow,
		.asked_ns = now_ns,
		.rtt_ns = wish->rtt_ns,
		.sent_bytes = wish->sent_bytes,
		.max_ttl = wish->max_ttl < INBAND_HOPS ? wish->max_ttl : INBAND_HOPS,
		.attempts = wish->attempts < INBAND_ATTEMPTS ? wish->attempts : INBAND_ATTEMPTS,
	};
	return index;
}

void inband_set_position(struct inband *d, int index, uint32_t snd_una, uint32_t snd_nxt, uint64_t now_ns)
{
	position_set(&d->traces[index].position, snd_una, snd_nxt);
	wake(d, index, now_ns);
}

void inband_stop(struct inband *d, int index)
{
	d->due_ns[index] = 0;
	d->running--;
}

static void tell(struct engine *e, const struct inband_trace *t, unsigned ttl)
{
	e->event.prober = t->flow.peer;
	e->event.target = t->flow.local;
	e->event.prober_port = t->flow.peer_port;
	e->event.target_port = t->flow.local_port;
	e->event.protocol = PROTOCOL_TCP;
	e->event.ttl = (uint8_t)ttl;
}

static struct inband_report *report(struct inband *d, int index, enum inband_report_kind said)
{
	d->report = (struct inband_report){ .kind = said, .index = (unsigned)index, .trace = &d->traces[index] };
	return &d->report;
}

/* Takes note of an answer, and reports it unless it is from behind the peer. */
static void answered(struct engine *e, int index, unsigned id, struct inband_trace_probe *answer, uint64_t now_ns)
{
	struct inband_trace *t = &e->inband.traces[index];
	uint64_t sent_ns = t->probes[id].sent_ns;
	struct inband_report *r;

	answer->rtt_ns = now_ns > sent_ns ? now_ns - sent_ns : 0;
	inband_trace_answered(t, id, answer);
	wake(&e->inband, index, now_ns);
	tell(e, t, inband_trace_ttl(id));
	e->event.router = answer->router;
	e->event.icmp_type = answer->icmp_type;
	e->event.icmp_code = answer->icmp_code;
	e->event.rtt_ns = answer->rtt_ns;
	if (t->end_ttl && inband_trace_ttl(id) > t->end_ttl)
		return;
	r = report(&e->inband, index, INBAND_REPORT_HOP);
	r->ttl = inband_trace_ttl(id);
	r->attempt = inband_trace_attempt(id) + 1;
	r->answer = &t->probes[id];
}

static enum reason end(struct engine *e, int index, enum inband_trace_end why)
{
	tell(e, &e->inband.traces[index], 0);
	report(&e->inband, index, INBAND_REPORT_DONE)->end = why;
	inband_stop(&e->inband, index);
	return REASON_TRACED;
}

/* Our own probes pass the sniffer, too, and tell better than our clock when they left. */
static enum reason on_ours(struct engine *e, int index, const struct tcp_segment *s, uint64_t now_ns)
{
	struct inband_trace *t = &e->inband.traces[index];
	unsigned id = s->payload_size == 1 ? inband_trace_id_of(t, s->seq) : 0;

	if (id) {
		if (!t->probes[id].kind)
			t->probes[id].sent_ns = now_ns;
		return REASON_OK;
	}
	if (position_on_ours(&t->position, s) == POSITION_CLOSED)
		return end(e, index, INBAND_END_CLOSED);
	return REASON_OK;
}

/*
 * RFC 2883: the first block of an acknowledgement names what arrived again.
 * One that names exactly the byte of a probe says that this probe has arrived.
 */
static enum reason on_peers(struct engine *e, int index, const struct tcp_segment *s, uint64_t now_ns)
{
	struct inband_trace *t = &e->inband.traces[index];
	struct inband_trace_probe answer = { .router = t->flow.peer, .kind = INBAND_REACHED };
	unsigned id = s->has_block && s->block_to - s->block_from == 1 ? inband_trace_id_of(t, s->block_from) : 0;

	if (position_on_peers(&t->position, s) == POSITION_CLOSED)
		return end(e, index, INBAND_END_CLOSED);
	if (!id || t->probes[id].kind)
		return REASON_OK;
	answered(e, index, id, &answer, now_ns);
	return REASON_REACHED;
}

enum reason inband_on_segment(struct engine *e, const struct tcp_segment *s, bool is_ours, uint64_t now_ns)
{
	struct flow flow = {
		.local = is_ours ? s->from : s->to,
		.peer = is_ours ? s->to : s->from,
		.local_port = is_ours ? s->from_port : s->to_port,
		.peer_port = is_ours ? s->to_port : s->from_port,
	};
	int index = inband_find(&e->inband, &flow);
	enum reason why;

	if (index < 0)
		return REASON_OK;
	why = is_ours ? on_ours(e, index, s, now_ns) : on_peers(e, index, s, now_ns);
	if (e->inband.due_ns[index] && !e->inband.traces[index].began_ns)
		wake(&e->inband, index, now_ns); /* this may be the quiet moment */
	return why;
}

static uint8_t kind_of(const struct icmp_error *error)
{
	if (error->type == (error->router.family == 4 ? EXPIRED4 : EXPIRED6))
		return INBAND_EXPIRED;
	return icmp_error_is_unreachable(error) ? INBAND_UNREACHABLE : INBAND_TOO_BIG;
}

enum reason inband_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns)
{
	const struct quote *q = &error->quote;
	struct flow flow = {
		.local = q->from,
		.peer = q->to,
		.local_port = load_u16(q->l4),
		.peer_port = load_u16(q->l4 + 2),
	};
	struct inband_trace_probe answer = {
		.router = error->router,
		.kind = kind_of(error),
		.icmp_type = error->type,
		.icmp_code = error->code,
	};
	unsigned id = 0;
	int index = -1;

	if (q->protocol == PROTOCOL_TCP)
		index = inband_find(&e->inband, &flow);
	if (index >= 0)
		id = inband_trace_id_of(&e->inband.traces[index], load_u32(q->l4 + 4));
	if (!id || !addr_equal(&error->to, &q->from))
		return REASON_NO_FLIGHT;
	if (addr_equal(&error->router, &flow.local))
		return REASON_ERROR_SOURCE; /* nobody else is us */
	if (e->inband.traces[index].probes[id].kind)
		return REASON_REPEATED;
	answered(e, index, id, &answer, now_ns);
	if (e->inband.report.kind)
		e->inband.report.objects = error->objects;
	return REASON_HOP;
}

static void send(const struct inband_trace *t, unsigned id, struct writer *out)
{
	const struct position *own = &t->position;
	struct inband_probe p = {
		.local = t->flow.local,
		.peer = t->flow.peer,
		.local_port = t->flow.local_port,
		.peer_port = t->flow.peer_port,
		.seq = t->base - 1 - id,
		.ack = own->rcv_nxt,
		.window = own->window,
		.ttl = (uint8_t)inband_trace_ttl(id),
		.tos = own->tos,
		.flow_label = own->flow_label,
		.times = own->times,
	};

	build_inband(&p, out);
}

/* REASON_OK: what it does next has to wait, and its due_ns says until when. */
static enum reason take_step(struct engine *e, int index, uint64_t now_ns, struct writer *out)
{
	struct inband_trace *t = &e->inband.traces[index];
	struct inband_trace_action action = inband_trace_next(t, now_ns);
	struct prober *prober;
	struct inband_report *r;
	enum reason why;

	switch (action.step) {
	case INBAND_STEP_WAIT:
		e->inband.due_ns[index] = action.due_ns;
		return REASON_OK;
	case INBAND_STEP_END:
		return end(e, index, action.end);
	case INBAND_STEP_SILENT:
		r = report(&e->inband, index, INBAND_REPORT_SILENT);
		r->ttl = action.ttl;
		r->attempt = action.attempt;
		tell(e, t, action.ttl);
		return REASON_UNANSWERED;
	case INBAND_STEP_SEND:
		break;
	}
	why = policy_check(&e->policy, &t->flow.peer, now_ns, &prober);
	if (why) {
		e->inband.due_ns[index] = now_ns + later_ns;
		return REASON_OK;
	}
	send(t, inband_trace_id(action.ttl, action.attempt), out);
	inband_trace_sent(t, inband_trace_id(action.ttl, action.attempt), now_ns);
	tell(e, t, action.ttl);
	return out->overflow ? REASON_TOO_LARGE : REASON_PROBED;
}

enum reason inband_on_time(struct engine *e, uint64_t now_ns, struct writer *out)
{
	struct inband *d = &e->inband;

	for (int i = 0; d->running && i < INBAND_TRACES; i++) {
		enum reason why = REASON_OK;

		if (d->due_ns[i] && d->due_ns[i] <= now_ns)
			why = take_step(e, i, now_ns, out);
		if (why)
			return why;
	}
	return REASON_OK;
}
