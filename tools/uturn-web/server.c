/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "common/log.h"
#include "daemon/notify.h"
#include "listener.h"
#include "reload.h"
#include "tls.h"
#include "tracing.h"
#include "visitor.h"

uint64_t server_now_ns(const struct server *s)
{
	struct timespec now;

	(void)s;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Before the loop sleeps: what waits leaves, and those that are over are freed. */
static void settle(struct ev_loop *ev, struct ev_prepare *w, int events)
{
	struct server *s = w->data;

	(void)ev, (void)events;
	while (s->awake) {
		struct visitor *v = s->awake;

		s->awake = v->next_awake;
		v->is_awake = false;
		if (!v->is_dead)
			visitor_flush(v);
		/* it may have been marked just now, and then it is on the list again */
		if (v->is_dead && !v->is_awake)
			visitor_free(v);
	}
	tracings_sweep(s);
}

static void signalled(struct ev_loop *ev, struct ev_signal *w, int events)
{
	struct server *s = w->data;

	(void)events;
	if (w->signum == SIGHUP)
		server_reload(s);
	else
		ev_break(ev, EVBREAK_ALL);
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

static int open_parts(struct server *s, char *why, size_t why_size)
{
	const struct web_config *c = &s->config;
	int err;

	if (*c->certificate) {
		s->tls = tls_context(c->certificate, c->key, why, why_size);
		if (!s->tls)
			return -EINVAL;
	}
	err = databases_open(&s->databases, c, why, why_size);
	if (!err)
		err = names_open(&s->names, s, why, why_size);
	if (!err)
		err = listeners_open(s, why, why_size);
	return err;
}

static void start_watchers(struct server *s)
{
	struct ev_signal *signals[] = { &s->on_term, &s->on_int, &s->on_hup };
	const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	listeners_start(s);
	ev_prepare_init(&s->before_sleep, settle);
	s->before_sleep.data = s;
	ev_prepare_start(s->ev, &s->before_sleep);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ev_signal_init(signals[i], signalled, numbers[i]);
		signals[i]->data = s;
		ev_signal_start(s->ev, signals[i]);
	}
}

int server_open(struct server **made, const struct web_config *c, const char *path, char *why, size_t why_size)
{
	struct server *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	snprintf(why, why_size, "%s", strerror(ENOMEM));
	if (!s)
		return err;
	s->config = *c;
	s->path = path;
	s->quota.allowance = c->allowance;
	if (getrandom(s->quota.key, sizeof(s->quota.key), 0) != sizeof(s->quota.key))
		abort(); /* never for 16 bytes (getrandom(2)) */
	settings_page_set(&s->page, c);
	raise_limit();
	s->ev = ev_loop_new(EVFLAG_AUTO);
	if (s->ev)
		err = open_parts(s, why, why_size);
	if (err) {
		server_close(s);
		return err;
	}
	start_watchers(s);
	*made = s;
	return 0;
}

void server_run(struct server *s)
{
	ev_run(s->ev, 0);
}

void server_close(struct server *s)
{
	while (s->visitors)
		visitor_free(s->visitors);
	tracings_sweep(s);
	listeners_close(s);
	names_close(s->names);
	databases_close(s->databases);
	SSL_CTX_free(s->tls);
	if (s->ev)
		ev_loop_destroy(s->ev);
	free(s);
}
