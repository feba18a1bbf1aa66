/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"
#include "control_socket.h"

enum { LINE_MOST = 64 * 1024 };

/* Returns how much has been read; the rest is the beginning of a line. c is closed where a callback has closed it. */
static size_t read_lines(struct control_client *c, const char *bytes, size_t len)
{
	static struct control_reply reply; /* 10 kB, and one at a time */
	size_t at = 0;

	while (c->fd >= 0) {
		const char *line = bytes + at, *newline = memchr(line, '\n', len - at);

		if (!newline)
			break;
		c->callbacks->reply(c->owner, control_lines_read(line, (size_t)(newline - line), &reply), &reply);
		at = (size_t)(newline - bytes) + 1;
	}
	return at;
}

/* Between two calls a client holds what it must: of hundreds hardly one is in the middle of a line. */
static bool keep(struct control_client *c, const char *bytes, size_t len)
{
	free(c->bytes);
	c->bytes = len ? malloc(len) : NULL;
	c->len = len;
	if (c->bytes)
		memcpy(c->bytes, bytes, len);
	return c->bytes || !len;
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	static char bytes[LINE_MOST]; /* of whichever client is read */
	struct control_client *c = w->data;
	size_t len = c->len, at;
	ssize_t got;

	(void)ev, (void)events;
	got = recv(c->fd, bytes + len, sizeof(bytes) - len, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		c->callbacks->lost(c->owner, "The trace was interrupted: tracing has stopped on this server.");
		return;
	}
	if (len)
		memcpy(bytes, c->bytes, len);
	len += (size_t)got;
	at = read_lines(c, bytes, len);
	if (c->fd < 0)
		return;
	if (len - at == sizeof(bytes) || !keep(c, bytes + at, len - at))
		c->callbacks->lost(c->owner, "The trace was interrupted by an error on this server.");
	else
		c->callbacks->replied(c->owner);
}

void control_client_init(struct control_client *c, struct ev_loop *ev, const struct control_callbacks *callbacks,
	void *owner)
{
	c->ev = ev;
	c->callbacks = callbacks;
	c->owner = owner;
	c->fd = -1;
	c->len = 0;
	c->bytes = NULL;
	ev_init(&c->on_socket, ready);
	c->on_socket.data = c;
}

int control_client_open(struct control_client *c, const char *path)
{
	int fd = stream_connect(path, SOCK_NONBLOCK);

	if (fd < 0)
		return fd;
	c->fd = fd;
	c->len = 0;
	ev_io_set(&c->on_socket, fd, EV_READ);
	ev_io_start(c->ev, &c->on_socket);
	return 0;
}

void control_client_close(struct control_client *c)
{
	if (c->fd < 0)
		return;
	ev_io_stop(c->ev, &c->on_socket);
	close(c->fd);
	c->fd = -1;
	keep(c, NULL, 0);
}

int control_client_ask(struct control_client *c, const struct record *r, int connection)
{
	char request[CONTROL_REQUEST_SIZE];
	size_t len = control_lines_ask(r, request);

	return control_socket_send(c->fd, request, len, connection);
}

int control_client_status(struct control_client *c)
{
	static const char request[] = "{\"op\":\"status\"}\n";

	/* the send buffer of a new socket has room for a line */
	return send(c->fd, request, sizeof(request) - 1, MSG_NOSIGNAL) == sizeof(request) - 1 ? 0 : -errno;
}
