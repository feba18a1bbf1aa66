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
#include "process/worker_process.h"

enum {
	START_MS = 10000, /* for all to start */
	END_MS = 1000, /* for all to end */
	BURST = 64, /* messages of one worker a turn */
};

_Static_assert((int)CONFIG_QUEUES <= (int)SHARDS, "every queue's engine needs a number in the labels");

struct member {
	pid_t pid;
	int channel; /* -1: it has ended, or never was */
	uint64_t beats; /* as we saw them last */
};

struct workers {
	unsigned count; /* of workers */
	uint16_t queue; /* of the first */
	struct worker_board *board;
	size_t board_size;
	int epoll;
	uint64_t unheard;
	struct member members[]; /* by index; the first is ourselves */
};

/* What another process changes meanwhile. */
static uint64_t look(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static void forget(struct workers *c, unsigned index)
{
	close(c->members[index].channel); /* and epoll has forgotten it */
	c->members[index].channel = -1;
}

static int start_process(struct workers *c, const struct config *config, unsigned index)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = index };
	struct member *m = &c->members[index];
	uint64_t beat_ns = notify_interval_ns() / 2; /* asked here: it may be meant for this process alone */
	int ends[2], err = channel_open(ends);

	if (err)
		return err;
	m->pid = fork();
	if (m->pid == 0) {
		close(ends[0]); /* those of the others too, or nobody would hear that uturnd has ended */
		for (unsigned i = 1; i < index; i++)
			close(c->members[i].channel);
		close(c->epoll);
		worker_process(c->board, config, index, ends[1], beat_ns);
	}
	err = m->pid < 0 ? -errno : 0;
	close(ends[1]);
	m->channel = ends[0];
	if (!err && epoll_ctl(c->epoll, EPOLL_CTL_ADD, m->channel, &event))
		err = -errno;
	return err;
}

static int start_processes(struct workers *c, const struct config *config)
{
	int err = 0;

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		return -errno;
	for (unsigned i = 1; !err && i < c->count; i++)
		err = start_process(c, config, i);
	return err;
}

int workers_open(struct workers **made, const struct config *config, char *why, size_t why_size)
{
	unsigned count = config_workers(config);
	struct workers *c = calloc(1, sizeof(*c) + count * sizeof(c->members[0]));
	int err = 0;

	snprintf(why, why_size, "%u workers: %s", count, strerror(ENOMEM));
	if (!c)
		return -ENOMEM;
	*c = (struct workers){ .count = count, .queue = config->queue_first, .epoll = -1 };
	for (unsigned i = 0; i < count; i++)
		c->members[i].channel = -1;
	c->board_size = sizeof(*c->board) + count * sizeof(c->board->posts[0]);
	c->board = mmap(NULL, c->board_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c->board == MAP_FAILED) {
		free(c);
		return -ENOMEM;
	}
	if (count > 1)
		err = start_processes(c, config);
	if (err) {
		snprintf(why, why_size, "%u workers: %s", count, strerror(-err));
		workers_close(c);
		return err;
	}
	*made = c;
	return 0;
}

struct engine *workers_engine(struct workers *c)
{
	return &c->board->posts[0].engine;
}

static int await(const struct workers *c, unsigned index, int *left_ms, char *why, size_t why_size)
{
	struct pollfd p = { .fd = c->members[index].channel, .events = POLLIN };
	unsigned queue = c->queue + index;
	struct channel_message m;

	for (; *left_ms > 0; *left_ms -= 100) {
		poll(&p, 1, 100);
		switch (channel_hear(p.fd, &m)) {
		case CHANNEL_MESSAGE:
			if (m.kind == CHANNEL_READY)
				return 0;
			snprintf(why, why_size, "%s", m.kind == CHANNEL_FAILED ? m.why : "worker: not understood");
			return -ECHILD;
		case CHANNEL_CLOSED:
			snprintf(why, why_size, "worker of queue %u: has ended while it started", queue);
			return -ECHILD;
		case CHANNEL_NOTHING:
			break;
		}
	}
	snprintf(why, why_size, "worker of queue %u: has not started within %d s", queue, START_MS / 1000);
	return -ETIMEDOUT;
}

int workers_await(struct workers *c, char *why, size_t why_size)
{
	int left_ms = START_MS, err = 0;

	for (unsigned i = 1; !err && i < c->count; i++)
		err = await(c, i, &left_ms, why, why_size);
	return err;
}

/* A channel that has closed is all they need to hear. One that does not hear it ends with us, by a signal. */
void workers_close(struct workers *c)
{
	if (!c)
		return;
	for (unsigned i = 1; i < c->count; i++)
		if (c->members[i].channel >= 0)
			forget(c, i);
	for (int left_ms = END_MS; c->count > 1 && left_ms > 0 && waitpid(-1, NULL, WNOHANG) >= 0; left_ms -= 2)
		poll(NULL, 0, 2);
	if (c->epoll >= 0)
		close(c->epoll);
	munmap(c->board, c->board_size);
	free(c);
}

int workers_fd(const struct workers *c)
{
	return c->epoll;
}

/* Its end of the channel is closed a moment before the kernel tells how it ended. */
static void log_end(struct workers *c, unsigned index)
{
	int status = 0, left_ms = END_MS;
	unsigned queue = c->queue + index;

	while (left_ms-- > 0 && waitpid(c->members[index].pid, &status, WNOHANG) == 0)
		poll(NULL, 0, 1);
	if (WIFSIGNALED(status))
		log_error("worker of queue %u: ended by signal %d, and so uturnd ends", queue, WTERMSIG(status));
	else
		log_error("worker of queue %u: ended with status %d, and so uturnd ends", queue, WEXITSTATUS(status));
}

/* False: it has ended. */
static bool hear_member(struct workers *c, unsigned index, void (*hear)(void *owner, const struct event *e),
	void *owner)
{
	struct channel_message m;

	for (int i = 0; i < BURST; i++) {
		switch (channel_hear(c->members[index].channel, &m)) {
		case CHANNEL_MESSAGE:
			if (m.kind == CHANNEL_EVENT)
				hear(owner, &m.event);
			break;
		case CHANNEL_CLOSED:
			forget(c, index);
			log_end(c, index);
			return false;
		case CHANNEL_NOTHING:
			return true;
		}
	}
	return true;
}

bool workers_work(struct workers *c, void (*hear)(void *owner, const struct event *e), void *owner)
{
	struct epoll_event events[CONFIG_QUEUES];
	int count = epoll_wait(c->epoll, events, CONFIG_QUEUES, 0);
	bool is_whole = true;

	for (int i = 0; i < count; i++)
		is_whole &= hear_member(c, events[i].data.u32, hear, owner);
	return is_whole;
}

static void say_all(struct workers *c, const struct channel_message *m, const char *what)
{
	for (unsigned i = 1; i < c->count; i++)
		if (c->members[i].channel >= 0 && !channel_say(c->members[i].channel, m))
			log_warning("worker of queue %u: does not hear of %s", c->queue + i, what);
}

void workers_configure(struct workers *c, const struct config *config)
{
	const struct channel_message m = { .kind = CHANNEL_CONFIG, .config = *config };

	say_all(c, &m, "the new configuration");
}

void workers_log_rings(struct workers *c)
{
	const struct channel_message m = { .kind = CHANNEL_RING };

	say_all(c, &m, "a signal");
}

void workers_listen(struct workers *c, bool is_watched)
{
	__atomic_store_n(&c->board->is_watched, is_watched, __ATOMIC_RELAXED);
}

uint64_t workers_unheard(struct workers *c)
{
	uint64_t was = c->unheard;

	c->unheard = 0;
	for (unsigned i = 1; i < c->count; i++)
		c->unheard += look(&c->board->posts[i].unheard);
	return c->unheard - was;
}

bool workers_is_alive(struct workers *c)
{
	bool is_alive = true;

	for (unsigned i = 1; i < c->count; i++) {
		uint64_t beats = look(&c->board->posts[i].beats);

		is_alive &= beats != c->members[i].beats;
		c->members[i].beats = beats;
	}
	return is_alive;
}

void workers_sum(const struct workers *c, struct workers_sum *sum)
{
	*sum = (struct workers_sum){ .workers = c->count };
	for (unsigned i = 0; i < c->count; i++) {
		const struct engine *e = &c->board->posts[i].engine;

		sum->flights += __atomic_load_n(&e->flights.out, __ATOMIC_RELAXED);
		sum->capacity += e->flights.capacity;
		for (size_t reason = 0; reason < REASON_COUNT; reason++)
			sum->counters[reason] += look(&e->counters[reason]);
	}
}
