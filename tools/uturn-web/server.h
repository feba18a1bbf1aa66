/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program while it runs: its loop, who is connected, and what all of them
 * share. One thread; everything here lives as long as the server.
 */
#ifndef UTURN_WEB_SERVER_H
#define UTURN_WEB_SERVER_H

#include <ev.h>
#include <openssl/ssl.h>

#include "metrics.h"
#include "mmdb.h"
#include "names.h"
#include "quota.h"
#include "settings_page.h"
#include "web_config.h"

struct visitor;
struct tracing;

struct listener {
	struct server *server;
	int fd;
	bool is_tls;
	struct ev_io on_visitor;
};

struct server {
	struct ev_loop *ev;
	struct web_config config;
	const char *path; /* of the configuration; NULL: the default */
	struct listener listeners[WEB_LISTENERS];
	unsigned listener_count;
	SSL_CTX *tls; /* NULL: no listener has it */
	struct databases *databases;
	struct names *names;
	struct settings_page page;
	struct quota quota;
	struct metrics metrics;
	struct health {
		uint64_t asked_ns; /* 0: never */
		bool is_there; /* uturnd, when it was asked last */
	} health;
	struct visitor *visitors, *awake; /* all; those with something to send */
	struct tracing *tracings;
	struct ev_prepare before_sleep;
	struct ev_timer on_relief;
	struct ev_signal on_term, on_int, on_hup;
};

/* 0, or a negative errno with words. Opens everything that can fail, and drops no privilege. */
int server_open(struct server **made, const struct web_config *c, const char *path, char *why, size_t why_size);
void server_run(struct server *s);
void server_close(struct server *s);
uint64_t server_now_ns(const struct server *s);

#endif
