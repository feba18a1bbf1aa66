/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: JSON objects, one a line each way (INTERFACES.md).
 *
 * control_open() binds and listens; a stale socket file is replaced, one that
 * answers is "taken" (-EADDRINUSE). The adapter keeps its clients in a fixed
 * table and never blocks: at most 16 watch, and 256 wait for lines of their
 * own; where all slots are taken the one that has been silent longest gives
 * way to a newcomer, so clients that do nothing keep nobody out. A line longer than 4095 bytes ends
 * the conversation, who does not read is not read from, and a watcher that is
 * too slow loses lines and learns how many: {"lost":N}.
 * It knows no event loop: the caller polls control_fd() (an epoll descriptor
 * that is readable whenever any client has work) and calls control_work().
 * All questions go through the handler; strings it returns are borrowed until
 * the next call. "watch" is answered {"watching":true}.
 */
#ifndef UTURN_IO_CONTROL_H
#define UTURN_IO_CONTROL_H

#include <jansson.h>
#include <stdbool.h>

struct control;

enum { CONTROL_SLOTS = 288 };

/* Who asks: valid during the call. */
struct control_asker {
	unsigned slot; /* 0.. CONTROL_SLOTS - 1; another one's once `gone` was told */
	int passed; /* a descriptor that came with the request, or -1; closed after the call */
	bool is_root;
};

struct control_callbacks {
	/*
	 * Answers one request: a new reference to an object, or NULL with *why set to
	 * words for {"error": ...}. "watch" never gets here.
	 */
	json_t *(*answer)(void *owner, const struct control_asker *asker, const char *op, json_t *request,
		const char **why);
	/* A client that control_hold() holds has gone away. */
	void (*gone)(void *owner, unsigned slot);
	void *owner;
};

/* Returns 0 or a negative errno; *made is the caller's until control_close(). */
int control_open(struct control **made, const char *path, const struct control_callbacks *callbacks);
void control_close(struct control *c); /* removes the socket file as well */
/* The directory of the socket if control_open() had to make it, or NULL. */
const char *control_directory(const struct control *c);
int control_fd(const struct control *c);
void control_work(struct control *c);

/* Further lines follow its answer: the client keeps its slot meanwhile. False where too many do. */
bool control_hold(struct control *c, unsigned slot, bool is_held);
/* Sends line to one client; steals the reference. */
void control_say(struct control *c, unsigned slot, json_t *line);

bool control_is_watched(const struct control *c);
/* Sends a copy of line to every watcher; steals the reference. */
void control_tell(struct control *c, json_t *line);

#endif
