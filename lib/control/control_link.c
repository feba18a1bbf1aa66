/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/control_link.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"

enum { ROOM = 4096 };

int control_link_open(struct control_link *l, const char *path)
{
	int fd = stream_connect(path, SOCK_NONBLOCK);

	*l = (struct control_link){ .fd = fd < 0 ? -1 : fd };
	return fd < 0 ? fd : 0;
}

void control_link_close(struct control_link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->bytes);
	*l = (struct control_link){ .fd = -1 };
}

static int fail(struct control_link *l, int err)
{
	control_link_close(l);
	return err;
}

/* The send buffer has room for a line: less than all of it means that uturnd does not read. */
int control_link_ask(struct control_link *l, const char *request)
{
	struct iovec parts[2] = { { (void *)request, strlen(request) }, { (void *)"\n", 1 } };
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t sent = l->fd < 0 ? -1 : sendmsg(l->fd, &message, MSG_NOSIGNAL);

	if (sent == (ssize_t)parts[0].iov_len + 1)
		return 0;
	return fail(l, sent < 0 && l->fd >= 0 && errno != EAGAIN ? -errno : -ETIMEDOUT);
}

static bool has_room(struct control_link *l)
{
	char *more;

	if (l->size - l->len >= ROOM)
		return true;
	if (l->size >= CONTROL_LINK_MOST)
		return false;
	more = realloc(l->bytes, l->size ? 2 * l->size : (size_t)4 * ROOM);
	if (!more)
		return false;
	l->bytes = more;
	l->size = l->size ? 2 * l->size : (size_t)4 * ROOM;
	return true;
}

/* The lines that are whole. */
static int tell(struct control_link *l, void (*told)(void *owner, const json_t *object), void *owner)
{
	size_t at = 0;

	while (l->fd >= 0) {
		const char *line = l->bytes + at, *newline = memchr(line, '\n', l->len - at);
		json_t *object;

		if (!newline)
			break;
		object = json_loadb(line, (size_t)(newline - line), 0, NULL);
		if (!json_is_object(object)) {
			json_decref(object);
			return -EPROTO;
		}
		at = (size_t)(newline - l->bytes) + 1;
		told(owner, object);
		json_decref(object);
	}
	if (l->fd < 0)
		return 0;
	l->len -= at;
	memmove(l->bytes, l->bytes + at, l->len);
	return 0;
}

int control_link_work(struct control_link *l, void (*told)(void *owner, const json_t *object), void *owner)
{
	bool is_too_long = l->fd >= 0 && !has_room(l);
	ssize_t got = l->fd < 0 || is_too_long ? 0 : recv(l->fd, l->bytes + l->len, l->size - l->len, 0);
	int err;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0)
		return fail(l, got < 0 ? -errno : is_too_long ? -EPROTO : -EPIPE);
	l->len += (size_t)got;
	err = tell(l, told, owner);
	return err ? fail(l, err) : 0;
}
