/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/worker.h"

#include <errno.h>
#include <ev.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "common/log.h"
#include "engine/engine.h"
#include "io/capture_tcp.h"
#include "io/queue.h"
#include "packet/build.h"
#include "process/peers.h"
#include "process/ring.h"
#include "raw/capture.h"
#include "raw/sender.h"

static const double tick_s = 0.025; /* how late a reach check or an expiry may be */
static const uint64_t behind_ns = 100000000; /* how long a trace waits for what is to be read first */
static const uint64_t account_ns = 1000000000; /* between two counts of what was lost */
static const double retry_s = 1; /* between two attempts to open a capture that was lost */

struct worker {
	unsigned index;
	struct config config; /* its share of the whole */
	struct engine *engine;
	void *memory; /* the engine's */
	struct queue *queue;
	struct capture *capture; /* NULL while its interface is gone */
	struct sender *sender;
	struct capture_tcp *capture_tcp;
	struct peers *peers; /* NULL: none */
	struct worker_callbacks callbacks;
	uint64_t now_ns; /* start of this turn of the loop: taken as the arrival of all that it reads */
	uint64_t accounted_ns, evicted; /* the last count of losses: its time, and the counter then */
	struct log_limit full, lost, back;
	struct ring ring;
	struct ev_loop *ev;
	struct ev_io on_queue, on_capture, on_capture_tcp;
	struct ev_timer on_tick, on_due, on_retry;
};

/* Sends the engine's packet, if there is one, and reports its event. */
static void finish(struct worker *w, const struct writer *out)
{
	if (out->len)
		sender_push(w->sender, out);
	ring_keep(&w->ring, &w->engine->event);
	w->callbacks.event(w->callbacks.owner);
}

static bool take_probe(void *owner, struct span packet)
{
	struct worker *w = owner;
	struct writer out = sender_room(w->sender);
	enum act act = engine_on_probe(w->engine, packet, w->now_ns, &out);

	finish(w, &out);
	return act == ACT_TAKE;
}

static void take_answer(void *owner, struct span packet, uint64_t age_ns)
{
	struct worker *w = owner;
	struct writer out = sender_room(w->sender);

	if (engine_on_answer(w->engine, packet, w->now_ns - age_ns, &out))
		finish(w, &out);
}

/* The handler of a host with peers: what matches nothing here may be about a probe of theirs. */
static void take_or_offer(void *owner, struct span packet, uint64_t age_ns)
{
	struct worker *w = owner;
	struct writer out = sender_room(w->sender);

	if (engine_on_answer(w->engine, packet, w->now_ns - age_ns, &out)) {
		finish(w, &out);
		if (w->engine->event.reason != REASON_NO_FLIGHT)
			return;
	}
	peers_offer(w->peers, packet, w->now_ns - age_ns, w->engine->counters);
}

void worker_take_peer(struct worker *w, const struct peer_answer *a)
{
	const uint64_t before = w->engine->counters[REASON_PEER_MATCHED];
	struct writer out = sender_room(w->sender);

	if (engine_on_peer(w->engine, a->packet, a->at_ns, &out))
		finish(w, &out);
	if (w->engine->counters[REASON_PEER_MATCHED] != before)
		peers_matched(w->peers, a->peer);
	sender_flush(w->sender);
}

static void take_segment(void *owner, struct span packet, bool is_ours, uint64_t age_ns)
{
	const struct writer nothing = { 0 };
	struct worker *w = owner;

	if (engine_on_segment(w->engine, packet, is_ours, clock_ns(CLOCK_MONOTONIC) - age_ns))
		finish(w, &nothing);
}

/*
 * A trace of a connection may not take for silent what has answered and has not
 * been read yet; but a flood of other errors may not hold it up either.
 */
static bool is_behind(const struct worker *w, uint64_t now_ns)
{
	struct pollfd unread[] = {
		{ .fd = capture_tcp_fd(w->capture_tcp), .events = POLLIN },
		{ .fd = w->capture ? capture_fd(w->capture) : -1, .events = POLLIN },
	};
	uint64_t due_ns = inband_table_due_ns(&w->engine->inband);

	return due_ns <= now_ns && now_ns - due_ns < behind_ns && poll(unread, 2, 0) > 0;
}

static void pass_time(struct worker *w)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct writer out;

	if (is_behind(w, now_ns))
		return;
	for (out = sender_room(w->sender); engine_on_time(w->engine, now_ns, &out); out = sender_room(w->sender))
		finish(w, &out);
	sender_flush(w->sender);
}

/* Traces of connections do not wait for the tick: their next probe may be due much sooner. */
static void await_due(struct worker *w)
{
	uint64_t due_ns = inband_table_due_ns(&w->engine->inband), now_ns;

	ev_timer_stop(w->ev, &w->on_due);
	if (due_ns == UINT64_MAX)
		return;
	now_ns = clock_ns(CLOCK_MONOTONIC);
	ev_now_update(w->ev);
	ev_timer_set(&w->on_due, due_ns > now_ns ? (double)(due_ns - now_ns) / 1e9 : 0, 0);
	ev_timer_start(w->ev, &w->on_due);
}

/* At the end of each turn: timers run only while something is in flight or without a verdict, TCP is captured only for traces. */
static void settle(struct worker *w)
{
	await_due(w);
	if ((engine_is_waiting(w->engine) || !queue_is_settled(w->queue)) && !ev_is_active(&w->on_tick))
		ev_timer_again(w->ev, &w->on_tick);
	if (ev_is_active(&w->on_capture_tcp) && !w->engine->inband.running) {
		ev_io_stop(w->ev, &w->on_capture_tcp);
		capture_tcp_choose(w->capture_tcp, NULL, 0);
	} else if (!ev_is_active(&w->on_capture_tcp) && w->engine->inband.running) {
		ev_io_set(&w->on_capture_tcp, capture_tcp_fd(w->capture_tcp), EV_READ);
		ev_io_start(w->ev, &w->on_capture_tcp);
	}
}

/* Traces of connections send their next probes at once; everything else can wait for the next tick. */
void worker_go_on(struct worker *w)
{
	if (w->engine->inband.running)
		pass_time(w);
	settle(w);
}

static void queue_ready(struct ev_loop *ev, struct ev_io *watcher, int events)
{
	struct worker *w = watcher->data;

	(void)ev, (void)events;
	w->now_ns = clock_ns(CLOCK_MONOTONIC);
	queue_work(w->queue);
	sender_flush(w->sender);
	queue_settle(w->queue);
	settle(w);
}

static void capture_ready(struct ev_loop *ev, struct ev_io *watcher, int events)
{
	struct worker *w = watcher->data;
	int err;

	(void)events;
	capture_tcp_work(w->capture_tcp); /* first: it has seen the probes leave to which answers are read now */
	w->now_ns = clock_ns(CLOCK_MONOTONIC);
	err = capture_work(w->capture);
	sender_flush(w->sender);
	worker_go_on(w);
	if (!err)
		return;
	log_limited(&w->lost, LOG_LEVEL_WARNING, "capture lost (is the interface gone?): retrying every second");
	ev_io_stop(ev, watcher);
	capture_close(w->capture);
	w->capture = NULL;
	ev_timer_again(ev, &w->on_retry);
}

/* Each worker takes the answers to its own tags; the first one, which traces connections, all that quote TCP as well. */
static struct capture_filter filter_of(const struct worker *w)
{
	const struct config *c = &w->config;

	return (struct capture_filter){
		.tag_bits = w->engine->shard.bits,
		.tag_start = w->engine->shard.index,
		.takes_tcp = c->inband && w->index == 0,
		.tag_rest = w->peers && w->index == 0 ? config_workers(c) : 0,
		.reply_first = c->request ? REQUEST_PORT : 0,
		.reply_last = c->request ? REQUEST_PORT : 0,
	};
}

static int open_capture(struct worker *w, char *why, size_t why_size)
{
	const struct capture_filter filter = filter_of(w);

	return capture_open(&w->capture, w->config.interface, &filter, w->peers ? take_or_offer : take_answer, w,
		w->engine->counters, why, why_size);
}

/* A single interface may disappear and come back: ppp, wg, VLANs. */
static void capture_retry(struct ev_loop *ev, struct ev_timer *watcher, int events)
{
	struct worker *w = watcher->data;
	char why[CONFIG_WHY_SIZE];

	(void)events;
	if (open_capture(w, why, sizeof(why)))
		return;
	log_limited(&w->back, LOG_LEVEL_INFO, "capture is back");
	ev_timer_stop(ev, watcher);
	ev_io_set(&w->on_capture, capture_fd(w->capture), EV_READ);
	ev_io_start(ev, &w->on_capture);
}

static void capture_tcp_ready(struct ev_loop *ev, struct ev_io *watcher, int events)
{
	struct worker *w = watcher->data;

	(void)ev, (void)events;
	capture_tcp_work(w->capture_tcp);
	worker_go_on(w);
}

void worker_count_losses(struct worker *w)
{
	uint64_t evicted = w->engine->counters[REASON_EVICTED];

	w->accounted_ns = clock_ns(CLOCK_MONOTONIC);
	if (w->capture)
		capture_count_drops(w->capture);
	if (evicted != w->evicted)
		log_limited(&w->full, LOG_LEVEL_WARNING, "flights: the table is full (increase 'in-flight N')");
	w->evicted = evicted;
}

static void tick(struct ev_loop *ev, struct ev_timer *watcher, int events)
{
	struct worker *w = watcher->data;

	(void)events;
	pass_time(w);
	queue_settle_all(w->queue);
	if (clock_ns(CLOCK_MONOTONIC) - w->accounted_ns >= account_ns)
		worker_count_losses(w);
	if (!engine_is_waiting(w->engine))
		ev_timer_stop(ev, watcher);
	settle(w);
}

static void due(struct ev_loop *ev, struct ev_timer *watcher, int events)
{
	(void)ev, (void)events;
	worker_go_on(watcher->data);
}

void worker_configure(struct worker *w, const struct config *config)
{
	struct engine_settings settings;
	struct capture_filter filter;

	config_share(config, &w->config);
	settings = engine_settings_of(&w->config);
	engine_configure(w->engine, &settings);
	if (w->peers)
		peers_join(w->peers, w->index, &w->config);
	filter = filter_of(w);
	capture_set_filter(w->capture, &filter);
}

void worker_deny(struct worker *w, const struct prefix_set *denied)
{
	engine_deny(w->engine, denied);
}

void worker_drain(struct worker *w, uint64_t until_ns)
{
	engine_drain(w->engine, until_ns);
}

void worker_log_ring(const struct worker *w)
{
	ring_log(&w->ring, clock_ns(CLOCK_MONOTONIC));
}

struct capture_tcp *worker_capture_tcp(const struct worker *w)
{
	return w->capture_tcp;
}

/* Early in the boot getrandom() may block and be interrupted by a signal; later it does neither. */
static int random_draw(void *secret, size_t size)
{
	ssize_t got;

	do
		got = getrandom(secret, size, 0);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size ? 0 : got < 0 ? -errno : -EIO;
}

static int open_engine(struct worker *w, struct traces *traces, const struct config *config, char *why, size_t why_size)
{
	struct engine_settings settings;
	uint64_t secret[2];
	int err;

	config_share(config, &w->config);
	settings = engine_settings_of(&w->config);
	w->memory = calloc(1, engine_bytes(&settings)); /* zero pages until they are used */
	if (!w->memory)
		return -ENOMEM;
	err = random_draw(secret, sizeof(secret));
	if (err) {
		snprintf(why, why_size, "random numbers: %s", strerror(-err));
		return err;
	}
	engine_init(w->engine, &settings, w->memory, secret);
	engine_share(w->engine, shard_of(w->index, config_workers(config)));
	engine_keep_traces(w->engine, traces);
	if (w->peers)
		peers_join(w->peers, w->index, &w->config);
	return 0;
}

static int open_adapters(struct worker *w, const struct config *config, char *why, size_t why_size)
{
	uint64_t *counters = w->engine->counters;
	int err = sender_open(&w->sender, config->mark, ENGINE_PACKET_MAX, counters);

	if (err) {
		snprintf(why, why_size, "raw socket: %s%s", strerror(-err),
			err == -EPERM ? " (needs CAP_NET_RAW)" : "");
		return err;
	}
	err = open_capture(w, why, why_size);
	if (err)
		return err;
	err = queue_open(&w->queue, (uint16_t)(config->queue_first + w->index), take_probe, w, counters, why, why_size);
	if (err)
		return err;
	err = capture_tcp_open(&w->capture_tcp, take_segment, w);
	if (err)
		snprintf(why, why_size, "capture of TCP connections: %s", strerror(-err));
	return err;
}

int worker_open(struct worker **made, const struct worker_memory *memory, const struct config *config, unsigned index,
	const struct worker_callbacks *callbacks, char *why, size_t why_size)
{
	struct worker *w = calloc(1, sizeof(*w));
	int err;

	snprintf(why, why_size, "%u flights: %s", config->in_flight, strerror(ENOMEM));
	if (!w)
		return -ENOMEM;
	w->index = index;
	w->engine = memory->engine;
	w->peers = memory->peers;
	w->callbacks = *callbacks;
	err = open_engine(w, memory->traces, config, why, why_size);
	if (!err)
		err = open_adapters(w, config, why, why_size);
	if (!err)
		*made = w;
	else
		worker_close(w);
	return err;
}

void worker_close(struct worker *w)
{
	if (!w)
		return;
	queue_close(w->queue);
	capture_close(w->capture);
	sender_close(w->sender);
	capture_tcp_close(w->capture_tcp);
	free(w->memory);
	free(w);
}

void worker_start(struct worker *w, struct ev_loop *ev)
{
	w->ev = ev;
	ev_io_init(&w->on_queue, queue_ready, queue_fd(w->queue), EV_READ);
	ev_io_init(&w->on_capture, capture_ready, capture_fd(w->capture), EV_READ);
	ev_io_init(&w->on_capture_tcp, capture_tcp_ready, -1, EV_READ); /* started while a connection is traced */
	ev_timer_init(&w->on_tick, tick, 0, tick_s);
	ev_timer_init(&w->on_due, due, 0, 0);
	ev_timer_init(&w->on_retry, capture_retry, 0, retry_s);
	w->on_queue.data = w->on_capture.data = w->on_capture_tcp.data = w->on_tick.data = w->on_due.data =
		w->on_retry.data = w;
	ev_io_start(ev, &w->on_queue);
	ev_io_start(ev, &w->on_capture);
}
