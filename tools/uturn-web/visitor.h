/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TCP connection of a visitor: bytes in and out, with TLS or without, and
 * the HTTP that is spoken on it.
 *
 * Sending is put off to the end of a turn of the event loop, so that what
 * belongs together leaves together. A visitor ends there too: until then it is
 * only marked, and no caller is left with freed memory.
 */
#ifndef UTURN_WEB_VISITOR_H
#define UTURN_WEB_VISITOR_H

#include <ev.h>
#include <openssl/ssl.h>

#include "buffer.h"
#include "common/tcp_ends.h"

struct visitor;
struct visit_trace;
struct web_context;

/* What a protocol is to its connection. */
struct protocol {
	bool (*open)(struct visitor *v);
	/* false: end the connection when what waits has been sent */
	bool (*receive)(struct visitor *v, const char *bytes, size_t len);
	/* fills v->out with what there is, up to about VISITOR_OUT; false as above */
	bool (*pull)(struct visitor *v);
	bool (*is_busy)(const struct visitor *v); /* a response is under way */
	uint64_t (*since_ns)(const struct visitor *v); /* if busy: when its oldest request began */
	void (*close)(struct visitor *v);
};

enum { VISITOR_OUT = 16 * 1024, VISITOR_BODIES = 256 * 1024 };

struct visitors {
	struct web_context *context;
	const struct protocol *http1, *http2;
	struct visitor *all, *awake; /* awake: those with something to send, or to be freed */
};

struct visitor {
	struct visitors *among;
	struct web_context *context;
	struct visitor *next, *previous, *next_awake;
	int fd;
	SSL *ssl; /* NULL: plain */
	struct tcp_ends ends;
	struct ev_io on_socket;
	struct ev_timer on_time;
	const struct protocol *protocol; /* NULL: not known yet */
	void *session; /* the protocol's */
	struct buffer out;
	struct visit_trace *trace; /* along this connection; NULL: none is running */
	void (*gone)(struct visitor *v); /* the trace's, called when the visitor is freed */
	void (*written)(struct visitor *v); /* the trace's, called when nothing waits any more; NULL: not wanted */
	uint64_t taken; /* bytes of bodies that went to out, whatever else did */
	uint64_t taken_before; /* of them given to TCP for certain, when the timer was set */
	struct buffer_pool pool; /* of the bodies that wait */
	bool is_proxied; /* a proxy has said so in front of the first byte */
	bool awaits_proxy; /* it is one that may say so, and has not been read */
	size_t peeked; /* bytes that were there when its header was looked for */
	bool is_awake, is_held, is_closing, is_lingering, is_dead, is_paused, is_ended;
};

/* Takes the connection over, or closes it where a limit says so. */
void visitor_open(struct visitors *among, int fd, bool is_tls);
/* There is something to send: at the end of this turn. */
void visitor_wake(struct visitor *v);
/* While it is held nothing leaves, so that what TCP has sent stays as it is. */
void visitor_hold(struct visitor *v, bool is_held);
/* Has everything so far been sent, whether acknowledged or not? */
bool visitor_is_written(const struct visitor *v);
/* The protocol is between two requests, is reading one, or is answering. */
void visitor_idle(struct visitor *v);
void visitor_request(struct visitor *v);
void visitor_busy(struct visitor *v);
/* Whether to stop reading: while responses to a pipelining visitor lag behind. */
void visitor_pause(struct visitor *v, bool is_paused);

/* The end of a turn: sends what waits, frees those that have ended. */
void visitors_settle(struct visitors *all);
void visitors_close(struct visitors *all);

#endif
