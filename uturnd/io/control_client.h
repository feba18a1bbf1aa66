/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client of the control socket: what it said and we have not read yet,
 * what we said and it has not. Both are bounded, and we read on only when it
 * has taken everything, so a client that asks and never reads stops itself.
 *
 * A watcher that is too slow loses lines: it gets {"lost":N} once it has caught
 * up, and goes on from there. All calls are non-blocking; false means that the
 * client is gone and wants client_done().
 */
#ifndef UTURN_IO_CONTROL_CLIENT_H
#define UTURN_IO_CONTROL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLIENT_IN_SIZE = 4096, CLIENT_OUT_SIZE = 65536 };

struct client {
	int fd; /* -1: the entry is free */
	int passed; /* a descriptor that it has handed over (SCM_RIGHTS), the latest; -1: none */
	bool is_root;
	bool is_watching;
	bool is_held; /* it waits for lines that belong to a request of its own */
	bool is_ended; /* it will say nothing more */
	bool is_dismissed; /* closed as soon as it has read our last words */
	uint32_t interest; /* epoll events asked for */
	uint64_t active; /* the table's clock when it last said or took something */
	uint64_t lost; /* lines that did not fit since it last caught up */
	size_t in_len, out_len;
	struct client_room *room; /* borrowed, for as long as the entry is */
};

struct client_room {
	char in[CLIENT_IN_SIZE], out[CLIENT_OUT_SIZE];
};

void client_init(struct client *c, int fd, struct client_room *room); /* takes fd */
void client_done(struct client *c);
/* Closes what it has handed over. */
void client_forget_passed(struct client *c);

bool client_receive(struct client *c);
bool client_flush(struct client *c);

/* Whether client_line() would return true. */
bool client_has_line(const struct client *c);

/*
 * Copies the next whole line without its newline, and returns true; the last
 * one may lack the newline. A line that is too long is cut, *is_long is set.
 */
bool client_line(struct client *c, char line[CLIENT_IN_SIZE], size_t *len, bool *is_long);

/* Queues text and a newline; it may be lost, see above. */
void client_say(struct client *c, const char *text, size_t len);

#endif
