/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of uturnd's control socket on the event loop: one request, and the
 * replies to it as callbacks.
 *
 * The memory is the caller's, who calls control_client_init() once. A callback
 * may close the client; the memory has to stay until the callback has returned.
 */
#ifndef UTURN_WEB_CONTROL_CLIENT_H
#define UTURN_WEB_CONTROL_CLIENT_H

#include <ev.h>

#include "control_lines.h"

struct control_callbacks {
	void (*reply)(void *owner, enum reply_kind kind, struct control_reply *reply);
	void (*replied)(void *owner); /* all replies that have come so far have been told */
	void (*lost)(void *owner, const char *words); /* the connection, with words for the visitor */
};

struct control_client {
	struct ev_loop *ev;
	const struct control_callbacks *callbacks;
	void *owner;
	int fd; /* -1: closed */
	struct ev_io on_socket;
	size_t len;
	char *bytes; /* the beginning of a line whose end has not come; NULL: none */
};

void control_client_init(struct control_client *c, struct ev_loop *ev, const struct control_callbacks *callbacks,
	void *owner);
/* 0, or a negative errno of stream_connect(). */
int control_client_open(struct control_client *c, const char *path);
void control_client_close(struct control_client *c);
/* Asks for a trace of this connection; 0, or a negative errno. */
int control_client_ask(struct control_client *c, const struct record *r, int connection);

/* Asks how uturnd is; 0, or a negative errno. */
int control_client_status(struct control_client *c);

#endif
