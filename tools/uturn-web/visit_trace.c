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
 * nothing unsent meanwhile: so the head of the response is sent first, then we
 * wait until the visitor has acknowledged it, ask, and hold back every byte
 * until uturnd says that it traces.
 */
enum state { STATE_SETTLING, STATE_ASKED, STATE_RUNNING, STATE_NAMING, STATE_OVER };

static const double settle_s = 0.002, ask_again_s = 0.25, accept_s = 1, whole_s = 30, naming_s = 1;
static const double show_s = 0.05; /* how often to look for hops that are complete */
enum { SETTLE_MS = 2000, TRIES = 20 };

struct visit_trace {
	struct web_context *context;
	struct visitor *visitor; /* NULL: it has gone, or the trace has ended */
	struct visit_trace *next;
	struct exchange *readers;
	enum state state;
	unsigned tries;
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

/* Everything of it stops; its memory is freed at the end of the turn. */
static void end(struct visit_trace *t)
{
	if (t->state == STATE_OVER)
		return;
	t->state = STATE_OVER;
	t->context->metrics.value[METRIC_TRACES_OPEN]--;
	control_client_close(&t->client);
	ev_timer_stop(t->context->ev, &t->on_time);
	ev_timer_stop(t->context->ev, &t->on_show);
	while (t->readers) {
		t->readers->trace = NULL;
		t->readers = t->readers->next;
	}
	if (t->visitor) {
		visitor_hold(t->visitor, false);
		t->visitor->trace = NULL;
		t->visitor->gone = NULL;
		t->visitor = NULL;
	}
}

static void fail(struct visit_trace *t, const char *words)
{
	struct record *r = &t->hops.record;

	t->context->metrics.value[METRIC_TRACES_FAILED]++;
	snprintf(r->problem, sizeof(r->problem), "%s", words);
	record_tell(r, EVENT_PROBLEM, 0);
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
	control_client_close(&t->client);
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
	ev_timer_again(t->context->ev, &t->on_show);
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

static void take_error(struct visit_trace *t, const struct control_reply *reply)
{
	/* uturnd limits its clients and its traces: others end soon */
	if (t->state == STATE_ASKED && strstr(reply->words, "too many") && t->tries < TRIES) {
		control_client_close(&t->client);
		visitor_hold(t->visitor, false);
		t->state = STATE_SETTLING;
		t->start_ns = clock_ns(CLOCK_MONOTONIC);
		set_timer(t, ask_again_s);
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

static void replied_all(void *owner)
{
	tell_readers(owner);
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

static void ask(struct visit_trace *t)
{
	const char *control = t->context->config.control;
	int err = t->client.fd < 0 ? control_client_open(&t->client, control) : 0;

	t->tries++;
	if (err == -EAGAIN && t->tries < TRIES) {
		set_timer(t, ask_again_s);
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

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct visit_trace *t = w->data;
	uint64_t waited_ms = (clock_ns(CLOCK_MONOTONIC) - t->start_ns) / 1000000;

	(void)ev, (void)events;
	switch (t->state) {
	case STATE_SETTLING:
		set_timer(t, settle_s);
		if (visitor_is_drained(t->visitor) || waited_ms > SETTLE_MS)
			ask(t);
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
	struct visit_trace *t = w->data;

	(void)ev, (void)events;
	visit_hops_settle(&t->hops, clock_ns(CLOCK_MONOTONIC));
	tell_readers(t);
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
	ev_timer_init(&t->on_show, show, 0, show_s);
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
	err = t ? control_client_open(&t->client, c->config.control) : -ENOMEM;
	if (err && err != -EAGAIN) {
		c->metrics.value[METRIC_TRACES_FAILED]++;
		free(t);
		return err;
	}
	t->next = c->traces;
	c->traces = t;
	v->trace = t;
	v->gone = visitor_gone;
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
			free(t);
		} else {
			at = &t->next;
		}
	}
}
