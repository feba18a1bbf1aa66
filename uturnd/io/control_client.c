/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void client_init(struct client *c, int fd)
{
	/* not the buffers: 2 MB of them would become resident for nothing */
	memset(c, 0, offsetof(struct client, in));
	c->fd = fd;
}

void client_done(struct client *c)
{
	close(c->fd);
	client_init(c, -1);
}

static bool is_temporary(int err)
{
	return err == EAGAIN || err == EINTR;
}

bool client_receive(struct client *c)
{
	ssize_t got = recv(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len, 0);

	if (got < 0)
		return is_temporary(errno);
	if (got == 0 && c->in_len < sizeof(c->in))
		c->is_ended = true;
	c->in_len += (size_t)got;
	return true;
}

bool client_flush(struct client *c)
{
	ssize_t sent;

	if (c->out_len == 0)
		return true;
	sent = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);
	if (sent < 0)
		return is_temporary(errno);
	c->out_len -= (size_t)sent;
	memmove(c->out, c->out + sent, c->out_len);
	return true;
}

bool client_has_line(const struct client *c)
{
	return memchr(c->in, '\n', c->in_len) || c->in_len == sizeof(c->in) || (c->is_ended && c->in_len);
}

bool client_line(struct client *c, char line[CLIENT_IN_SIZE], size_t *len, bool *is_long)
{
	const char *newline = memchr(c->in, '\n', c->in_len);
	size_t used;

	if (!client_has_line(c))
		return false;
	*is_long = !newline && c->in_len == sizeof(c->in);
	*len = newline ? (size_t)(newline - c->in) : c->in_len;
	used = newline ? *len + 1 : *len;
	memcpy(line, c->in, *len);
	c->in_len -= used;
	memmove(c->in, c->in + used, c->in_len);
	return true;
}

static bool put_line(struct client *c, const char *text, size_t len)
{
	if (len + 1 > sizeof(c->out) - c->out_len)
		return false;
	memcpy(c->out + c->out_len, text, len);
	c->out_len += len;
	c->out[c->out_len++] = '\n';
	return true;
}

void client_say(struct client *c, const char *text, size_t len)
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
