/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

/*
 * Closing a file may block on its file system. So files that clients pass stay
 * open, and after this many no descriptor is accepted any more.
 */
enum { KEPT_MOST = 16 };
static unsigned kept;

void control_client_init(struct control_client *c, int fd, struct control_client_room *room)
{
	*c = (struct control_client){ .fd = fd, .passed = -1, .room = room };
}

/*
 * Closing a socket with SO_LINGER set may block until its peer has received
 * everything, so the option is cleared; other sockets are not changed.
 */
void control_client_forget_passed(struct control_client *c)
{
	const struct linger none = { 0 };
	struct linger linger = { 0 };
	socklen_t size = sizeof(linger);

	if (c->passed < 0)
		return;
	if (getsockopt(c->passed, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && linger.l_onoff)
		setsockopt(c->passed, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(c->passed);
	c->passed = -1;
}

void control_client_done(struct control_client *c)
{
	control_client_forget_passed(c);
	close(c->fd);
	control_client_init(c, -1, c->room);
}

static bool is_temporary(int err)
{
	return err == EAGAIN || err == EINTR;
}

/* Whatever its kind, close() of a socket blocks only as described above. */
static bool is_socket(int fd)
{
	int type;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

static void keep_open(void)
{
	kept++;
	log_warning("control: a client passed a descriptor that is not a socket, it stays open%s",
		kept < KEPT_MOST ? "" : ": passed sockets are ignored until uturnd is restarted");
}

/* Of several sockets the last one is kept; the others are closed. */
static void take_passed(struct control_client *c, struct msghdr *message)
{
	int fd;

	for (struct cmsghdr *m = CMSG_FIRSTHDR(message); m; m = CMSG_NXTHDR(message, m)) {
		if (m->cmsg_level != SOL_SOCKET || m->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; CMSG_LEN(at + sizeof(fd)) <= m->cmsg_len; at += sizeof(fd)) {
			memcpy(&fd, CMSG_DATA(m) + at, sizeof(fd));
			if (!is_socket(fd)) {
				keep_open();
				continue;
			}
			control_client_forget_passed(c);
			c->passed = fd;
		}
	}
}

/* Descriptors that do not fit into the control data are closed by the kernel. */
bool control_client_receive(struct control_client *c)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec bytes = { c->room->in + c->in_len, CONTROL_CLIENT_IN_SIZE - c->in_len };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = kept < KEPT_MOST ? sizeof(control) : 0,
	};
	ssize_t got = recvmsg(c->fd, &message, MSG_CMSG_CLOEXEC);

	if (got < 0)
		return is_temporary(errno);
	take_passed(c, &message);
	if (got == 0 && c->in_len < CONTROL_CLIENT_IN_SIZE)
		c->is_ended = true;
	c->in_len += (size_t)got;
	return true;
}

bool control_client_flush(struct control_client *c)
{
	ssize_t sent;

	if (c->out_len == 0)
		return true;
	sent = send(c->fd, c->room->out, c->out_len, MSG_NOSIGNAL);
	if (sent < 0)
		return is_temporary(errno);
	c->out_len -= (size_t)sent;
	memmove(c->room->out, c->room->out + sent, c->out_len);
	return true;
}

bool control_client_has_line(const struct control_client *c)
{
	return memchr(c->room->in, '\n', c->in_len) || c->in_len == CONTROL_CLIENT_IN_SIZE ||
		(c->is_ended && c->in_len);
}

bool control_client_line(struct control_client *c, char line[CONTROL_CLIENT_IN_SIZE], size_t *len, bool *is_long)
{
	const char *newline = memchr(c->room->in, '\n', c->in_len);
	size_t used;

	if (!control_client_has_line(c))
		return false;
	*is_long = !newline && c->in_len == CONTROL_CLIENT_IN_SIZE;
	*len = newline ? (size_t)(newline - c->room->in) : c->in_len;
	used = newline ? *len + 1 : *len;
	memcpy(line, c->room->in, *len);
	c->in_len -= used;
	memmove(c->room->in, c->room->in + used, c->in_len);
	return true;
}

static bool put_line(struct control_client *c, const char *text, size_t len)
{
	if (len + 1 > CONTROL_CLIENT_OUT_SIZE - c->out_len)
		return false;
	memcpy(c->room->out + c->out_len, text, len);
	c->out_len += len;
	c->room->out[c->out_len++] = '\n';
	return true;
}

void control_client_queue(struct control_client *c, const char *text, size_t len)
{
	char lost[32];

	if (c->lost && c->out_len == 0) {
		snprintf(lost, sizeof(lost), "{\"lost\":%" PRIu64 "}", c->lost);
		put_line(c, lost, strlen(lost));
		c->lost = 0;
	}
	if (c->lost || !put_line(c, text, len))
		c->lost++;
}
