/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "common/stream.h"
#include "door.h"
#include "door_socket.h"
#include "server.h"
#include "visitor.h"

/*
 * uturnd reads where the connection's sequence numbers are, and wants nothing
 * unsent meanwhile: so the response's head goes out first, then we wait until
 * the visitor has it, ask, and hold back every byte until uturnd says that it
 * traces.
 */
enum state { STATE_SETTLING, STATE_ASKED, STATE_RUNNING, STATE_NAMING, STATE_OVER };

static const double settle_s = 0.002, ask_again_s = 0.25, accept_s = 1, whole_s = 30, naming_s = 1;
static const double linger_s = 0.25; /* for a hop's other answers, until text shows it */
enum { SETTLE_MS = 2000, TRIES = 20, LINE_SIZE = 64 * 1024 };

struct tracing {
	struct server *server;
	struct visitor *visitor; /* NULL: gone, or nothing to do with it any more */
	struct tracing *next;
	struct exchange *readers;
	enum state state;
	int fd; /* of the control socket, -1: none */
	unsigned tries;
	uint64_t start_ns;
	struct ev_io on_door;
	struct ev_timer on_time, on_linger;
	uint64_t first_ns[RECORD_HOPS + 1]; /* when a hop's first answer came */
	bool is_waiting[RECORD_ROUTERS]; /* for its name */
	struct record record;
	size_t line_len;
	char line[LINE_SIZE];
};

static void tell_readers(struct tracing *t)
{
	for (struct exchange *x = t->readers; x; x = x->next) {
		format_advance(&x->telling, &t->record, &x->body);
		if (format_is_over(&x->telling, &t->record))
			x->is_ended = true;
		exchange_wake(x);
	}
}

static void door_close(struct tracing *t)
{
	if (t->fd < 0)
		return;
	ev_io_stop(t->server->ev, &t->on_door);
	close(t->fd);
	t->fd = -1;
}

/* Nothing of it goes on; its memory is freed at the end of the turn. */
static void end(struct tracing *t)
{
	if (t->state == STATE_OVER)
		return;
	t->state = STATE_OVER;
	t->server->metrics.value[METRIC_TRACES_OPEN]--;
	door_close(t);
	ev_timer_stop(t->server->ev, &t->on_time);
	ev_timer_stop(t->server->ev, &t->on_linger);
	while (t->readers) {
		t->readers->tracing = NULL;
		t->readers = t->readers->next;
	}
	if (t->visitor) {
		visitor_hold(t->visitor, false);
		t->visitor->tracing = NULL;
		t->visitor = NULL;
	}
}

static void fail(struct tracing *t, const char *words)
{
	t->server->metrics.value[METRIC_TRACES_FAILED]++;
	snprintf(t->record.problem, sizeof(t->record.problem), "%s", words);
	record_tell(&t->record, EVENT_PROBLEM, 0);
	tell_readers(t);
	end(t);
}

static void set_timer(struct tracing *t, double seconds)
{
	t->on_time.repeat = seconds;
	ev_timer_again(t->server->ev, &t->on_time);
}

static void conclude(struct tracing *t)
{
	record_tell(&t->record, EVENT_DONE, 0);
	tell_readers(t);
	end(t);
}

static bool is_waiting_for_names(const struct tracing *t)
{
	for (unsigned i = 0; i < t->record.router_count; i++)
		if (t->is_waiting[i])
			return true;
	return false;
}

static void give_name(struct tracing *t, unsigned router, const char *name)
{
	t->is_waiting[router] = false;
	if (!*name)
		return;
	snprintf(t->record.routers[router].name, RECORD_NAME_SIZE, "%s", name);
	record_tell(&t->record, EVENT_NAME, router);
}

void tracings_named(struct server *s, const struct addr *a, const char *name)
{
	for (struct tracing *t = s->tracings; t; t = t->next) {
		bool is_new;
		int router = t->state == STATE_OVER ? -1 : record_router(&t->record, a, &is_new);

		if (router < 0 || !t->is_waiting[router])
			continue;
		give_name(t, (unsigned)router, name);
		tell_readers(t);
		if (t->state == STATE_NAMING && !is_waiting_for_names(t))
			conclude(t);
	}
}

static void take_answer(struct tracing *t, struct door_line *said)
{
	struct answer *a = &said->answer;
	const char *name = "";
	enum names_state state = NAMES_NONE;
	bool is_new = false;

	t->server->metrics.value[METRIC_HOPS]++;
	if (a->hop <= t->record.hop_offset)
		return;
	if (said->router.family)
		a->router = record_router(&t->record, &said->router, &is_new);
	if (is_new) {
		struct router *router = &t->record.routers[a->router];

		databases_find(t->server->databases, &router->addr, &router->place);
		state = names_find(t->server->names, &router->addr, &name);
		snprintf(router->name, sizeof(router->name), "%s", name);
		router->is_named_early = *name;
		t->is_waiting[a->router] = state == NAMES_PENDING;
	}
	record_answer(&t->record, a);
	if (*name)
		record_tell(&t->record, EVENT_NAME, (unsigned)a->router);
	if (!t->first_ns[a->hop])
		t->first_ns[a->hop] = server_now_ns(t->server);
}

static void take_done(struct tracing *t, const struct door_line *said)
{
	struct record *r = &t->record;

	door_close(t);
	r->end = said->end;
	r->hops = said->hops;
	r->probes = said->probes;
	for (unsigned i = 0; i < said->row_count; i++)
		if (said->rows[i].hop > r->hop_offset)
			r->rows[r->row_count++] = said->rows[i];
	record_tell(r, EVENT_END, 0);
	ev_timer_stop(t->server->ev, &t->on_linger);
	t->state = STATE_NAMING;
	if (!is_waiting_for_names(t)) {
		conclude(t);
		return;
	}
	tell_readers(t);
	set_timer(t, naming_s);
}

static void take_accepted(struct tracing *t, const struct door_line *said)
{
	if (t->state != STATE_ASKED)
		return;
	t->state = STATE_RUNNING;
	t->record.max_ttl = said->max_ttl;
	t->record.attempts = said->attempts;
	record_tell(&t->record, EVENT_START, 0);
	visitor_hold(t->visitor, false);
	set_timer(t, whole_s);
	ev_timer_again(t->server->ev, &t->on_linger);
}

static void take_error(struct tracing *t, const struct door_line *said)
{
	/* uturnd has a limit of clients and one of traces: others end soon */
	if (t->state == STATE_ASKED && strstr(said->words, "too many") && t->tries < TRIES) {
		door_close(t);
		visitor_hold(t->visitor, false);
		t->state = STATE_SETTLING;
		t->start_ns = server_now_ns(t->server);
		set_timer(t, ask_again_s);
		return;
	}
	fail(t, said->words);
}

static void take_line(struct tracing *t, const char *line, size_t len)
{
	static struct door_line said; /* 10 kB, and one at a time */

	switch (door_read(line, len, &said)) {
	case SAID_ACCEPTED:
		take_accepted(t, &said);
		break;
	case SAID_ANSWER:
		take_answer(t, &said);
		break;
	case SAID_DONE:
		take_done(t, &said);
		break;
	case SAID_ERROR:
		take_error(t, &said);
		break;
	case SAID_NOTHING:
		log_debug("uturnd said something that is not understood");
		break;
	}
}

/* False: there are no more lines for this trace. */
static bool take_lines(struct tracing *t)
{
	size_t at = 0;

	while (t->fd >= 0) {
		const char *newline = memchr(t->line + at, '\n', t->line_len - at);

		if (!newline)
			break;
		take_line(t, t->line + at, (size_t)(newline - t->line) - at);
		at = (size_t)(newline - t->line) + 1;
	}
	if (t->fd < 0)
		return false;
	t->line_len -= at;
	memmove(t->line, t->line + at, t->line_len);
	return true;
}

static void door_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct tracing *t = w->data;
	ssize_t got;

	(void)ev, (void)events;
	got = recv(t->fd, t->line + t->line_len, sizeof(t->line) - t->line_len, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		fail(t, "the trace broke off: uturnd has stopped");
		return;
	}
	t->line_len += (size_t)got;
	if (!take_lines(t))
		return;
	if (t->line_len == sizeof(t->line))
		fail(t, "the trace broke off: uturnd is not understood");
	else
		tell_readers(t);
}

static int door_open(struct tracing *t)
{
	int fd = stream_connect(t->server->config.control, SOCK_NONBLOCK);

	if (fd < 0)
		return fd;
	t->fd = fd;
	t->line_len = 0;
	ev_io_set(&t->on_door, fd, EV_READ);
	ev_io_start(t->server->ev, &t->on_door);
	return 0;
}

static void ask(struct tracing *t)
{
	char request[DOOR_REQUEST_SIZE];
	int err = t->fd < 0 ? door_open(t) : 0;
	size_t len;

	t->tries++;
	if (err == -EAGAIN && t->tries < TRIES) {
		set_timer(t, ask_again_s);
		return;
	}
	len = door_ask(&t->record, request);
	t->state = STATE_ASKED;
	if (!err) {
		visitor_hold(t->visitor, true);
		err = door_send(t->fd, request, len, t->visitor->fd);
	}
	/* one that is full sends its words first and does not read: they are worth more than our EPIPE */
	if (err && err != -EPIPE && err != -ECONNRESET)
		fail(t, door_words(t->server->config.control, err));
	else
		set_timer(t, accept_s);
}

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct tracing *t = w->data;
	uint64_t waited_ms = (server_now_ns(t->server) - t->start_ns) / 1000000;

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
		fail(t, "the trace broke off: uturnd does not answer");
		break;
	case STATE_OVER:
		break;
	}
}

static void lingered(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct tracing *t = w->data;
	uint64_t now_ns = server_now_ns(t->server);

	(void)ev, (void)events;
	for (unsigned hop = 1; hop <= RECORD_HOPS; hop++)
		if (t->first_ns[hop] && now_ns - t->first_ns[hop] >= (uint64_t)(linger_s * 1e9))
			t->record.is_settled[hop] = true;
	tell_readers(t);
}

static struct tracing *tracing_new(struct visitor *v)
{
	struct server *s = v->server;
	const struct web_config *c = &s->config;
	struct tracing *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->server = s;
	t->visitor = v;
	t->fd = -1;
	t->start_ns = server_now_ns(s);
	t->record.local = v->local;
	t->record.peer = v->peer;
	t->record.local_port = v->local_port;
	t->record.peer_port = v->peer_port;
	t->record.max_ttl = c->max_ttl;
	t->record.attempts = c->attempts;
	t->record.hop_offset = c->hop_offset;
	ev_init(&t->on_door, door_ready);
	ev_timer_init(&t->on_time, timed, 0, settle_s);
	ev_timer_init(&t->on_linger, lingered, 0, linger_s / 5);
	t->on_door.data = t->on_time.data = t->on_linger.data = t;
	return t;
}

static int start(struct visitor *v)
{
	struct server *s = v->server;
	struct tracing *t;
	int err;

	if (!quota_trace(&s->quota, &v->peer, server_now_ns(s))) {
		s->metrics.value[METRIC_TRACES_REFUSED]++;
		return -EDQUOT;
	}
	t = tracing_new(v);
	err = t ? door_open(t) : -ENOMEM;
	if (err && err != -EAGAIN) {
		s->metrics.value[METRIC_TRACES_FAILED]++;
		free(t);
		return err;
	}
	t->next = s->tracings;
	s->tracings = t;
	v->tracing = t;
	s->metrics.value[METRIC_TRACES]++;
	s->metrics.value[METRIC_TRACES_OPEN]++;
	set_timer(t, settle_s);
	return 0;
}

int tracing_join(struct exchange *x, const struct format *format)
{
	struct visitor *v = x->visitor;
	int err = 0;

	if (v->tracing)
		v->server->metrics.value[METRIC_TRACES_JOINED]++;
	else
		err = start(v);
	if (err)
		return err;
	format_begin(&x->telling, format);
	x->tracing = v->tracing;
	x->next = v->tracing->readers;
	v->tracing->readers = x;
	format_advance(&x->telling, &v->tracing->record, &x->body);
	return 0;
}

void tracing_leave(struct exchange *x)
{
	struct tracing *t = x->tracing;

	for (struct exchange **at = &t->readers; *at; at = &(*at)->next)
		if (*at == x) {
			*at = x->next;
			break;
		}
	x->tracing = NULL;
	if (!t->readers)
		end(t);
}

void tracing_orphan(struct tracing *t)
{
	t->visitor = NULL;
	end(t);
}

void tracings_sweep(struct server *s)
{
	struct tracing **at = &s->tracings;

	while (*at) {
		struct tracing *t = *at;

		if (t->state == STATE_OVER) {
			*at = t->next;
			free(t);
		} else {
			at = &t->next;
		}
	}
}
