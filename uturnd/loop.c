/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "loop.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "io/capture.h"
#include "io/control.h"
#include "io/queue.h"
#include "io/sender.h"
#include "io/sniff.h"
#include "log.h"
#include "notify.h"
#include "operator.h"
#include "privileges.h"
#include "report.h"
#include "ring.h"
#include "tracing.h"

static const double tick_s = 0.025; /* how late a reach check or an expiry may be */
static const uint64_t account_ns = 1000000000; /* how late what was lost may be told */
static const double retry_s = 1; /* between two tries to open a capture that was lost */

struct loop {
	struct engine engine;
	void *memory; /* the engine's */
	struct queue *queue;
	struct capture *capture;
	struct sender *sender;
	struct control *control;
	struct sniff *sniff;
	struct tracing *tracing;
	const char *path;
	uint64_t start_ns;
	uint64_t accounted_ns, evicted; /* when we last looked, and what we saw */
	struct log_limit full, lost, back;
	struct ring ring;
	struct ev_loop *ev;
	struct ev_io on_queue, on_capture, on_control, on_sniff;
	struct ev_timer on_tick, on_retry, on_watchdog;
	struct ev_signal on_term, on_int, on_hup, on_usr2;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What the engine wrote leaves, what it did is told to those who watch. */
static void carry(struct loop *l, const struct writer *out)
{
	if (out->len)
		sender_push(l->sender, out);
	ring_keep(&l->ring, &l->engine.event);
	tracing_tell(l->tracing);
	if (control_is_watched(l->control))
		control_tell(l->control, report_event(&l->engine.event));
}

static bool take_probe(void *owner, struct span packet)
{
	struct loop *l = owner;
	struct writer out = sender_room(l->sender);
	enum act act = engine_on_probe(&l->engine, packet, clock_ns(), &out);

	carry(l, &out);
	return act == ACT_TAKE;
}

static void take_answer(void *owner, struct span packet, uint64_t age_ns)
{
	struct loop *l = owner;
	struct writer out = sender_room(l->sender);

	if (engine_on_answer(&l->engine, packet, clock_ns() - age_ns, &out))
		carry(l, &out);
}

static void take_segment(void *owner, struct span packet, bool is_ours, uint64_t age_ns)
{
	const struct writer nothing = { 0 };
	struct loop *l = owner;

	if (engine_on_segment(&l->engine, packet, is_ours, clock_ns() - age_ns))
		carry(l, &nothing);
}

static void pass_time(struct loop *l)
{
	uint64_t now_ns = clock_ns();
	struct writer out;

	for (out = sender_room(l->sender); engine_on_time(&l->engine, now_ns, &out); out = sender_room(l->sender))
		carry(l, &out);
	sender_flush(l->sender);
}

/* After each turn: the clock ticks only while something is in flight, and only what is traced is sniffed. */
static void settle(struct loop *l)
{
	if (engine_is_waiting(&l->engine) && !ev_is_active(&l->on_tick))
		ev_timer_again(l->ev, &l->on_tick);
	if (ev_is_active(&l->on_sniff) && !l->engine.inband.running) {
		ev_io_stop(l->ev, &l->on_sniff);
		sniff_choose(l->sniff, NULL, 0);
	} else if (!ev_is_active(&l->on_sniff) && l->engine.inband.running) {
		ev_io_set(&l->on_sniff, sniff_fd(l->sniff), EV_READ);
		ev_io_start(l->ev, &l->on_sniff);
	}
}

/* Traces go on at once with what was heard; the rest can wait for the next tick. */
static void go_on(struct loop *l)
{
	if (l->engine.inband.running)
		pass_time(l);
	settle(l);
}

static void queue_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	capture_take_replies(l->capture, l->engine.config.request);
	queue_work(l->queue);
	sender_flush(l->sender);
	queue_settle(l->queue);
	settle(l);
}

static void capture_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;
	int err;

	(void)events;
	sniff_work(l->sniff); /* first: it tells when the probes left that are answered now */
	err = capture_work(l->capture);
	sender_flush(l->sender);
	go_on(l);
	if (!err)
		return;
	log_limited(&l->lost, LOG_LEVEL_WARNING, "capture lost: is the interface gone? Trying again every second");
	ev_io_stop(ev, w);
	capture_close(l->capture);
	l->capture = NULL;
	ev_timer_again(ev, &l->on_retry);
}

/* An interface that was named may go and come back: ppp, wg, VLANs. */
static void capture_retry(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct loop *l = w->data;
	char why[CONFIG_WHY_SIZE];

	(void)events;
	if (capture_open(&l->capture, l->engine.config.interface, take_answer, l, l->engine.counters, why, sizeof(why)))
		return;
	log_limited(&l->back, LOG_LEVEL_INFO, "capture is back");
	ev_timer_stop(ev, w);
	ev_io_set(&l->on_capture, capture_fd(l->capture), EV_READ);
	ev_io_start(ev, &l->on_capture);
}

static void sniff_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	sniff_work(l->sniff);
	go_on(l);
}

/* What is lost without anybody's word, while there is traffic to lose. */
static void account(struct loop *l)
{
	uint64_t evicted = l->engine.counters[REASON_EVICTED], now_ns = clock_ns();

	if (now_ns - l->accounted_ns < account_ns)
		return;
	l->accounted_ns = now_ns;
	if (l->capture)
		capture_count_drops(l->capture);
	if (evicted != l->evicted)
		log_limited(&l->full, LOG_LEVEL_WARNING, "flights: the table is full (a larger one: 'in-flight N')");
	l->evicted = evicted;
}

static void tick(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct loop *l = w->data;

	(void)events;
	pass_time(l);
	account(l);
	if (!engine_is_waiting(&l->engine))
		ev_timer_stop(ev, w);
	settle(l);
}

/* The service manager restarts us where this loop does not turn any more. */
static void watchdog(struct ev_loop *ev, struct ev_timer *w, int events)
{
	(void)ev, (void)w, (void)events;
	notify_alive();
}

static void control_ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct loop *l = w->data;

	(void)ev, (void)events;
	control_work(l->control);
	tracing_catch_up(l->tracing);
	go_on(l);
}

static json_t *answer(void *owner, const struct control_asker *asker, const char *op, json_t *request, const char **why)
{
	struct loop *l = owner;

	if (strcmp(op, "trace") == 0)
		return tracing_ask(l->tracing, asker, request, clock_ns(), why);
	if (strcmp(op, "counters") == 0 && l->capture)
		capture_count_drops(l->capture);
	return operator_answer(&l->engine, l->path, clock_ns() - l->start_ns, op, why);
}

static void gone(void *owner, unsigned seat)
{
	tracing_gone(((struct loop *)owner)->tracing, seat);
}

static void signalled(struct ev_loop *ev, struct ev_signal *w, int events)
{
	struct loop *l = w->data;
	char why[CONFIG_WHY_SIZE];

	(void)events;
	if (w->signum == SIGHUP)
		operator_reload(&l->engine, l->path, why, sizeof(why));
	else if (w->signum == SIGUSR2)
		ring_log(&l->ring, clock_ns());
	else
		ev_break(ev, EVBREAK_ALL);
}

/* From where the engine's memory is there to where all adapters are. */
static int open_adapters(struct loop *l, const struct config *c, char *why, size_t why_size)
{
	const struct control_ears ears = { answer, gone, l };
	uint64_t *counters = l->engine.counters;
	int err;

	err = sender_open(&l->sender, c->mark, ENGINE_PACKET_MAX, counters);
	if (err) {
		snprintf(why, why_size, "raw socket: %s%s", strerror(-err),
			err == -EPERM ? " (needs CAP_NET_RAW)" : "");
		return err;
	}
	err = capture_open(&l->capture, c->interface, take_answer, l, counters, why, why_size);
	if (err)
		return err;
	err = queue_open(&l->queue, c->queue_first, c->queue_last, take_probe, l, counters, why, why_size);
	if (err)
		return err;
	err = control_open(&l->control, c->control, &ears);
	if (err) {
		snprintf(why, why_size, "control socket %s: %s%s", c->control, strerror(-err),
			err == -EADDRINUSE ? " (another uturnd answers there)" : "");
		return err;
	}
	err = sniff_open(&l->sniff, take_segment, l);
	if (!err)
		err = tracing_open(&l->tracing, &l->engine, l->control, l->sniff);
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
	if (interval_ns)
		ev_timer_again(l->ev, &l->on_watchdog);
}

static void start_watchers(struct loop *l)
{
	ev_io_init(&l->on_queue, queue_ready, queue_fd(l->queue), EV_READ);
	ev_io_init(&l->on_capture, capture_ready, capture_fd(l->capture), EV_READ);
	ev_io_init(&l->on_control, control_ready, control_fd(l->control), EV_READ);
	ev_io_init(&l->on_sniff, sniff_ready, -1, EV_READ); /* started while there is something to hear */
	ev_timer_init(&l->on_tick, tick, 0, tick_s);
	ev_timer_init(&l->on_retry, capture_retry, 0, retry_s);
	l->on_queue.data = l->on_capture.data = l->on_control.data = l->on_sniff.data = l->on_tick.data =
		l->on_retry.data = l;
	ev_io_start(l->ev, &l->on_queue);
	ev_io_start(l->ev, &l->on_capture);
	ev_io_start(l->ev, &l->on_control);
	start_signals(l);
	start_watchdog(l);
}

/* Early in the boot a signal may come first; later this never waits. */
static int draw(void *secret, size_t size)
{
	ssize_t got;

	do
		got = getrandom(secret, size, 0);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size ? 0 : got < 0 ? -errno : -EIO;
}

int loop_open(struct loop **made, const struct config *config, const char *path, char *why, size_t why_size)
{
	struct loop *l = calloc(1, sizeof(*l));
	uint64_t secret[2];
	int err = -ENOMEM;

	snprintf(why, why_size, "%u flights: %s", config->in_flight, strerror(ENOMEM));
	if (!l)
		return err;
	l->path = path;
	l->start_ns = clock_ns();
	l->memory = calloc(1, engine_bytes(config)); /* zero pages until they are used */
	l->ev = ev_loop_new(EVFLAG_AUTO);
	if (l->memory && l->ev)
		err = draw(secret, sizeof(secret));
	if (!err) {
		engine_init(&l->engine, config, l->memory, secret);
		err = open_adapters(l, config, why, why_size);
	} else if (err != -ENOMEM) {
		snprintf(why, why_size, "random numbers: %s", strerror(-err));
	}
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
	queue_close(l->queue);
	capture_close(l->capture);
	sender_close(l->sender);
	tracing_close(l->tracing);
	sniff_close(l->sniff);
	control_close(l->control);
	if (l->ev)
		ev_loop_destroy(l->ev);
	free(l->memory);
	free(l);
}

void loop_run(struct loop *l)
{
	ev_run(l->ev, 0);
}
