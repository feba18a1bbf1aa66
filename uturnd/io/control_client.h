/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client of the control socket, with its input and output buffers. Both are
 * bounded, and nothing is read while there is output, so a client that sends
 * requests and does not read the replies blocks itself alone.
 *
 * Lines that do not fit into the output buffer are lost; once it is empty
 * {"lost":N} says how many. No call blocks. Receive and flush return false if the
 * client has disconnected: call control_client_done().
 */
#ifndef UTURN_IO_CONTROL_CLIENT_H
#define UTURN_IO_CONTROL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CONTROL_CLIENT_IN_SIZE = 4096, CONTROL_CLIENT_OUT_SIZE = 65536 };

struct control_client {
	int fd; /* -1: the entry is free */
	int passed; /* the latest descriptor that it has passed (SCM_RIGHTS); -1: none */
	bool is_operator; /* as control_access.h has it */
	uid_t user;
	bool is_watching;
	bool is_following; /* it watches, and hears of reloads alone */
	bool is_held; /* it waits for further lines that answer a request of its own */
	bool is_ended; /* end of its input */
	bool is_closing; /* closed once its output buffer is empty */
	uint32_t interest; /* epoll events asked for */
	uint64_t active; /* the clock of control_slots when it last sent or read something */
	uint64_t lost; /* lines that did not fit since its output buffer was empty */
	size_t in_len, out_len; /* bytes in its buffers */
	struct control_client_room *room; /* borrowed, as long as the entry exists */
};

struct control_client_room {
	char in[CONTROL_CLIENT_IN_SIZE], out[CONTROL_CLIENT_OUT_SIZE];
};

void control_client_init(struct control_client *c, int fd, struct control_client_room *room); /* takes fd */
void control_client_done(struct control_client *c);
/* Closes the descriptor that it has passed. */
void control_client_forget_passed(struct control_client *c);

bool control_client_receive(struct control_client *c);
bool control_client_flush(struct control_client *c);

/* Whether control_client_line() would return true. */
bool control_client_has_line(const struct control_client *c);

/*
 * Copies the next whole line without its newline, and returns true; at the end
 * of input the newline may be missing. A line that is too long is cut, and
 * *is_long is set.
 */
bool control_client_line(struct control_client *c, char line[CONTROL_CLIENT_IN_SIZE], size_t *len, bool *is_long);

/* Queues text and a newline; it may be lost as described above. */
void control_client_queue(struct control_client *c, const char *text, size_t len);

#endif
