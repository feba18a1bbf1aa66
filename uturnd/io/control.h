/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: requests and replies are JSON objects, one a line
 * (uturn-control(7)).
 *
 * Clients are kept in a fixed table, and nothing blocks. At most 16 clients
 * watch, and at most 256 are held for further lines. If all slots are in use a
 * new client evicts the least recently active one that neither watches nor is
 * held. A line longer than 4095 bytes closes the connection, no request is read
 * from a client that has not read its last reply, and a client that reads too
 * slowly loses lines, which {"lost":N} counts.
 *
 * No event loop is needed: the caller polls control_fd() (an epoll descriptor,
 * readable whenever there is work) and calls control_work(). Requests are
 * answered by a callback, except for "watch": {"watching":true}, and for those
 * that the client may not make (control_access.h).
 */
#ifndef UTURN_IO_CONTROL_H
#define UTURN_IO_CONTROL_H

#include <jansson.h>
#include <stdbool.h>

#include "io/control_access.h"

struct control;

enum { CONTROL_SLOTS = 288 };

/* The client that sent a request; valid during the call. */
struct control_asker {
	unsigned slot; /* 0 to CONTROL_SLOTS - 1; belongs to another client after `gone` */
	int passed; /* a descriptor that came with the request, or -1; closed after the call */
	bool is_operator;
	uid_t user;
};

struct control_callbacks {
	/*
	 * Answers one request: a new reference to an object, or NULL with *why set to
	 * words for {"error": ...}, borrowed until the next call.
	 */
	json_t *(*answer)(void *owner, const struct control_asker *asker, const char *op, json_t *request,
		const char **why);
	/* A client that was held by control_hold() has disconnected. */
	void (*gone)(void *owner, unsigned slot);
	void *owner;
};

/*
 * Binds and listens; operators is copied, and its name borrowed. A stale socket file is replaced. Returns 0 or a negative
 * errno, -EADDRINUSE if another program answers on path; *made belongs to the
 * caller until control_close().
 */
int control_open(struct control **made, const char *path, const struct control_callbacks *callbacks,
	const struct control_operators *operators);
void control_close(struct control *c); /* removes the socket file, too; c may be NULL */
/* The directory of the socket if control_open() had to make it, or NULL; borrowed. */
const char *control_directory(const struct control *c);
int control_fd(const struct control *c);
void control_work(struct control *c);

/*
 * Holds a client that waits for further lines after its reply, or lets it go: it
 * is not evicted meanwhile. Returns false if too many are held.
 */
bool control_hold(struct control *c, unsigned slot, bool is_held);
/* Queues line for one client; steals the reference. */
void control_send(struct control *c, unsigned slot, json_t *line);

bool control_is_watched(const struct control *c);
/* Queues a copy of line for every watcher of events; steals the reference. */
void control_broadcast(struct control *c, json_t *line);

/* The watchers of reloads alone, {"op":"watch","only":"reloads"}, and the same for these. */
bool control_is_followed(const struct control *c);
void control_tell_followers(struct control *c, json_t *line);

#endif
