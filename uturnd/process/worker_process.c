/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/worker_process.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "process/channel.h"
#include "process/confine.h"
#include "process/peers.h"
#include "process/worker.h"

struct process {
	struct shared_statistics *shared;
	struct worker_statistics *own;
	struct worker *worker;
	struct peers *peers;
	int channel;
	struct ev_loop *ev;
	struct ev_io on_channel;
	struct ev_timer on_beat;
};

static void tell(void *owner)
{
	struct channel_message m = { .kind = CHANNEL_EVENT };
	struct process *p = owner;

	if (!__atomic_load_n(&p->shared->is_watched, __ATOMIC_RELAXED))
		return;
	m.event = p->own->engine.event;
	if (!channel_send(p->channel, &m))
		p->own->lost++;
}

static void deny(struct process *p, const struct denied_place *place)
{
	const struct prefix_set set = denied_set(p->shared->denied, place);

	worker_deny(p->worker, &set);
}

static void take_peer(struct process *p, const struct channel_peer *c)
{
	const struct peer_answer answer = {
		.packet = span_of(c->packet, c->size),
		.at_ns = c->at_ns,
		.peer = c->peer,
	};

	if (!p->peers)
		return;
	worker_take_peer(p->worker, &answer);
	worker_go_on(p->worker);
}

static void channel_ready(struct ev_loop *ev, struct ev_io *watcher, int events)
{
	struct process *p = watcher->data;
	struct channel_message m;

	(void)events;
	switch (channel_receive(p->channel, &m)) {
	case CHANNEL_MESSAGE:
		if (m.kind == CHANNEL_CONFIG)
			worker_configure(p->worker, &m.config);
		else if (m.kind == CHANNEL_DENIED)
			deny(p, &m.denied);
		else if (m.kind == CHANNEL_DRAIN)
			worker_drain(p->worker, m.drain_until_ns);
		else if (m.kind == CHANNEL_RING)
			worker_log_ring(p->worker);
		else if (m.kind == CHANNEL_PEER)
			take_peer(p, &m.peer);
		break;
	case CHANNEL_CLOSED:
		ev_break(ev, EVBREAK_ALL);
		break;
	case CHANNEL_NOTHING:
		break;
	}
}

static void beat(struct ev_loop *ev, struct ev_timer *watcher, int events)
{
	struct process *p = watcher->data;

	(void)ev, (void)events;
	p->own->beats++;
}

/* The first process handles signals for all workers, and ends them by closing their channels. */
static void ignore_signals(void)
{
	const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR2 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_IGN);
}

static int start(struct process *p, const struct config *config, unsigned index, uint64_t beat_ns, char *why,
	size_t why_size)
{
	const struct worker_callbacks callbacks = { tell, p };
	const struct worker_memory memory = { &p->own->engine, &p->own->traces, p->peers };
	int err;

	snprintf(why, why_size, "event loop: %s", strerror(ENOMEM));
	p->ev = ev_loop_new(EVFLAG_AUTO);
	err = p->ev ? worker_open(&p->worker, &memory, config, index, &callbacks, why, why_size) : -ENOMEM;
	if (!err)
		err = confine(config, NULL, why, why_size);
	if (err)
		return err;
	deny(p, &p->shared->in_use);
	worker_start(p->worker, p->ev);
	ev_io_init(&p->on_channel, channel_ready, p->channel, EV_READ);
	ev_timer_init(&p->on_beat, beat, 0, (double)beat_ns / 1e9);
	p->on_channel.data = p->on_beat.data = p;
	ev_io_start(p->ev, &p->on_channel);
	if (beat_ns)
		ev_timer_again(p->ev, &p->on_beat);
	return 0;
}

void worker_process(struct shared_statistics *shared, struct peers *peers, const struct config *config, unsigned index,
	int channel, uint64_t beat_ns)
{
	struct process p = {
		.shared = shared,
		.own = &shared->workers[index],
		.peers = peers,
		.channel = channel,
	};
	struct channel_message m = { .kind = CHANNEL_READY };
	char speaker[32];

	ignore_signals();
	snprintf(speaker, sizeof(speaker), "worker of queue %u: ", config->queue_first + index);
	log_as(speaker);
	if (start(&p, config, index, beat_ns, m.why, sizeof(m.why))) {
		m.kind = CHANNEL_FAILED;
		channel_send(channel, &m);
		_exit(EXIT_FAILURE);
	}
	if (channel_send(channel, &m))
		ev_run(p.ev, 0);
	worker_close(p.worker);
	_exit(EXIT_SUCCESS);
}
