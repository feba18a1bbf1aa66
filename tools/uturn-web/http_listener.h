/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets that visitors connect to. */
#ifndef UTURN_WEB_HTTP_LISTENER_H
#define UTURN_WEB_HTTP_LISTENER_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "web_config.h"

/* A visitor's connection, which is the callback's to close. */
typedef void http_accepted(void *owner, int fd, bool is_tls);

struct http_listeners {
	struct ev_loop *ev;
	http_accepted *accepted;
	void *owner; /* of the callback */
	struct http_listener {
		struct http_listeners *all;
		int fd;
		bool is_tls;
		struct ev_io on_visitor;
	} each[WEB_LISTENERS];
	unsigned count;
	struct ev_timer on_relief;
};

/* Opens those of the configuration, before privileges are dropped; 0, or a negative errno with words. */
int http_listeners_open(struct http_listeners *l, const struct web_config *c, char *why, size_t why_size);
void http_listeners_start(struct http_listeners *l, struct ev_loop *ev, http_accepted *accepted, void *owner);
void http_listeners_close(struct http_listeners *l);
bool http_listeners_have_tls(const struct http_listeners *l);

#endif
