/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/inband.h"

#include "packet/build.h"
#include "packet/ip.h"
#include "packet/special.h"

enum { INBAND_PACKET_MOST = HEADER_SIZE6 + TCP_SIZE + 13 }; /* a probe with time stamps and its byte */

static const uint64_t later_ns = 10000000; /* where a rate limit has no room now */

/* NULL: nothing stands against it. */
static const char *refusal(struct engine *e, const struct flow *flow, uint64_t now_ns)
{
	struct prober *prober;

	if (!addr_is_unicast_host(&flow->peer) || !addr_is_unicast_host(&flow->local))
		return "there are no routers on the way to this address";
	if (policy_is_draining(&e->policy, now_ns))
		return "no new traces now, this host is drained for maintenance: try again later";
	if (e->inband.running == INBAND_TRACES)
		return "too many traces, try again later";
	if (inband_table_count(&e->inband, &flow->peer) >= INBAND_TRACES_PER_PROBER)
		return "too many traces to the peer's network, try again later";
	switch (policy_check(&e->policy, &flow->peer, now_ns, &prober)) {
	case REASON_OK:
		return NULL;
	case REASON_DENIED:
		return policy_is_denied_by_default(&flow->peer, &e->settings)
			? "the peer's address is a bogon (RFC 6890), and no prefix in uturnd.conf allows it"
			: "the peer is denied in uturnd.conf";
	default:
		return "the peer is above its limit, try again later";
	}
}

int inband_start(struct engine *e, const struct inband_parameters *p, uint64_t now_ns, const char **why)
{
	const struct inband_trace trace = {
		.flow = p->flow,
		.asked_ns = now_ns,
		.rtt_ns = p->rtt_ns,
		.rtt_var_ns = p->rtt_var_ns,
		.sent_bytes = p->sent_bytes,
		.max_ttl = p->max_ttl < INBAND_HOPS ? p->max_ttl : INBAND_HOPS,
		.attempts = p->attempts < INBAND_ATTEMPTS ? p->attempts : INBAND_ATTEMPTS,
	};

	*why = refusal(e, &p->flow, now_ns);
	return *why ? -1 : inband_table_add(&e->inband, &trace, now_ns);
}

static void tell(struct engine *e, const struct inband_trace *t, unsigned ttl)
{
	e->event.front = FRONT_INBAND;
	e->event.prober = t->flow.peer;
	e->event.target = t->flow.local;
	e->event.prober_port = t->flow.peer_port;
	e->event.target_port = t->flow.local_port;
	e->event.protocol = PROTOCOL_TCP;
	e->event.ttl = (uint8_t)ttl;
}

static struct inband_report *report(struct inband_table *t, int index, enum inband_report_kind kind)
{
	t->report = (struct inband_report){ .kind = kind, .index = (unsigned)index, .trace = &t->traces[index] };
	return &t->report;
}

/* Takes note of an answer, and reports it unless it is from behind the peer. */
static void answered(struct engine *e, int index, unsigned id, struct inband_trace_probe *answer, uint64_t now_ns)
{
	struct inband_trace *t = &e->inband.traces[index];
	uint64_t sent_ns = t->probes[id].sent_ns;
	struct inband_report *r;

	answer->rtt_ns = now_ns > sent_ns ? now_ns - sent_ns : 0;
	inband_trace_answered(t, id, answer);
	inband_table_wake(&e->inband, index, now_ns);
	tell(e, t, inband_trace_ttl(id));
	e->event.router = answer->router;
	e->event.icmp_type = answer->icmp_type;
	e->event.icmp_code = answer->icmp_code;
	e->event.rtt_ns = answer->rtt_ns;
	e->event.is_end = answer->kind == INBAND_REACHED;
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
	e->event.is_end = why == INBAND_END_REACHED;
	e->event.is_limited = why == INBAND_END_LIMIT;
	report(&e->inband, index, INBAND_REPORT_DONE)->end = why;
	inband_table_stop(&e->inband, index);
	return REASON_TRACED;
}

/* Our own probes pass the capture, too, which tells better than our clock when they left. */
static bool on_ours(struct engine *e, int index, const struct tcp_segment *s, uint64_t now_ns, enum reason *why)
{
	struct inband_trace *t = &e->inband.traces[index];
	unsigned id = s->payload_size == 1 ? inband_trace_id_of(t, s->seq) : 0;

	if (id && !t->probes[id].kind)
		t->probes[id].sent_ns = now_ns;
	if (id || position_on_ours(&t->position, s) == POSITION_OPEN)
		return false;
	*why = end(e, index, INBAND_END_CLOSED);
	return true;
}

/*
 * RFC 2883: the first block of an acknowledgement names what arrived again.
 * One that names exactly the byte of a probe says that this probe has arrived.
 */
static bool on_peers(struct engine *e, int index, const struct tcp_segment *s, uint64_t now_ns, enum reason *why)
{
	struct inband_trace *t = &e->inband.traces[index];
	struct inband_trace_probe answer = { .router = t->flow.peer, .kind = INBAND_REACHED };
	unsigned id = s->has_block && s->block_to - s->block_from == 1 ? inband_trace_id_of(t, s->block_from) : 0;

	if (position_on_peers(&t->position, s) == POSITION_CLOSED) {
		*why = end(e, index, INBAND_END_CLOSED);
		return true;
	}
	if (!id || t->probes[id].kind)
		return false;
	answered(e, index, id, &answer, now_ns);
	*why = REASON_REACHED;
	return true;
}

bool inband_on_segment(struct engine *e, const struct tcp_segment *s, bool is_ours, uint64_t now_ns, enum reason *why)
{
	struct flow flow = {
		.local = is_ours ? s->from : s->to,
		.peer = is_ours ? s->to : s->from,
		.local_port = is_ours ? s->from_port : s->to_port,
		.peer_port = is_ours ? s->to_port : s->from_port,
	};
	int index = inband_table_find(&e->inband, &flow);
	bool is_event;

	if (index < 0)
		return false;
	is_event = is_ours ? on_ours(e, index, s, now_ns, why) : on_peers(e, index, s, now_ns, why);
	if (e->inband.due_ns[index] && !e->inband.traces[index].began_ns)
		inband_table_wake(&e->inband, index, now_ns); /* it may begin now */
	return is_event;
}

static uint8_t kind_of(const struct icmp_error *error)
{
	if (icmp_error_is_expired(error))
		return INBAND_EXPIRED;
	return icmp_error_is_unreachable(error) ? INBAND_UNREACHABLE : INBAND_TOO_BIG;
}

static enum reason on_quoted(struct engine *e, int index, unsigned id, const struct icmp_error *error, uint64_t now_ns)
{
	const struct inband_trace *t = &e->inband.traces[index];
	struct inband_trace_probe answer = {
		.router = error->router,
		.kind = kind_of(error),
		.icmp_type = error->type,
		.icmp_code = error->code,
	};

	if (addr_equal(&error->router, &t->flow.local))
		return REASON_ERROR_SOURCE; /* no router has an address of ours */
	if (addr_is_link_local6(&error->router) && inband_trace_ttl(id) > 1)
		return REASON_ERROR_SOURCE; /* it could not have been forwarded */
	if (!icmp_error_mtu_can_be(error, INBAND_PACKET_MOST))
		return REASON_ERROR_MTU;
	if (t->probes[id].kind)
		return REASON_REPEATED;
	answered(e, index, id, &answer, now_ns);
	if (e->inband.report.kind)
		e->inband.report.objects = error->objects;
	return REASON_HOP;
}

bool inband_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, enum reason *why)
{
	const struct quote *q = &error->quote;
	struct flow flow = {
		.local = q->from,
		.peer = q->to,
		.local_port = load_u16(q->l4),
		.peer_port = load_u16(q->l4 + 2),
	};
	unsigned id = 0;
	int index = -1;

	if (q->protocol == PROTOCOL_TCP)
		index = inband_table_find(&e->inband, &flow);
	if (index >= 0)
		id = inband_trace_id_of(&e->inband.traces[index], load_u32(q->l4 + 4));
	if (!id || !addr_equal(&error->to, &q->from))
		return false;
	*why = on_quoted(e, index, id, error, now_ns);
	return true;
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

/* False where the trace has to wait; its due_ns says until when. */
static bool take_step(struct engine *e, int index, uint64_t now_ns, struct writer *out, enum reason *why)
{
	struct inband_trace *t = &e->inband.traces[index];
	struct inband_trace_action action = inband_trace_next(t, now_ns);
	struct prober *prober;
	struct inband_report *r;

	switch (action.step) {
	case INBAND_STEP_WAIT:
		e->inband.due_ns[index] = action.due_ns;
		return false;
	case INBAND_STEP_END:
		*why = end(e, index, action.end);
		return true;
	case INBAND_STEP_SILENT:
		r = report(&e->inband, index, INBAND_REPORT_SILENT);
		r->ttl = action.ttl;
		r->attempt = action.attempt;
		tell(e, t, action.ttl);
		*why = REASON_UNANSWERED;
		return true;
	case INBAND_STEP_SEND:
		break;
	}
	if (policy_check(&e->policy, &t->flow.peer, now_ns, &prober)) {
		e->inband.due_ns[index] = now_ns + later_ns;
		return false;
	}
	send(t, inband_trace_id(action.ttl, action.attempt), out);
	inband_trace_sent(t, inband_trace_id(action.ttl, action.attempt), now_ns);
	tell(e, t, action.ttl);
	*why = out->overflow ? REASON_TOO_LARGE : REASON_PROBED;
	return true;
}

bool inband_on_time(struct engine *e, uint64_t now_ns, struct writer *out, enum reason *why)
{
	struct inband_table *t = &e->inband;

	for (int i = 0; t->running && i < INBAND_TRACES; i++)
		if (t->due_ns[i] && t->due_ns[i] <= now_ns && take_step(e, i, now_ns, out, why))
			return true;
	return false;
}
