/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/log.h"
#include "daemon/notify.h"
#include "http1.h"
#include "http2.h"
#include "http_listener.h"
#include "listen_opener.h"
#include "reload_socket.h"
#include "visit_trace.h"
#include "visitor.h"
#include "web_context.h"

struct server {
	struct web_context context;
	const char *path; /* of the configuration; NULL: the default */
	struct http_listeners listeners;
	struct reload_socket reload;
	struct visitors visitors;
	struct ev_prepare before_sleep;
	struct ev_signal on_term, on_int, on_hup;
};

/* Before the loop sleeps: send what waits, and free visitors and traces that have ended. */
static void settle(struct ev_loop *ev, struct ev_prepare *w, int events)
{
	struct server *s = w->data;

	(void)ev, (void)events;
	visitors_settle(&s->visitors);
	visit_traces_sweep(&s->context);
}

/* All of it or nothing: what can fail comes first. */
static bool reload(void *owner, char *why, size_t why_size)
{
	struct server *s = owner;
	struct web_next *next;
	bool is_done = false;

	notify_reloading();
	next = web_next_open(&s->context, s->path, why, why_size);
	if (next)
		is_done = http_listeners_follow(&s->listeners, web_next_config(next), web_next_has_pair(next), why,
				  why_size) == 0;
	if (is_done) {
		web_next_take(next, &s->context);
		s->context.tls_port = http_listeners_tls_port(&s->listeners);
		log_info("configuration reloaded");
	} else {
		web_next_close(next);
		log_error("%s: everything stays as it was", why);
	}
	notify_ready();
	return is_done;
}

static void signalled(struct ev_loop *ev, struct ev_signal *w, int events)
{
	struct server *s = w->data;
	char why[WEB_WHY_SIZE];

	(void)events;
	if (w->signum != SIGHUP) {
		ev_break(ev, EVBREAK_ALL);
		return;
	}
	reload(s, why, sizeof(why));
}

static void accepted(void *owner, int fd, bool is_tls)
{
	struct server *s = owner;

	visitor_open(&s->visitors, fd, is_tls);
}

/* Each visitor is a descriptor, each trace two more. */
static void raise_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static void start_watchers(struct server *s)
{
	struct ev_signal *signals[] = { &s->on_term, &s->on_int, &s->on_hup };
	const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	struct ev_loop *ev = s->context.ev;

	ev_prepare_init(&s->before_sleep, settle);
	s->before_sleep.data = s;
	ev_prepare_start(ev, &s->before_sleep);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ev_signal_init(signals[i], signalled, numbers[i]);
		signals[i]->data = s;
		ev_signal_start(ev, signals[i]);
	}
}

int server_open(struct server **made, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited, struct listen_opener *opener, char *why, size_t why_size)
{
	struct server *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	snprintf(why, why_size, "%s", strerror(ENOMEM));
	if (!s)
		return err;
	s->path = path;
	s->reload.fd = -1;
	s->visitors = (struct visitors){ .context = &s->context, .http1 = &protocol_http1, .http2 = &protocol_http2 };
	raise_limit();
	s->context.ev = ev_loop_new(EVFLAG_AUTO);
	if (s->context.ev)
		err = web_context_open(&s->context, config, visit_traces_named, why, why_size);
	if (!err) {
		http_listeners_init(&s->listeners, s->context.ev, accepted, s);
		http_listeners_inherit(&s->listeners, inherited);
		err = http_listeners_follow(&s->listeners, config, s->context.tls, why, why_size);
	}
	if (err) {
		server_close(s);
		return err;
	}
	s->context.tls_port = http_listeners_tls_port(&s->listeners);
	s->listeners.opener = opener;
	reload_socket_open(&s->reload, s->context.ev, config->user, reload, s);
	health_begin(&s->context.health);
	start_watchers(s);
	*made = s;
	return 0;
}

void server_run(struct server *s)
{
	ev_run(s->context.ev, 0);
}

void server_close(struct server *s)
{
	visitors_close(&s->visitors);
	visit_traces_sweep(&s->context);
	http_listeners_close(&s->listeners);
	reload_socket_close(&s->reload, s->context.ev);
	web_context_close(&s->context);
	if (s->context.ev)
		ev_loop_destroy(s->context.ev);
	free(s);
}
