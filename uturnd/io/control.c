/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "io/control_client.h"
#include "io/control_listener.h"
#include "io/control_request.h"
#include "io/control_slots.h"

enum {
	GUESTS = 16, /* welcomed in one turn: a flood of them does not stop the loop */
	EVENTS = SLOTS + 1,
};

struct control {
	struct listener listener;
	int epoll;
	struct control_callbacks callbacks;
	struct control_asker asker; /* during a call of callbacks.answer */
	struct log_limit crowded;
	struct slots slots;
};

_Static_assert((int)CONTROL_SLOTS == (int)SLOTS, "control.h tells how many slots there are");

static void say(struct client *k, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9));

	if (text)
		client_say(k, text, strlen(text));
	free(text);
	json_decref(line);
}

static json_t *watch(struct control *c, struct client *k, const char **why)
{
	if (!slots_watch(&c->slots, k)) {
		*why = "too many watch already, try again later";
		return NULL;
	}
	return json_pack("{s:b}", "watching", 1);
}

/* A descriptor waits for the request that it is meant for. */
static json_t *ask(struct control *c, struct client *k, const char *op, json_t *request, const char **why)
{
	bool is_trace = strcmp(op, "trace") == 0;
	json_t *reply;

	c->asker = (struct control_asker){
		.slot = (unsigned)(k - c->slots.clients),
		.passed = is_trace ? k->passed : -1,
		.is_root = k->is_root,
	};
	reply = c->callbacks.answer(c->callbacks.owner, &c->asker, op, request, why);
	if (is_trace)
		client_forget_passed(k);
	return reply;
}

static void answer(struct control *c, struct client *k, const char *line, size_t len)
{
	const char *why = "refused";
	json_t *request, *reply;
	const char *op;

	request = control_request(line, len, &op, &reply);
	if (!request) {
		say(k, reply);
		return;
	}
	if (strcmp(op, "watch") == 0) {
		reply = watch(c, k, &why);
	} else {
		reply = ask(c, k, op, request, &why);
	}
	json_decref(request);
	say(k, reply ? reply : control_error(why));
}

/*
 * One line a turn, and only when the client has taken the answer before: a
 * flood of questions shares the loop with everything else.
 */
static bool converse(struct control *c, struct client *k)
{
	char line[CLIENT_IN_SIZE];
	bool is_long;
	size_t len;

	if (!client_flush(k))
		return false;
	if (k->out_len == 0 && !k->is_dismissed && client_line(k, line, &len, &is_long)) {
		if (is_long) {
			say(k, control_error("line too long"));
			k->is_dismissed = true;
		} else if (!control_is_blank(line, len)) {
			answer(c, k, line, len);
		}
		if (!client_flush(k))
			return false;
	}
	if (k->out_len || (!k->is_dismissed && client_has_line(k)))
		return true;
	return !k->is_dismissed && (!k->is_ended || k->is_watching || k->is_held);
}

/* Asks epoll for what the client's state waits for; a line that waits for its turn has it as soon as we can answer. */
static void follow(struct control *c, struct client *k)
{
	struct epoll_event event = { .data.ptr = k };

	if (k->out_len || client_has_line(k))
		event.events = EPOLLOUT;
	else if (!k->is_ended)
		event.events = EPOLLIN;
	if (event.events == k->interest)
		return;
	if (epoll_ctl(c->epoll, EPOLL_CTL_MOD, k->fd, &event) == 0)
		k->interest = event.events;
}

/* Edge-triggered; to ask again tells of those who wait already. */
static void listen_again(struct control *c)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };

	epoll_ctl(c->epoll, EPOLL_CTL_MOD, c->listener.fd, &event);
}

/* Its descriptor may be the one that was missing for another client. */
static void part(struct control *c, struct client *k)
{
	bool is_held = k->is_held;

	slots_free(&c->slots, k);
	if (is_held)
		c->callbacks.gone(c->callbacks.owner, (unsigned)(k - c->slots.clients));
	listen_again(c);
}

static void serve(struct control *c, struct client *k, uint32_t events)
{
	if (k->fd < 0)
		return; /* gave way in this very turn */
	if (events & EPOLLERR || ((events & EPOLLHUP) && k->is_ended && !client_has_line(k))) {
		part(c, k);
		return;
	}
	if ((events & (EPOLLIN | EPOLLHUP)) && k->out_len == 0 && !client_has_line(k) && !client_receive(k)) {
		part(c, k);
		return;
	}
	slots_active(&c->slots, k);
	if (converse(c, k))
		follow(c, k);
	else
		part(c, k);
}

static void welcome(struct control *c, int fd)
{
	bool is_crowded;
	struct client *k = slots_take(&c->slots, fd, &is_crowded);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = k };
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(peer);

	k->is_root = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;

	if (is_crowded)
		log_limited(&c->crowded, LOG_LEVEL_WARNING,
			"control: %d clients at once, the one silent longest gives way", SLOTS);
	k->interest = event.events;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		slots_free(&c->slots, k);
}

/* Where accept fails for want of descriptors, the next client wakes us, or one that leaves: not the same one for ever. */
static void welcome_all(struct control *c)
{
	for (unsigned guests = 0; guests < GUESTS;) {
		int fd = accept4(c->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			welcome(c, fd);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			log_limited(&c->crowded, LOG_LEVEL_WARNING, "control: cannot accept a client: %s",
				strerror(errno));
			return;
		}
		guests++;
	}
	listen_again(c);
}

/* Clients first: who came in an earlier turn is heard before a newcomer can take its slot. */
void control_work(struct control *c)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(c->epoll, events, EVENTS, 0);
	bool is_called = false;

	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr)
			serve(c, events[i].data.ptr, events[i].events);
		else
			is_called = true;
	}
	if (is_called)
		welcome_all(c);
}

bool control_is_watched(const struct control *c)
{
	return c->slots.watched > 0;
}

bool control_hold(struct control *c, unsigned slot, bool is_held)
{
	struct client *k = &c->slots.clients[slot];
	bool is_done = slots_hold(&c->slots, k, is_held);

	if (is_done && !is_held)
		follow(c, k);
	return is_done;
}

/* Only queues, see below. */
void control_say(struct control *c, unsigned slot, json_t *line)
{
	struct client *k = &c->slots.clients[slot];

	say(k, line);
	follow(c, k);
}

/* Only queues: lines of one turn of the loop leave together. */
void control_tell(struct control *c, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9));
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; text && i < SLOTS; i++) {
		struct client *k = &c->slots.clients[i];

		if (k->fd < 0 || !k->is_watching || k->is_dismissed)
			continue;
		client_say(k, text, len);
		follow(c, k);
	}
	free(text);
	json_decref(line);
}

int control_fd(const struct control *c)
{
	return c->epoll;
}

const char *control_directory(const struct control *c)
{
	return c->listener.made;
}

int control_open(struct control **made, const char *path, const struct control_callbacks *callbacks)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };
	struct control *c;
	int err;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->callbacks = *callbacks;
	json_object_seed(0); /* now, for the first object would read /dev/urandom */
	c->listener.fd = -1;
	slots_init(&c->slots);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = c->epoll < 0 ? -errno : listener_open(&c->listener, path);
	if (!err && epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->listener.fd, &event) != 0)
		err = -errno;
	if (err) {
		control_close(c);
		return err;
	}
	*made = c;
	return 0;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	slots_done(&c->slots);
	listener_close(&c->listener);
	if (c->epoll >= 0)
		close(c->epoll);
	free(c);
}
