/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client side of uturnd's control socket: one request out, lines of JSON in.
 *
 * Errors are printed here, where their cause is known. connection_close()
 * must follow a connection_open() that returned true.
 */
#ifndef UTURNCTL_CONNECTION_H
#define UTURNCTL_CONNECTION_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

struct connection {
	FILE *in;
	char *line; /* the last one, with its newline; valid until the next call */
	size_t size;
	int seconds; /* that an answer may take */
};

/* Connects and sends the request, a line without its newline; false after an error message. */
bool connection_open(struct connection *c, const char *path, const char *request);
/* The same, where the answer has to come within so many seconds. */
bool connection_open_within(struct connection *c, const char *path, const char *request, int seconds);
/* No timeout from now on: connection_line() waits until a line, the end, or a signal. */
void connection_wait(struct connection *c);
/* The next line, or NULL at the end or after a signal, with an error message unless *is_over is set. */
const char *connection_line(struct connection *c, const volatile sig_atomic_t *is_over);
/* That line as an object, a new reference; NULL after an error message: not JSON, or uturnd's own error. */
json_t *connection_answer(const struct connection *c);
void connection_close(struct connection *c);

/* One request and its answer, a new reference; NULL after an error message. */
json_t *connection_ask(const char *path, const char *request);

#endif
