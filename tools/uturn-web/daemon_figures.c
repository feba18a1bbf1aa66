/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon_figures.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"

static const double patience_s = 1;

static const char *const requests[DAEMON_ANSWERS] = { "{\"op\":\"status\"}\n", "{\"op\":\"counters\"}\n" };

void daemon_figures_leave(struct figures_reader *r)
{
	if (!r->asked)
		return;
	for (struct figures_reader **at = &r->asked->waiting; *at; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	r->asked = NULL;
}

/* Whatever has come is all there is. */
static void conclude(struct daemon_figures *f)
{
	bool is_whole = f->count == DAEMON_ANSWERS;

	ev_io_stop(f->ev, &f->on_socket);
	ev_timer_stop(f->ev, &f->on_time);
	if (f->fd >= 0)
		close(f->fd);
	f->is_asking = false;
	while (f->waiting) {
		struct figures_reader *r = f->waiting;

		daemon_figures_leave(r);
		r->told(r->owner, is_whole ? f->answers[0] : NULL, is_whole ? f->answers[1] : NULL);
	}
	for (unsigned i = 0; i < f->count; i++)
		json_decref(f->answers[i]);
	f->count = 0;
}

static bool send_request(const struct daemon_figures *f)
{
	const char *request = requests[f->count];

	return send(f->fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request);
}

/* A line has come; false: it is not an answer, or the next request cannot be sent. */
static bool take_line(struct daemon_figures *f, size_t len)
{
	json_t *answer = json_loadb(f->bytes, len, 0, NULL);

	if (!json_is_object(answer) || json_object_get(answer, "error")) {
		json_decref(answer);
		return false;
	}
	f->answers[f->count++] = answer;
	f->len -= len + 1;
	memmove(f->bytes, f->bytes + len + 1, f->len);
	return f->count == DAEMON_ANSWERS || send_request(f);
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct daemon_figures *f = w->data;
	ssize_t got = recv(f->fd, f->bytes + f->len, sizeof(f->bytes) - f->len, 0);
	bool is_good = got > 0;

	(void)ev, (void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	f->len += is_good ? (size_t)got : 0;
	while (is_good && f->count < DAEMON_ANSWERS) {
		const char *newline = memchr(f->bytes, '\n', f->len);

		if (!newline && f->len < sizeof(f->bytes))
			return;
		is_good = newline && take_line(f, (size_t)(newline - f->bytes));
	}
	conclude(f);
}

static void timed(struct ev_loop *ev, struct ev_timer *w, int events)
{
	(void)ev, (void)events;
	conclude(w->data);
}

static void begin(struct daemon_figures *f, const char *control)
{
	f->is_asking = true;
	f->len = 0;
	f->fd = stream_connect(control, SOCK_NONBLOCK);
	ev_io_init(&f->on_socket, ready, f->fd < 0 ? 0 : f->fd, EV_READ);
	ev_timer_init(&f->on_time, timed, patience_s, 0);
	f->on_socket.data = f->on_time.data = f;
	if (f->fd < 0 || !send_request(f)) {
		conclude(f);
		return;
	}
	ev_io_start(f->ev, &f->on_socket);
	ev_timer_start(f->ev, &f->on_time);
}

void daemon_figures_ask(struct daemon_figures *f, struct ev_loop *ev, const char *control, struct figures_reader *r)
{
	f->ev = ev;
	r->asked = f;
	r->next = f->waiting;
	f->waiting = r;
	if (!f->is_asking)
		begin(f, control);
}

void daemon_figures_close(struct daemon_figures *f)
{
	if (f->is_asking)
		conclude(f);
}
