/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "visit_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"
#include "control_client.h"
#include "control_socket.h"
#include "exchange.h"
#include "visit_hops.h"
#include "visitor.h"
#include "web_context.h"

/*
 * uturnd reads the sequence numbers of the connection, and needs it to have
 * nothing unsent meanwhile. So the head of the response is sent first, uturnd
 * is asked in the same turn of the loop, and every byte is held back until it
 * says that it traces. It begins on what was acknowledged before, or else when
 * it sees the head acknowledged: neither costs a round trip more.
 *
 * uturnd takes 256 traces and fewer of one network. Those above that wait here
 * in the order in which they came; where one ends, the next is asked for.
 */
enum state { STATE_SETTLING, STATE_WAITING, STATE_ASKED, STATE_RUNNING, STATE_NAMING, STATE_OVER };

static const double settle_s = 0.002, ask_again_s = 0.25, accept_s = 1, whole_s = 30, naming_s = 1;
enum { SETTLE_MS = 2000, WAIT_MS = 10000, ASKED_MOST = 192 };

struct visit_trace {
	struct web_context *context;
	struct visitor *visitor; /* NULL: it has gone, or the trace has ended */
	struct visit_trace *next;
	struct exchange *readers;
	enum state state;
	bool is_translated; /* by NAT of this host: the record has the ends on the wire */
	uint64_t start_ns;
	struct ev_timer on_time, on_show;
	struct visit_hops hops;
	struct control_client client;
};

static void tell_readers(struct visit_trace *t)
{
	for (struct exchange *x = t->readers; x; x = x->next) {
		format_advance(&x->telling, &t->hops.record, &x->body);
		if (format_is_over(&x->telling, &t->hops.record))
			x->is_ended = true;
		exchange_wake(x);
	}
}

/* Its place at uturnd is free: for the one that has waited longest. */
static void hang_up(struct visit_trace *t)
{
	struct web_context *c = t->context;
	struct visit_trace *first = NULL;

	if (t->client.fd < 0)
		return;
	control_client_close(&t->client);
	c->traces_asked--;
	for (struct visit_trace *other = c->traces; other; other = other->next)
		if (other->state == STATE_WAITING)
			first = other;
	if (!first)
		return;
	first->state = STATE_SETTLING; /* so that the next end is for the next one */
	ev_feed_event(c->ev, &first->on_time, EV_TIMER);
}

/* Everything of it stops; its memory is freed at the end of the turn. */
static void end(struct visit_trace *t)
{
	if (t->state == STATE_OVER)
		return;
	t->state = STATE_OVER;
	t->context->metrics.value[METRIC_TRACES_OPEN]--;
	hang_up(t);
	ev_timer_stop(t->context->ev, &t->on_time);
	ev_timer_stop(t->context->ev, &t->on_show);
	while (t->readers) {
		t->readers->trace = NULL;
		t->readers = t->readers->next;
	}
	if (t->visitor) {
		visitor_hold(t->visitor, false);
		t->visitor->trace = NULL;
		t->visitor->gone = t->visitor->written = NULL;
		t->visitor = NULL;
	}
}

static void fail(struct visit_trace *t, const char *words)
{
	t->context->metrics.value[METRIC_TRACES_FAILED]++;
	record_problem(&t->hops.record, words);
	tell_readers(t);
	end(t);
}

static void conclude(struct visit_trace *t)
{
	record_tell(&t->hops.record, EVENT_DONE, 0);
	tell_readers(t);
	end(t);
}

static void set_timer(struct visit_trace *t, double seconds)
{
	t->on_time.repeat = seconds;
	ev_timer_again(t->context->ev, &t->on_time);
}

void visit_traces_named(void *context, const struct addr *a, const char *name)
{
	for (struct visit_trace *t = ((struct web_context *)context)->traces; t; t = t->next) {
		if (t->state == STATE_OVER || !visit_hops_name(&t->hops, a, name))
			continue;
		tell_readers(t);
		if (t->state == STATE_NAMING && !visit_hops_wait_for_names(&t->hops))
			conclude(t);
	}
}

static void take_done(struct visit_trace *t, const struct control_reply *reply)
{
	hang_up(t);
	visit_hops_end(&t->hops, reply);
	ev_timer_stop(t->context->ev, &t->on_show);
	t->state = STATE_NAMING;
	if (!visit_hops_wait_for_names(&t->hops)) {
		conclude(t);
		return;
	}
	tell_readers(t);
	set_timer(t, naming_s);
}

static void take_accepted(struct visit_trace *t, const struct control_reply *reply)
{
	if (t->state != STATE_ASKED)
		return;
	t->state = STATE_RUNNING;
	t->hops.record.max_ttl = reply->max_ttl;
	t->hops.record.attempts = reply->attempts;
	record_tell(&t->hops.record, EVENT_START, 0);
	visitor_hold(t->visitor, false);
	set_timer(t, whole_s);
}

/* The words of uturnd are for its operator; those for the visitor say what that means. */
static const char *refused(const struct visit_trace *t, const char *words)
{
	static char sentence[RECORD_WORDS_SIZE];
	static struct log_limit limit, translated;
	const struct record *r = &t->hops.record;
	unsigned port = t->visitor->ends.local_port;
	char text[ADDR_TEXT_SIZE];

	log_limited(&limit, LOG_LEVEL_WARNING, "uturnd refuses a trace: %s", words);
	if (strstr(words, "inband is off"))
		return health_sentence(TROUBLE_OFF);
	if (strstr(words, "drained"))
		return health_sentence(TROUBLE_DRAINED);
	if (strstr(words, "too many"))
		return "Too many traces are running on this server, try again in a minute.";
	if (strstr(words, "not in inband-ports")) {
		snprintf(sentence, sizeof(sentence), "Connections to port %u of this server are not traced.", port);
		return sentence;
	}
	if (!t->is_translated || !strstr(words, "not a TCP connection"))
		return "This connection cannot be traced.";
	/* a trace needs the socket's own ends to be found from those on the wire */
	addr_text(&r->local, text);
	log_limited(&translated, LOG_LEVEL_WARNING,
		"NAT of this host translates %s port %u to port %u, which cannot be traced (listen on port %u itself)",
		text, r->local_port, port, r->local_port);
	snprintf(sentence, sizeof(sentence),
		"This server translates connections to %s port %u (NAT) to port %u, and this one cannot be traced.",
		text, r->local_port, port);
	return sentence;
}

static unsigned waited_ms(const struct visit_trace *t)
{
	return (unsigned)((clock_ns(CLOCK_MONOTONIC) - t->start_ns) / 1000000);
}

static void await_turn(struct visit_trace *t)
{
	t->state = STATE_WAITING;
	set_timer(t, ask_again_s);
}

static void take_error(struct visit_trace *t, const struct control_reply *reply)
{
	/* uturnd limits its clients and its traces: others end soon */
	if (t->state == STATE_ASKED && strstr(reply->words, "too many") && waited_ms(t) < WAIT_MS) {
		hang_up(t);
		visitor_hold(t->visitor, false);
		await_turn(t);
		return;
	}
	fail(t, refused(t, reply->words));
}

static void replied(void *owner, enum reply_kind kind, struct control_reply *reply)
{
	struct visit_trace *t = owner;

	switch (kind) {
	case REPLY_ACCEPTED:
		take_accepted(t, reply);
		break;
	case REPLY_ANSWER:
		t->context->metrics.value[METRIC_HOPS]++;
		visit_hops_answer(&t->hops, reply, t->context->databases, t->context->names, clock_ns(CLOCK_MONOTONIC));
		break;
	case REPLY_DONE:
		take_done(t, reply);
		break;
	case REPLY_ERROR:
		take_error(t, reply);
		break;
	case REPLY_NOTHING:
	case REPLY_STATUS:
		log_debug("control socket: a line of uturnd is not understood, ignored");
		break;
	}
}

/* Tells what is complete, also by time: again when the next hop is. */
static void show_complete(struct visit_trace *t)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC), due_ns = visit_hops_settle(&t->hops, now_ns);

	t->on_show.repeat = due_ns ? (double)(due_ns - now_ns) / 1e9 : 0;
	ev_timer_again(t->context->ev, &t->on_show);
	tell_readers(t);
}

static void replied_all(void *owner)
{
	show_complete(owner);
}

static void lost(void *owner, const char *words)
{
	fail(owner, words);
}

static const struct control_callbacks callbacks = { replied, replied_all, lost };

static const char *unreachable(const char *control, int err)
{
	static struct log_limit limit;

	log_limited(&limit, LOG_LEVEL_WARNING, "control socket %s: %s", control, strerror(-err));
	return health_sentence(TROUBLE_DOWN);
}

/* 0 where it is open already; -EAGAIN: later. */
static int connect_uturnd(struct visit_trace *t)
{
	struct web_context *c = t->context;
	int err;

	if (t->client.fd >= 0)
		return 0;
	if (c->traces_asked >= ASKED_MOST)
		return -EAGAIN;
	err = control_client_open(&t->client, c->config.control);
	if (!err)
		c->traces_asked++;
	return err;
}

static void ask(struct visit_trace *t)
{
	const char *control = t->context->config.control;
	int err = connect_uturnd(t);

	if (err == -EAGAIN && waited_ms(t) < WAIT_MS) {
		await_turn(t);
		return;
	}
	t->state = STATE_ASKED;
	if (!err) {
		visitor_hold(t->visitor, true);
		err = control_client_ask(&t->client, &t->hops.record, t->visitor->fd);
	}
	/* at its limit of clients uturnd sends an error and closes: that error says more than EPIPE */
	if (err && err != -EPIPE && err != -ECONNRESET)
		fail(t, unreachable(control, err));
	else
		set_timer(t, accept_s);
}

/* As soon as all has been sent, or never mind. */
static void ask_if_written(struct visit_trace *t)
{
	if (visitor_is_written(t->visitor) || waited_ms(t) > SETTLE_MS)
		ask(t);
	else
		set_timer(t, settle_s);
}

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct visit_trace *t = w->data;

	(void)ev, (void)events;
	switch (t->state) {
	case STATE_SETTLING:
	case STATE_WAITING:
		ask_if_written(t);
		break;
	case STATE_NAMING:
		conclude(t);
		break;
	case STATE_ASKED:
	case STATE_RUNNING:
		fail(t, "The trace was interrupted: tracing has stopped on this server.");
		break;
	case STATE_OVER:
		break;
	}
}

static void show(struct ev_loop *ev, struct ev_timer *w, int events)
{
	(void)ev, (void)events;
	show_complete(w->data);
}

/* The head of the response has left. */
static void visitor_written(struct visitor *v)
{
	v->written = NULL;
	if (v->trace->state == STATE_SETTLING)
		ask_if_written(v->trace);
}

static void visitor_gone(struct visitor *v)
{
	v->trace->visitor = NULL;
	end(v->trace);
}

static struct visit_trace *trace_new(struct visitor *v)
{
	struct web_context *c = v->context;
	struct visit_trace *t = calloc(1, sizeof(*t));
	struct tcp_ends ends = v->ends;
	struct record *r;

	if (!t)
		return NULL;
	t->is_translated = tcp_ends_are_translated(v->fd, &v->ends, &ends);
	t->context = c;
	t->visitor = v;
	t->start_ns = clock_ns(CLOCK_MONOTONIC);
	r = &t->hops.record;
	r->local = ends.local;
	r->peer = ends.peer;
	r->local_port = ends.local_port;
	r->peer_port = ends.peer_port;
	r->max_ttl = c->config.max_ttl;
	r->attempts = c->config.attempts;
	r->hop_offset = c->config.hop_offset;
	control_client_init(&t->client, c->ev, &callbacks, t);
	ev_timer_init(&t->on_time, timed, 0, settle_s);
	ev_timer_init(&t->on_show, show, 0, 0);
	t->on_time.data = t->on_show.data = t;
	return t;
}

static int start(struct visitor *v)
{
	struct web_context *c = v->context;
	struct visit_trace *t;
	int err;

	if (tcp_ends_are_own(&v->ends))
		return -ELOOP;
	if (!quota_trace(&c->quota, &v->ends.peer, clock_ns(CLOCK_MONOTONIC))) {
		c->metrics.value[METRIC_TRACES_REFUSED]++;
		return -EDQUOT;
	}
	t = trace_new(v);
	err = t ? connect_uturnd(t) : -ENOMEM;
	if (err && err != -EAGAIN) {
		c->metrics.value[METRIC_TRACES_FAILED]++;
		free(t);
		return err;
	}
	t->next = c->traces;
	c->traces = t;
	v->trace = t;
	v->gone = visitor_gone;
	v->written = visitor_written;
	c->metrics.value[METRIC_TRACES]++;
	c->metrics.value[METRIC_TRACES_OPEN]++;
	set_timer(t, settle_s);
	return 0;
}

static void leave(struct exchange *x)
{
	struct visit_trace *t = x->trace;

	for (struct exchange **at = &t->readers; *at; at = &(*at)->next)
		if (*at == x) {
			*at = x->next;
			break;
		}
	x->trace = NULL;
	if (!t->readers)
		end(t);
}

int visit_trace_join(struct exchange *x, const struct format *format)
{
	struct visitor *v = x->visitor;
	int err = 0;

	if (v->trace)
		v->context->metrics.value[METRIC_TRACES_JOINED]++;
	else
		err = start(v);
	if (err)
		return err;
	format_begin(&x->telling, format);
	x->trace = v->trace;
	v->trace->hops.record.is_proxied |= x->request.is_proxied;
	x->leave = leave;
	x->next = v->trace->readers;
	v->trace->readers = x;
	format_advance(&x->telling, &v->trace->hops.record, &x->body);
	return 0;
}

const char *visit_trace_words(const struct exchange *x, int err)
{
	if (err == -EDQUOT)
		return "Too many traces have been asked for from your network, try again in a minute.";
	if (err == -ELOOP)
		return x->request.is_proxied
			? "There is no path to trace: the proxy in front of this server is on the same host."
			: "There is no path to trace: you are on the same host as this server.";
	return unreachable(x->visitor->context->config.control, err);
}

void visit_traces_sweep(struct web_context *c)
{
	struct visit_trace **at = &c->traces;

	while (*at) {
		struct visit_trace *t = *at;

		if (t->state == STATE_OVER) {
			*at = t->next;
			record_free(&t->hops.record);
			free(t);
		} else {
			at = &t->next;
		}
	}
}
