/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "loop.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "config/deny_list.h"
#include "daemon/accounts.h"
#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "engine/engine.h"
#include "io/control.h"
#include "operator/drain.h"
#include "operator/notices.h"
#include "operator/operator.h"
#include "operator/report.h"
#include "operator/status.h"
#include "operator/trace_list.h"
#include "operator/trace_log.h"
#include "operator/trace_sessions.h"
#include "process/peers.h"
#include "process/worker.h"
#include "process/workers.h"

struct loop {
	struct config config; /* of all workers together */
	struct workers *workers;
	struct worker *worker; /* the first */
	struct peers *peers; /* NULL: none */
	struct engine *engine; /* of the first worker */
	struct control *control;
	struct trace_sessions *traces;
	struct notices *notices;
	struct trace_log trace_log;
	const char *path;
	uint64_t start_ns;
	uint64_t drain_until_ns; /* 0: it is not drained */
	bool has_lost; /* a worker */
	struct ev_loop *ev;
	struct ev_io on_control, on_workers, on_notices, on_peers[PEERS_SOCKETS];
	struct ev_timer on_watchdog, on_trace_log, on_drained, on_greeting;
	struct ev_signal on_term, on_int, on_hup, on_usr2;
};

/* An event of any worker, for the clients that watch. */
static void broadcast_event(void *owner, const struct event *e)
{
	struct loop *l = owner;

	if (control_is_watched(l->control))
		control_broadcast(l->control, report_event(e));
}

static void on_event(void *owner)
{
	struct loop *l = owner;

	trace_sessions_tell(l->traces);
	notices_event(l->notices, &l->engine->event);
	broadcast_event(l, &l->engine->event);
}

static void workers_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;
	uint64_t lost;

	(void)events;
	l->has_lost = !workers_work(l->workers, broadcast_event, l);
	lost = workers_lost_events(l->workers);
	if (lost && control_is_watched(l->control))
		control_broadcast(l->control, json_pack("{sI}", "lost", (json_int_t)lost));
	if (l->has_lost)
		ev_break(ev, EVBREAK_ALL);
}

static void take_peer(void *owner, const struct peer_answer *a)
{
	struct loop *l = owner;

	if (!workers_take_peer(l->workers, a))
		l->engine->counters[REASON_PEER_LOST]++;
	if (a->workers & 1)
		worker_take_peer(l->worker, a);
}

static void peers_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	peers_work(l->peers, (unsigned)(w - l->on_peers), l->engine->counters, take_peer, l);
	worker_go_on(l->worker);
}

static void greet(struct ev_loop *ev, struct ev_timer *w, int events)
{
	(void)ev, (void)events;
	peers_greet(((struct loop *)w->data)->peers);
}

static void notices_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	notices_work(l->notices);
}

/* The keep-alive is sent while the event loops of all workers run; without it the service manager restarts uturnd. */
static void watchdog(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	if (workers_is_alive(l->workers))
		notify_alive();
}

static void log_traces(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	trace_log_work(&l->trace_log, l->workers);
}

/* As the configuration says. */
static void settle_trace_log(struct loop *l)
{
	if (!l->config.log_traces) {
		ev_timer_stop(l->ev, &l->on_trace_log);
	} else if (!ev_is_active(&l->on_trace_log)) {
		trace_log_begin(&l->trace_log, l->workers);
		ev_timer_again(l->ev, &l->on_trace_log);
	}
}

static void control_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	control_work(l->control);
	workers_set_watched(l->workers, control_is_watched(l->control));
	trace_sessions_catch_up(l->traces);
	worker_go_on(l->worker);
}

/* Returns what is to be answered, a new reference; NULL if the new configuration is wrong, with words in why. */
static json_t *reload(struct loop *l, char *why, size_t why_size)
{
	struct deny_list denied;
	struct prefix_set set;
	json_t *reloaded = NULL;

	notify_reloading();
	if (operator_reload(&l->config, l->path, control_is_followed(l->control), &denied, &reloaded, why, why_size)) {
		set = workers_deny(l->workers, &denied);
		worker_deny(l->worker, &set);
		deny_list_free(&denied);
		worker_configure(l->worker, &l->config);
		workers_configure(l->workers, &l->config);
		notices_configure(l->notices, &l->config);
		settle_trace_log(l);
		control_tell_followers(l->control, json_incref(reloaded));
	}
	notify_ready();
	return reloaded;
}

/* The engines see by their own clock that it is over. */
static void drained(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	l->drain_until_ns = 0;
	log_info("drain: its time is over, new probers are answered again");
}

static json_t *drain(struct loop *l, const json_t *request, uint64_t now_ns, const char **why)
{
	uint64_t until_ns;

	if (!drain_read(request, now_ns, &until_ns, why))
		return NULL;
	ev_timer_stop(l->ev, &l->on_drained);
	if (until_ns) {
		ev_now_update(l->ev);
		ev_timer_set(&l->on_drained, (double)(until_ns - now_ns) / 1e9, 0);
		ev_timer_start(l->ev, &l->on_drained);
		log_info("drain: no new probers for %lld s", (long long)drain_left_s(until_ns, now_ns));
	} else if (l->drain_until_ns) {
		log_info("drain: ended, new probers are answered again");
	}
	l->drain_until_ns = until_ns;
	worker_drain(l->worker, until_ns);
	workers_drain(l->workers, until_ns);
	return drain_answer(until_ns, now_ns);
}

static void sum_up(struct loop *l, uint64_t now_ns, struct workers_sum *sum)
{
	worker_count_losses(l->worker);
	workers_sum(l->workers, now_ns, sum);
}

static json_t *answer_status(struct loop *l, const struct report_clocks *clocks)
{
	struct workers_sum sum;
	const struct status status = {
		.sum = &sum,
		.config = &l->config,
		.path = l->path,
		.traces = l->engine->inband.running,
		.start_ns = l->start_ns,
		.now_ns = clocks->now_ns,
		.wall_ns = clocks->wall_ns,
		.warnings = notices_json(l->notices),
		.drain_until_ns = l->drain_until_ns,
		.peers = l->peers,
	};

	sum_up(l, clocks->now_ns, &sum);
	return status_json(&status);
}

static json_t *answer(void *owner, const struct control_asker *asker, const char *op, json_t *request, const char **why)
{
	static char words[CONFIG_WHY_SIZE];
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	const struct report_clocks clocks = { now_ns, clock_ns(CLOCK_REALTIME) };
	struct loop *l = owner;
	struct workers_sum sum;

	if (strcmp(op, "trace") == 0)
		return trace_sessions_ask(l->traces, asker, request, now_ns, why);
	if (strcmp(op, "status") == 0)
		return answer_status(l, &clocks);
	if (strcmp(op, "counters") == 0) {
		sum_up(l, now_ns, &sum);
		return report_counters(sum.counters);
	}
	if (strcmp(op, "traces") == 0)
		return trace_list_answer(l->workers, request, &clocks, why);
	if (strcmp(op, "drain") == 0)
		return drain(l, request, now_ns, why);
	if (strcmp(op, "reload") == 0) {
		*why = words;
		return reload(l, words, sizeof(words));
	}
	*why = "unknown op";
	return NULL;
}

static void gone(void *owner, unsigned slot)
{
	trace_sessions_gone(((struct loop *)owner)->traces, slot);
}

static void log_rings(struct loop *l)
{
	worker_log_ring(l->worker);
	workers_log_rings(l->workers);
}

static void signalled(struct ev_loop *ev, struct ev_signal *w, int events)
{
	struct loop *l = w->data;
	char why[CONFIG_WHY_SIZE];

	(void)events;
	if (w->signum == SIGHUP)
		json_decref(reload(l, why, sizeof(why)));
	else if (w->signum == SIGUSR2)
		log_rings(l);
	else
		ev_break(ev, EVBREAK_ALL);
}

/* By number, for in the sandbox names of accounts cannot be looked up. */
static bool find_operators(const struct config *c, struct control_operators *operators)
{
	*operators = (struct control_operators){ .user = 0, .group = (gid_t)-1, .name = c->operator_group };
	if (strcmp(c->user, "root") != 0)
		account_user(c->user, &operators->user); /* one that is missing is reported when it is changed to */
	return !*c->operator_group || account_group(c->operator_group, &operators->group);
}

static int open_notices(struct loop *l, char *why, size_t why_size)
{
	int err = notices_open(&l->notices);

	if (err)
		snprintf(why, why_size, "events about addresses (rtnetlink): %s", strerror(-err));
	else
		notices_configure(l->notices, &l->config);
	return err;
}

static int open_control(struct loop *l, const struct config *c, char *why, size_t why_size)
{
	const struct control_callbacks callbacks = { answer, gone, l };
	struct control_operators operators;
	int err;

	if (!find_operators(&l->config, &operators)) {
		snprintf(why, why_size, "operator-group %s: does not exist (groupadd --system %s)", c->operator_group,
			c->operator_group);
		return -ENOENT;
	}
	err = control_open(&l->control, c->control, &callbacks, &operators);

	if (err) {
		snprintf(why, why_size, "control socket %s: %s%s", c->control, strerror(-err),
			err == -EADDRINUSE ? " (another uturnd answers there)" : "");
		return err;
	}
	err = trace_sessions_open(&l->traces, &l->config, l->engine, l->control, worker_capture_tcp(l->worker));
	if (err) {
		snprintf(why, why_size, "traces: %s", strerror(-err));
		return err;
	}
	err = privileges_give(c->user, c->control, why, why_size);
	if (!err && control_directory(l->control))
		err = privileges_give(c->user, control_directory(l->control), why, why_size);
	return err;
}

static void start_signals(struct loop *l)
{
	struct ev_signal *signals[] = { &l->on_term, &l->on_int, &l->on_hup, &l->on_usr2 };
	const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR2 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ev_signal_init(signals[i], signalled, numbers[i]);
		signals[i]->data = l;
		ev_signal_start(l->ev, signals[i]);
	}
}

static void start_watchdog(struct loop *l)
{
	uint64_t interval_ns = notify_interval_ns();

	ev_timer_init(&l->on_watchdog, watchdog, 0, (double)interval_ns / 1e9);
	l->on_watchdog.data = l;
	if (interval_ns)
		ev_timer_again(l->ev, &l->on_watchdog);
}

static void start_trace_log(struct loop *l)
{
	ev_timer_init(&l->on_trace_log, log_traces, 0, 1);
	l->on_trace_log.data = l;
	settle_trace_log(l);
}

static void start_peers(struct loop *l)
{
	if (l->peers) {
		ev_timer_init(&l->on_greeting, greet, 0, PEERS_GREETING_S);
		l->on_greeting.data = l;
		ev_timer_start(l->ev, &l->on_greeting);
	}
	for (unsigned i = 0; l->peers && i < PEERS_SOCKETS; i++) {
		if (peers_fd(l->peers, i) < 0)
			continue;
		ev_io_init(&l->on_peers[i], peers_ready, peers_fd(l->peers, i), EV_READ);
		l->on_peers[i].data = l;
		ev_io_start(l->ev, &l->on_peers[i]);
	}
}

static void start_watchers(struct loop *l)
{
	const struct prefix_set denied = workers_denied(l->workers);

	worker_deny(l->worker, &denied);
	worker_start(l->worker, l->ev);
	ev_io_init(&l->on_control, control_ready, control_fd(l->control), EV_READ);
	ev_io_init(&l->on_workers, workers_ready, workers_fd(l->workers), EV_READ);
	ev_io_init(&l->on_notices, notices_ready, notices_fd(l->notices), EV_READ);
	l->on_control.data = l->on_workers.data = l->on_notices.data = l;
	ev_io_start(l->ev, &l->on_notices);
	ev_io_start(l->ev, &l->on_control);
	if (workers_fd(l->workers) >= 0)
		ev_io_start(l->ev, &l->on_workers);
	ev_timer_init(&l->on_drained, drained, 0, 0);
	l->on_drained.data = l;
	start_peers(l);
	start_signals(l);
	start_watchdog(l);
	start_trace_log(l);
}

int loop_open(struct loop **made, struct workers *workers, struct peers *peers, const struct config *config,
	const char *path, char *why, size_t why_size)
{
	struct loop *l = calloc(1, sizeof(*l));
	const struct worker_callbacks callbacks = { on_event, l };
	const struct worker_memory memory = { workers_engine(workers), workers_traces(workers, 0), peers };
	int err;

	snprintf(why, why_size, "event loop: %s", strerror(ENOMEM));
	if (!l)
		return -ENOMEM;
	l->config = *config;
	l->workers = workers;
	l->peers = peers;
	l->engine = workers_engine(workers);
	l->path = path;
	l->start_ns = clock_ns(CLOCK_MONOTONIC);
	l->ev = ev_loop_new(EVFLAG_AUTO);
	err = l->ev ? worker_open(&l->worker, &memory, config, 0, &callbacks, why, why_size) : -ENOMEM;
	if (!err)
		err = open_notices(l, why, why_size);
	if (!err)
		err = open_control(l, config, why, why_size);
	if (err) {
		loop_close(l);
		return err;
	}
	start_watchers(l);
	*made = l;
	return 0;
}

void loop_close(struct loop *l)
{
	if (!l)
		return;
	trace_sessions_close(l->traces);
	worker_close(l->worker);
	control_close(l->control);
	notices_close(l->notices);
	if (l->ev)
		ev_loop_destroy(l->ev);
	free(l);
}

bool loop_run(struct loop *l)
{
	ev_run(l->ev, 0);
	return !l->has_lost;
}
