/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/stream.h"

enum { PATIENCE_SECONDS = 5 };

void complain(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("uturnctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Each refusal with what to do about it. */
static void explain(int err, const char *path)
{
	if (err == ENOENT || err == ECONNREFUSED)
		complain("is uturnd running? (socket %s: %s)", path, strerror(err));
	else if (err == EACCES || err == EPERM)
		complain("not allowed to talk to uturnd: try as root or in the group of the socket (socket %s: %s)",
			path, strerror(err));
	else
		complain("socket %s: %s", path, strerror(err));
}

static void patience_set(int fd, time_t seconds)
{
	struct timeval patience = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

bool connection_open(struct connection *c, const char *path, const char *request)
{
	int fd = stream_connect(path, 0);

	*c = (struct connection){ NULL, NULL, 0 };
	if (fd < 0) {
		explain(-fd, path);
		return false;
	}
	patience_set(fd, PATIENCE_SECONDS);
	/* one that is full sends its error first and does not read: its words are worth more than our EPIPE */
	send(fd, request, strlen(request), MSG_NOSIGNAL | MSG_MORE);
	send(fd, "\n", 1, MSG_NOSIGNAL);
	c->in = fdopen(fd, "r");
	if (c->in)
		return true;
	explain(errno, path);
	close(fd);
	return false;
}

void connection_wait(struct connection *c)
{
	patience_set(fileno(c->in), 0);
}

const char *connection_line(struct connection *c, const volatile sig_atomic_t *is_over)
{
	errno = 0;
	if (getline(&c->line, &c->size, c->in) >= 0)
		return c->line;
	if (is_over && *is_over)
		return NULL;
	if (errno == EAGAIN)
		complain("no answer from uturnd within %d seconds", PATIENCE_SECONDS);
	else
		complain("uturnd has closed the connection%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
	return NULL;
}

void connection_close(struct connection *c)
{
	if (c->in)
		fclose(c->in);
	free(c->line);
}
