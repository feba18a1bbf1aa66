/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/workers.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"
#include "daemon/notify.h"
#include "process/channel.h"
#include "process/peers.h"
#include "process/worker_process.h"

enum {
	START_MS = 10000, /* for all to start */
	END_MS = 1000, /* for all to end */
	BURST = 64, /* messages read from one worker per call */
};

_Static_assert((int)CONFIG_QUEUES <= (int)SHARDS, "every queue's engine needs a number in the tags");

struct worker_entry {
	pid_t pid;
	int channel; /* -1: it has ended, or was never started */
	uint64_t beats; /* at the last check */
};

struct workers {
	unsigned count; /* workers, the first one included */
	uint16_t queue; /* of the first worker */
	struct shared_statistics *shared;
	size_t shared_size;
	int epoll;
	uint64_t lost; /* events, at the last check */
	struct worker_entry entries[]; /* by index of the worker; the first one is this process */
};

/* A number that another process writes. */
static uint64_t load(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static void forget(struct workers *w, unsigned index)
{
	close(w->entries[index].channel); /* epoll drops it with its last descriptor */
	w->entries[index].channel = -1;
}

static int start_process(struct workers *w, struct peers *peers, const struct config *config, unsigned index)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = index };
	struct worker_entry *m = &w->entries[index];
	uint64_t beat_ns = notify_interval_ns() / 2; /* before fork(): WATCHDOG_PID may name this process */
	int ends[2], err = channel_open(ends);

	if (err)
		return err;
	m->pid = fork();
	if (m->pid == 0) {
		close(ends[0]); /* and those of the other workers: an end held open here would hide that uturnd has ended */
		for (unsigned i = 1; i < index; i++)
			close(w->entries[i].channel);
		close(w->epoll);
		worker_process(w->shared, peers, config, index, ends[1], beat_ns);
	}
	err = m->pid < 0 ? -errno : 0;
	close(ends[1]);
	m->channel = ends[0];
	if (!err && epoll_ctl(w->epoll, EPOLL_CTL_ADD, m->channel, &event))
		err = -errno;
	return err;
}

static int start_processes(struct workers *w, struct peers *peers, const struct config *config)
{
	int err = 0;

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll < 0)
		return -errno;
	for (unsigned i = 1; !err && i < w->count; i++)
		err = start_process(w, peers, config, i);
	return err;
}

int workers_open(struct workers **made, const struct config *config, const struct deny_list *denied,
	struct peers *peers, char *why, size_t why_size)
{
	unsigned count = config_workers(config);
	struct workers *w = calloc(1, sizeof(*w) + count * sizeof(w->entries[0]));
	int err = 0;

	snprintf(why, why_size, "%u workers: %s", count, strerror(ENOMEM));
	if (!w)
		return -ENOMEM;
	*w = (struct workers){ .count = count, .queue = config->queue_first, .epoll = -1 };
	for (unsigned i = 0; i < count; i++)
		w->entries[i].channel = -1;
	w->shared_size = sizeof(*w->shared) + count * sizeof(w->shared->workers[0]);
	w->shared = mmap(NULL, w->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->shared == MAP_FAILED) {
		free(w);
		return -ENOMEM;
	}
	w->shared->denied = denied_open();
	if (w->shared->denied)
		w->shared->in_use = denied_write(w->shared->denied, &w->shared->in_use, denied);
	else
		err = -errno;
	if (!err && count > 1)
		err = start_processes(w, peers, config);
	if (err) {
		snprintf(why, why_size, "%u workers: %s", count, strerror(-err));
		workers_close(w);
		return err;
	}
	*made = w;
	return 0;
}

struct engine *workers_engine(struct workers *w)
{
	return &w->shared->workers[0].engine;
}

static int await(const struct workers *w, unsigned index, int *left_ms, char *why, size_t why_size)
{
	struct pollfd p = { .fd = w->entries[index].channel, .events = POLLIN };
	unsigned queue = w->queue + index;
	struct channel_message m;

	for (; *left_ms > 0; *left_ms -= 100) {
		poll(&p, 1, 100);
		switch (channel_receive(p.fd, &m)) {
		case CHANNEL_MESSAGE:
			if (m.kind == CHANNEL_READY)
				return 0;
			if (m.kind == CHANNEL_FAILED)
				snprintf(why, why_size, "%s", m.why);
			else
				snprintf(why, why_size, "worker of queue %u: unexpected message during startup", queue);
			return -ECHILD;
		case CHANNEL_CLOSED:
			snprintf(why, why_size, "worker of queue %u: ended during startup", queue);
			return -ECHILD;
		case CHANNEL_NOTHING:
			break;
		}
	}
	snprintf(why, why_size, "worker of queue %u: not ready within %d s", queue, START_MS / 1000);
	return -ETIMEDOUT;
}

int workers_await(struct workers *w, char *why, size_t why_size)
{
	int left_ms = START_MS, err = 0;

	for (unsigned i = 1; !err && i < w->count; i++)
		err = await(w, i, &left_ms, why, why_size);
	return err;
}

/* A worker ends when its channel closes. One that hangs is killed when this process ends (confine.c). */
void workers_close(struct workers *w)
{
	if (!w)
		return;
	for (unsigned i = 1; i < w->count; i++)
		if (w->entries[i].channel >= 0)
			forget(w, i);
	for (int left_ms = END_MS; w->count > 1 && left_ms > 0 && waitpid(-1, NULL, WNOHANG) >= 0; left_ms -= 2)
		poll(NULL, 0, 2);
	if (w->epoll >= 0)
		close(w->epoll);
	denied_close(w->shared->denied);
	munmap(w->shared, w->shared_size);
	free(w);
}

int workers_fd(const struct workers *w)
{
	return w->epoll;
}

/* The channel of a process closes a moment before waitpid() returns its status. */
static void log_end(struct workers *w, unsigned index)
{
	int status = 0, left_ms = END_MS;
	unsigned queue = w->queue + index;

	while (left_ms-- > 0 && waitpid(w->entries[index].pid, &status, WNOHANG) == 0)
		poll(NULL, 0, 1);
	if (WIFSIGNALED(status))
		log_error("worker of queue %u: killed by signal %d: uturnd exits", queue, WTERMSIG(status));
	else
		log_error("worker of queue %u: exited with status %d: uturnd exits", queue, WEXITSTATUS(status));
}

/* Returns false if the worker has ended. */
static bool receive_from(struct workers *w, unsigned index, void (*on_event)(void *owner, const struct event *e),
	void *owner)
{
	struct channel_message m;

	for (int i = 0; i < BURST; i++) {
		switch (channel_receive(w->entries[index].channel, &m)) {
		case CHANNEL_MESSAGE:
			if (m.kind == CHANNEL_EVENT)
				on_event(owner, &m.event);
			break;
		case CHANNEL_CLOSED:
			forget(w, index);
			log_end(w, index);
			return false;
		case CHANNEL_NOTHING:
			return true;
		}
	}
	return true;
}

bool workers_work(struct workers *w, void (*on_event)(void *owner, const struct event *e), void *owner)
{
	struct epoll_event events[CONFIG_QUEUES];
	int count = epoll_wait(w->epoll, events, CONFIG_QUEUES, 0);
	bool is_whole = true;

	for (int i = 0; i < count; i++)
		is_whole &= receive_from(w, events[i].data.u32, on_event, owner);
	return is_whole;
}

static void send_all(struct workers *w, const struct channel_message *m, const char *what)
{
	for (unsigned i = 1; i < w->count; i++)
		if (w->entries[i].channel >= 0 && !channel_send(w->entries[i].channel, m))
			log_warning("worker of queue %u: %s not delivered, its channel is full", w->queue + i, what);
}

void workers_configure(struct workers *w, const struct config *config)
{
	const struct channel_message m = { .kind = CHANNEL_CONFIG, .config = *config };

	send_all(w, &m, "new configuration");
}

void workers_drain(struct workers *w, uint64_t until_ns)
{
	const struct channel_message m = { .kind = CHANNEL_DRAIN, .drain_until_ns = until_ns };

	send_all(w, &m, "drain");
}

struct prefix_set workers_denied(const struct workers *w)
{
	return denied_set(w->shared->denied, &w->shared->in_use);
}

struct prefix_set workers_deny(struct workers *w, const struct deny_list *denied)
{
	struct channel_message m = { .kind = CHANNEL_DENIED };

	w->shared->in_use = denied_write(w->shared->denied, &w->shared->in_use, denied);
	m.denied = w->shared->in_use;
	send_all(w, &m, "new prefixes of deny-file");
	return workers_denied(w);
}

bool workers_take_peer(struct workers *w, const struct peer_answer *a)
{
	struct channel_message m = {
		.kind = CHANNEL_PEER,
		.peer = { .at_ns = a->at_ns, .peer = (uint16_t)a->peer, .size = (uint16_t)a->packet.len },
	};
	bool is_told = true;

	memcpy(m.peer.packet, a->packet.at, a->packet.len);
	for (unsigned i = 1; i < w->count; i++)
		if (a->workers >> i & 1 && w->entries[i].channel >= 0)
			is_told &= channel_send(w->entries[i].channel, &m);
	return is_told;
}

void workers_log_rings(struct workers *w)
{
	const struct channel_message m = { .kind = CHANNEL_RING };

	send_all(w, &m, "SIGUSR2");
}

void workers_set_watched(struct workers *w, bool is_watched)
{
	__atomic_store_n(&w->shared->is_watched, is_watched, __ATOMIC_RELAXED);
}

uint64_t workers_lost_events(struct workers *w)
{
	uint64_t was = w->lost;

	w->lost = 0;
	for (unsigned i = 1; i < w->count; i++)
		w->lost += load(&w->shared->workers[i].lost);
	return w->lost - was;
}

bool workers_is_alive(struct workers *w)
{
	bool is_alive = true;

	for (unsigned i = 1; i < w->count; i++) {
		uint64_t beats = load(&w->shared->workers[i].beats);

		is_alive &= beats != w->entries[i].beats;
		w->entries[i].beats = beats;
	}
	return is_alive;
}

unsigned workers_count(const struct workers *w)
{
	return w->count;
}

struct traces *workers_traces(struct workers *w, unsigned index)
{
	return &w->shared->workers[index].traces;
}

uint64_t workers_traces_ended(const struct workers *w, unsigned index)
{
	return __atomic_load_n(&w->shared->workers[index].traces.ended, __ATOMIC_ACQUIRE);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void add_activity(struct activity *sum, const struct activity *a)
{
	sum->turned_ns = later(sum->turned_ns, load(&a->turned_ns));
	sum->relayed_ns = later(sum->relayed_ns, load(&a->relayed_ns));
	for (size_t i = 0; i <= RELAY_BOUNDS; i++)
		sum->relay.counts[i] += load(&a->relay.counts[i]);
	sum->relay.sum_ns += load(&a->relay.sum_ns);
}

static void add_traces(struct workers_sum *sum, const struct traces *t)
{
	sum->traces_evicted += load(&t->evicted);
	for (size_t front = 0; front < FRONT_ENDS; front++)
		for (size_t end = 0; end < TRACE_ENDS; end++)
			sum->traces[front][end] += load(&t->totals[front][end]);
}

void workers_sum(const struct workers *w, uint64_t now_ns, struct workers_sum *sum)
{
	*sum = (struct workers_sum){ .workers = w->count };
	for (unsigned i = 0; i < w->count; i++) {
		const struct engine *e = &w->shared->workers[i].engine;

		sum->flights += __atomic_load_n(&e->flights.out, __ATOMIC_RELAXED);
		sum->capacity += e->flights.capacity;
		for (size_t reason = 0; reason < REASON_COUNT; reason++)
			sum->counters[reason] += load(&e->counters[reason]);
		sum->probers += probers_of_minute(&e->probers, now_ns);
		add_activity(&sum->activity, &e->activity);
		add_traces(sum, &w->shared->workers[i].traces);
	}
}
