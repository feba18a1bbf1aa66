/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/control_client.h"
#include "io/control_listener.h"
#include "io/control_request.h"
#include "log.h"

enum { CLIENTS = 32, EVENTS = 16 };

struct control {
	struct listener listener;
	int epoll;
	control_handler handler;
	void *owner;
	struct log_limit crowded;
	struct client clients[CLIENTS];
};

static void say(struct client *k, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9));

	if (text)
		client_say(k, text, strlen(text));
	free(text);
	json_decref(line);
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
		k->is_watching = true;
		reply = json_pack("{s:b}", "watching", 1);
	} else {
		reply = c->handler(c->owner, op, request, &why);
	}
	json_decref(request);
	say(k, reply ? reply : control_error(why));
}

/* Lines are answered one by one, each when the client has taken the answer before. */
static bool converse(struct control *c, struct client *k)
{
	char line[CLIENT_IN_SIZE];
	bool is_long;
	size_t len;

	if (!client_flush(k))
		return false;
	while (k->out_len == 0 && !k->is_dismissed && client_line(k, line, &len, &is_long)) {
		if (is_long) {
			say(k, control_error("line too long"));
			k->is_dismissed = true;
		} else if (!control_is_blank(line, len)) {
			answer(c, k, line, len);
		}
		if (!client_flush(k))
			return false;
	}
	if (k->out_len)
		return true;
	return !k->is_dismissed && (!k->is_ended || k->is_watching);
}

/* Asks epoll for what the client's state waits for. */
static void follow(struct control *c, struct client *k)
{
	struct epoll_event event = { .data.ptr = k };

	if (k->out_len)
		event.events = EPOLLOUT;
	else if (!k->is_ended)
		event.events = EPOLLIN;
	if (event.events == k->interest)
		return;
	if (epoll_ctl(c->epoll, EPOLL_CTL_MOD, k->fd, &event) == 0)
		k->interest = event.events;
}

static void serve(struct control *c, struct client *k, uint32_t events)
{
	if (events & EPOLLERR || ((events & EPOLLHUP) && k->is_ended)) {
		client_done(k);
		return;
	}
	if ((events & (EPOLLIN | EPOLLHUP)) && k->out_len == 0 && !client_receive(k)) {
		client_done(k);
		return;
	}
	if (converse(c, k))
		follow(c, k);
	else
		client_done(k);
}

static struct client *client_free(struct control *c)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (c->clients[i].fd < 0)
			return &c->clients[i];
	return NULL;
}

static void welcome(struct control *c, int fd)
{
	static const char full[] = "{\"error\":\"too many clients, try again later\"}\n";
	struct client *k = client_free(c);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = k };

	if (!k) {
		send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL);
		close(fd);
		log_limited(&c->crowded, LOG_LEVEL_WARNING, "control: %d clients at once, another one sent away",
			CLIENTS);
		return;
	}
	client_init(k, fd);
	k->interest = event.events;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		client_done(k);
}

/* Edge-triggered: where accept fails for want of descriptors, the next client wakes us, and not the same one for ever. */
static void welcome_all(struct control *c)
{
	int fd;

	while ((fd = accept4(c->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		welcome(c, fd);
	if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		log_limited(&c->crowded, LOG_LEVEL_WARNING, "control: cannot accept a client: %s", strerror(errno));
}

void control_work(struct control *c)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(c->epoll, events, EVENTS, 0);

	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr)
			serve(c, events[i].data.ptr, events[i].events);
		else
			welcome_all(c);
	}
}

bool control_is_watched(const struct control *c)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (c->clients[i].fd >= 0 && c->clients[i].is_watching)
			return true;
	return false;
}

/* Only queues: lines of one turn of the loop leave together. */
void control_tell(struct control *c, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9));
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; text && i < CLIENTS; i++) {
		struct client *k = &c->clients[i];

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

int control_open(struct control **made, const char *path, control_handler handler, void *owner)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };
	struct control *c;
	int err;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->handler = handler;
	c->owner = owner;
	c->listener.fd = -1;
	for (size_t i = 0; i < CLIENTS; i++)
		client_init(&c->clients[i], -1);
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
	for (size_t i = 0; i < CLIENTS; i++)
		if (c->clients[i].fd >= 0)
			client_done(&c->clients[i]);
	listener_close(&c->listener);
	if (c->epoll >= 0)
		close(c->epoll);
	free(c);
}
