/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our end of uturnd's control socket: one request out, lines of JSON in.
 * Complaints are printed here, where their cause is known.
 */
#ifndef UTURNCTL_CONNECTION_H
#define UTURNCTL_CONNECTION_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

struct connection {
	FILE *in;
	char *line; /* the last one, with its newline; ours until connection_close() */
	size_t size;
};

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Connects and asks; request is a line without its newline; false after a complaint. */
bool connection_open(struct connection *c, const char *path, const char *request);
/* A line may take as long as it likes from now on, and a signal ends the wait. */
void connection_wait(struct connection *c);
/* The next line, or NULL at the end or after a signal; complains unless *is_over stops it. */
const char *connection_line(struct connection *c, const volatile sig_atomic_t *is_over);
void connection_close(struct connection *c);

#endif
