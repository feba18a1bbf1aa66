/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/stream.h"
#include "errors.h"

enum { TIMEOUT_SECONDS = 5 };

/* Each error with its remedy. */
static void explain(int err, const char *path)
{
	if (err == ENOENT || err == ECONNREFUSED)
		errors_print("socket %s: %s (is uturnd running?)", path, strerror(err));
	else if (err == EACCES || err == EPERM)
		errors_print("socket %s: %s (needs root, or the group of the socket)", path, strerror(err));
	else
		errors_print("socket %s: %s", path, strerror(err));
}

static void timeout_set(int fd, time_t seconds)
{
	struct timeval timeout = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
}

static bool open_flags(struct connection *c, const char *path, const char *request, int flags, int seconds)
{
	int fd = stream_connect(path, flags);

	*c = (struct connection){ .seconds = seconds };
	if (fd < 0) {
		explain(-fd, path);
		return false;
	}
	fcntl(fd, F_SETFL, 0);
	timeout_set(fd, seconds);
	/* uturnd without a free slot sends an error and does not read: that error says more than our EPIPE */
	send(fd, request, strlen(request), MSG_NOSIGNAL | MSG_MORE);
	send(fd, "\n", 1, MSG_NOSIGNAL);
	c->in = fdopen(fd, "r");
	if (c->in)
		return true;
	explain(errno, path);
	close(fd);
	return false;
}

bool connection_open(struct connection *c, const char *path, const char *request)
{
	return open_flags(c, path, request, 0, TIMEOUT_SECONDS);
}

/* A backlog that is full fails, where a call that blocks would wait for as long as it is. */
bool connection_open_within(struct connection *c, const char *path, const char *request, int seconds)
{
	return open_flags(c, path, request, SOCK_NONBLOCK, seconds);
}

void connection_wait(struct connection *c)
{
	timeout_set(fileno(c->in), 0);
}

const char *connection_line(struct connection *c, const volatile sig_atomic_t *is_over)
{
	errno = 0;
	if (getline(&c->line, &c->size, c->in) >= 0)
		return c->line;
	if (is_over && *is_over)
		return NULL;
	if (errno == EAGAIN)
		errors_print("no answer from uturnd within %d second%s", c->seconds, c->seconds == 1 ? "" : "s");
	else
		errors_print("uturnd closed the connection%s%s", errno ? ": " : "", errno ? strerror(errno) : "");
	return NULL;
}

json_t *connection_answer(const struct connection *c)
{
	json_t *answer = json_loads(c->line, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (answer && !error)
		return answer;
	errors_print("%s", answer ? error : "the answer is not JSON: is this the control socket of uturnd?");
	json_decref(answer);
	return NULL;
}

void connection_close(struct connection *c)
{
	if (c->in)
		fclose(c->in);
	free(c->line);
}

json_t *connection_ask(const char *path, const char *request)
{
	struct connection connection;
	json_t *answer = NULL;

	if (!connection_open(&connection, path, request))
		return NULL;
	if (connection_line(&connection, NULL))
		answer = connection_answer(&connection);
	connection_close(&connection);
	return answer;
}
