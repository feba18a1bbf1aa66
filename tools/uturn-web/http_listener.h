/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets that visitors connect to. */
#ifndef UTURN_WEB_HTTP_LISTENER_H
#define UTURN_WEB_HTTP_LISTENER_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "listen_inherited.h"
#include "listen_opener.h"
#include "web_config.h"

/* A visitor's connection, which is the callback's to close. */
typedef void http_accepted(void *owner, int fd, bool is_tls);

struct http_listeners {
	struct ev_loop *ev;
	http_accepted *accepted;
	void *owner; /* of the callback */
	struct listen_opener *opener; /* NULL: still allowed to open them here */
	struct http_listener {
		struct http_listeners *all;
		int fd; /* -1: a free place */
		struct web_listen at;
		bool is_only6;
		bool is_inherited; /* never closed: the service manager keeps it open, too */
		bool is_served; /* by a line of the configuration; a visitor of another one is sent away */
		int line; /* of the configuration that is being followed; -1: none */
		struct ev_io on_visitor;
	} each[3 * WEB_LISTENERS]; /* the old, the new and the inherited ones */
	struct ev_timer on_relief;
};

void http_listeners_init(struct http_listeners *l, struct ev_loop *ev, http_accepted *accepted, void *owner);
/* Those that were inherited are this module's from now on. */
void http_listeners_inherit(struct http_listeners *l, const struct listen_inherited *inherited);
/*
 * Opens and closes listeners until they are those of the configuration. has_pair:
 * there is a certificate; without, those with TLS wait for one, which is logged.
 * Returns 0, or a negative errno with words, and all is as it was before.
 */
int http_listeners_follow(struct http_listeners *l, const struct web_config *c, bool has_pair, char *why,
	size_t why_size);
void http_listeners_close(struct http_listeners *l);
/* The port of one that has TLS; 0: there is none. */
unsigned http_listeners_tls_port(const struct http_listeners *l);

#endif
