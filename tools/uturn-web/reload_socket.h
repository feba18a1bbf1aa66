/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How `uturn-web -r` has the running one read its configuration again, and is
 * told what came of it: a Unix socket in the directory that the service manager
 * has made (RuntimeDirectory=), for the service's own user and root. A signal
 * could not be answered.
 */
#ifndef UTURN_WEB_RELOAD_SOCKET_H
#define UTURN_WEB_RELOAD_SOCKET_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

/* Reads it again: true, or false with words. */
typedef bool reload_asked(void *owner, char *why, size_t why_size);

struct reload_socket {
	int fd; /* -1: none */
	reload_asked *asked;
	void *owner; /* of the callback */
	struct ev_io on_client;
};

/*
 * In $RUNTIME_DIRECTORY; without that, or where it cannot be opened, which is
 * logged, there is none. user: who will be asked, once privileges are dropped.
 */
void reload_socket_open(struct reload_socket *s, struct ev_loop *ev, const char *user, reload_asked *asked,
	void *owner);
void reload_socket_close(struct reload_socket *s, struct ev_loop *ev);

#endif
