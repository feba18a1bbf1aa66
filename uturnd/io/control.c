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
	ACCEPT_MOST = 16, /* new clients per call: a flood of them does not stop the loop */
	EVENTS = SLOTS + 1,
	PRECISION = 15, /* digits: a time of day to the millisecond, and decimal fractions as they were */
};

struct control {
	struct control_listener listener;
	int epoll;
	struct control_callbacks callbacks;
	struct control_operators operators;
	char words[128]; /* of the last refusal */
	struct control_asker asker; /* during a call of callbacks.answer */
	struct log_limit crowded;
	struct control_slots slots;
};

_Static_assert((int)CONTROL_SLOTS == (int)SLOTS, "control.h tells how many slots there are");

static void queue_line(struct control_client *k, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));

	if (text)
		control_client_queue(k, text, strlen(text));
	free(text);
	json_decref(line);
}

/* "only": a program that follows uturnd's configuration has no use for the events of every probe. */
static json_t *watch(struct control *c, struct control_client *k, const json_t *request, const char **why)
{
	const json_t *only = json_object_get(request, "only");
	const char *what = json_string_value(only);

	if (only && (!what || strcmp(what, "reloads") != 0)) {
		*why = "only: expected \"reloads\"";
		return NULL;
	}
	if (!control_slots_watch(&c->slots, k, only != NULL)) {
		*why = "too many watchers, try again later";
		return NULL;
	}
	return json_pack("{s:b}", "watching", 1);
}

/* A passed descriptor is kept until the request that it is meant for, which may come in a later message. */
static json_t *ask(struct control *c, struct control_client *k, const char *op, json_t *request, const char **why)
{
	bool is_trace = strcmp(op, "trace") == 0;
	json_t *reply;

	c->asker = (struct control_asker){
		.slot = (unsigned)(k - c->slots.clients),
		.passed = is_trace ? k->passed : -1,
		.is_operator = k->is_operator,
		.user = k->user,
	};
	reply = c->callbacks.answer(c->callbacks.owner, &c->asker, op, request, why);
	if (is_trace)
		control_client_forget_passed(k);
	return reply;
}

static void answer(struct control *c, struct control_client *k, const char *line, size_t len)
{
	const char *why = "refused";
	json_t *request, *reply;
	const char *op;

	request = control_request(line, len, &op, &reply);
	if (!request) {
		queue_line(k, reply);
		return;
	}
	if (!k->is_operator && control_access_is_restricted(op)) {
		control_access_words(&c->operators, op, c->words, sizeof(c->words));
		why = c->words;
		reply = NULL;
	} else if (strcmp(op, "watch") == 0) {
		reply = watch(c, k, request, &why);
	} else {
		reply = ask(c, k, op, request, &why);
	}
	json_decref(request);
	queue_line(k, reply ? reply : control_error(why));
}

/*
 * One request per turn, and only after the client has read the reply before it:
 * a flood of requests shares the loop with everything else. Returns false if
 * the connection is to be closed.
 */
static bool serve_line(struct control *c, struct control_client *k)
{
	char line[CONTROL_CLIENT_IN_SIZE];
	bool is_long;
	size_t len;

	if (!control_client_flush(k))
		return false;
	if (k->out_len == 0 && !k->is_closing && control_client_line(k, line, &len, &is_long)) {
		if (is_long) {
			queue_line(k, control_error("line too long"));
			k->is_closing = true;
		} else if (!control_is_blank(line, len)) {
			answer(c, k, line, len);
		}
		if (!control_client_flush(k))
			return false;
	}
	if (k->out_len || (!k->is_closing && control_client_has_line(k)))
		return true;
	return !k->is_closing && (!k->is_ended || k->is_watching || k->is_held);
}

/* EPOLLOUT also where a whole line is waiting: it is served as soon as the reply can be sent. */
static void set_interest(struct control *c, struct control_client *k)
{
	struct epoll_event event = { .data.ptr = k };

	if (k->out_len || control_client_has_line(k))
		event.events = EPOLLOUT;
	else if (!k->is_ended)
		event.events = EPOLLIN;
	if (event.events == k->interest)
		return;
	if (epoll_ctl(c->epoll, EPOLL_CTL_MOD, k->fd, &event) == 0)
		k->interest = event.events;
}

/* Edge-triggered: setting it again reports clients that are waiting already. */
static void listen_again(struct control *c)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };

	epoll_ctl(c->epoll, EPOLL_CTL_MOD, c->listener.fd, &event);
}

/* The descriptor that becomes free may be the one that accept() lacked: hence listen_again(). */
static void drop(struct control *c, struct control_client *k)
{
	bool is_held = k->is_held;

	control_slots_free(&c->slots, k);
	if (is_held)
		c->callbacks.gone(c->callbacks.owner, (unsigned)(k - c->slots.clients));
	listen_again(c);
}

static void serve(struct control *c, struct control_client *k, uint32_t events)
{
	if (k->fd < 0)
		return; /* evicted in this turn */
	if (events & EPOLLERR || ((events & EPOLLHUP) && k->is_ended && !control_client_has_line(k))) {
		drop(c, k);
		return;
	}
	if ((events & (EPOLLIN | EPOLLHUP)) && k->out_len == 0 && !control_client_has_line(k) &&
		!control_client_receive(k)) {
		drop(c, k);
		return;
	}
	control_slots_active(&c->slots, k);
	if (serve_line(c, k))
		set_interest(c, k);
	else
		drop(c, k);
}

static void accept_client(struct control *c, int fd)
{
	bool is_crowded;
	struct control_client *k = control_slots_take(&c->slots, fd, &is_crowded);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = k };

	k->is_operator = control_access(fd, &c->operators, &k->user);
	if (is_crowded)
		log_limited(&c->crowded, LOG_LEVEL_WARNING,
			"control: %d clients at once: evicting the least recently active one", SLOTS);
	k->interest = event.events;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		control_slots_free(&c->slots, k);
}

/* Where accept() fails for want of descriptors it is tried again when a client connects or leaves, not in a busy loop. */
static void accept_clients(struct control *c)
{
	for (unsigned accepted = 0; accepted < ACCEPT_MOST;) {
		int fd = accept4(c->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			accept_client(c, fd);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			log_limited(&c->crowded, LOG_LEVEL_WARNING, "control: cannot accept a client: %s",
				strerror(errno));
			return;
		}
		accepted++;
	}
	listen_again(c);
}

/* Known clients first: their requests are served before a new client can evict one of them. */
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
		accept_clients(c);
}

bool control_is_watched(const struct control *c)
{
	return c->slots.watched > c->slots.followed;
}

bool control_is_followed(const struct control *c)
{
	return c->slots.followed > 0;
}

bool control_hold(struct control *c, unsigned slot, bool is_held)
{
	struct control_client *k = &c->slots.clients[slot];
	bool is_done = control_slots_hold(&c->slots, k, is_held);

	if (is_done && !is_held)
		set_interest(c, k);
	return is_done;
}

void control_send(struct control *c, unsigned slot, json_t *line)
{
	struct control_client *k = &c->slots.clients[slot];

	queue_line(k, line);
	set_interest(c, k);
}

/* Lines of one turn of the loop are queued and leave together. */
static void tell_watchers(struct control *c, bool is_following, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; text && i < SLOTS; i++) {
		struct control_client *k = &c->slots.clients[i];

		if (k->fd < 0 || !k->is_watching || k->is_following != is_following || k->is_closing)
			continue;
		control_client_queue(k, text, len);
		set_interest(c, k);
	}
	free(text);
	json_decref(line);
}

void control_broadcast(struct control *c, json_t *line)
{
	tell_watchers(c, false, line);
}

void control_tell_followers(struct control *c, json_t *line)
{
	tell_watchers(c, true, line);
}

int control_fd(const struct control *c)
{
	return c->epoll;
}

const char *control_directory(const struct control *c)
{
	return c->listener.made;
}

int control_open(struct control **made, const char *path, const struct control_callbacks *callbacks,
	const struct control_operators *operators)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };
	struct control *c;
	int err;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->callbacks = *callbacks;
	c->operators = *operators;
	json_object_seed(0); /* before the sandbox: else the first object would open /dev/urandom */
	c->listener.fd = -1;
	control_slots_init(&c->slots);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = c->epoll < 0 ? -errno : control_listener_open(&c->listener, path);
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
	control_slots_done(&c->slots);
	control_listener_close(&c->listener);
	if (c->epoll >= 0)
		close(c->epoll);
	free(c);
}
