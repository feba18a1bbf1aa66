/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between uturnd and the process of one of its workers: whole messages each
 * way, over a pair of sockets. An end that closes is heard at the other, so
 * neither outlives the other unnoticed.
 */
#ifndef UTURN_PROCESS_CHANNEL_H
#define UTURN_PROCESS_CHANNEL_H

#include "config/config.h"
#include "engine/event.h"

enum channel_kind {
	CHANNEL_READY, /* from the worker: it has opened everything, and shut itself in */
	CHANNEL_FAILED, /* it could not, and why */
	CHANNEL_EVENT, /* what its engine did */
	CHANNEL_CONFIG, /* to the worker: the configuration from now on */
	CHANNEL_RING, /* log the last events */
	CHANNEL_KINDS
};

struct channel_message {
	enum channel_kind kind;
	union {
		char why[CONFIG_WHY_SIZE];
		struct event event;
		struct config config;
	};
};

/* Returns 0 or a negative errno. */
int channel_open(int ends[2]);
/* Never waits: false where there is no room, or nobody at the other end. */
bool channel_say(int fd, const struct channel_message *m);

enum channel_heard { CHANNEL_MESSAGE, CHANNEL_NOTHING, CHANNEL_CLOSED };
/* What is no message of ours is as good as the end. */
enum channel_heard channel_hear(int fd, struct channel_message *m);

#endif
