/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1.1 on a listening socket, by libmicrohttpd, which is in this file alone:
 * GET and HEAD without a body, 64 connections at once, 30 seconds without
 * traffic. No thread: whoever waits for serve_http_fd() calls serve_http_run().
 */
#ifndef UTURN_HISTORY_SERVE_HTTP_H
#define UTURN_HISTORY_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct serve_http;

struct serve_request {
	const char *path; /* with escapes undone; lent */
	const char *host; /* NULL: none */
	const char *etag; /* If-None-Match; NULL: none */
	void *connection;
};

struct serve_reply {
	unsigned status;
	const char *type; /* lives as long as the program, and so does etag */
	const char *etag; /* NULL: none, and nothing may keep it */
	const char *bytes;
	size_t len;
	bool is_owned; /* bytes are of malloc(), and freed when they have been sent */
};

/* Fills the reply, which is zeroed. */
typedef void serve_answer(void *owner, const struct serve_request *q, struct serve_reply *r);

/* Takes the socket over. NULL: no memory. */
struct serve_http *serve_http_open(int listening, serve_answer *answer, void *owner);
void serve_http_close(struct serve_http *h);
int serve_http_fd(const struct serve_http *h); /* readable when there is something to do */
int serve_http_wait_ms(const struct serve_http *h); /* at most until serve_http_run(); -1: no limit */
void serve_http_run(struct serve_http *h);

/* A value of the query of the URL, with escapes undone; NULL: not there. Lent until the answer. */
const char *serve_argument(const struct serve_request *q, const char *name);

#endif
