/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TCP connection of a visitor: bytes in and out, with TLS or without, and
 * the HTTP that is spoken on it.
 *
 * Sending is put off to the end of a turn of the loop, so that what belongs
 * together leaves together; and so is the end of a visitor: visitor_drop()
 * only marks it, and nobody up the stack is left with freed memory.
 */
#ifndef UTURN_WEB_VISITOR_H
#define UTURN_WEB_VISITOR_H

#include <ev.h>
#include <openssl/ssl.h>

#include "buffer.h"
#include "exchange.h"
#include "packet/addr.h"

struct server;
struct visitor;

/* What a protocol is to its connection. */
struct protocol {
	bool (*open)(struct visitor *v);
	/* false: end the connection when what waits has been sent */
	bool (*receive)(struct visitor *v, const char *bytes, size_t len);
	/* fills v->out with what there is, up to about VISITOR_OUT; false as above */
	bool (*pull)(struct visitor *v);
	bool (*is_busy)(const struct visitor *v); /* a response is under way */
	void (*close)(struct visitor *v);
};

extern const struct protocol protocol_http1, protocol_http2;

enum { VISITOR_OUT = 16 * 1024 };

struct visitor {
	struct server *server;
	struct visitor *next, *previous, *next_awake;
	int fd;
	SSL *ssl; /* NULL: plain */
	struct addr peer, local; /* family 4 also where the socket says ::ffff: */
	uint16_t peer_port, local_port;
	struct ev_io on_socket;
	struct ev_timer on_time;
	const struct protocol *protocol; /* NULL: not known yet */
	void *session; /* the protocol's */
	struct buffer out;
	struct tracing *tracing;
	uint64_t sent, sent_before; /* bytes given to TCP; the same when the timer was set */
	bool is_awake, is_held, is_closing, is_lingering, is_dead, is_paused, is_ended;
};

void visitor_open(struct server *s, int fd, bool is_tls);
void visitor_drop(struct visitor *v);
void visitor_free(struct visitor *v);
/* There is something to send: at the end of this turn. */
void visitor_wake(struct visitor *v);
void visitor_flush(struct visitor *v);
/* While it is held nothing leaves, so that what TCP has sent stays as it is. */
void visitor_hold(struct visitor *v, bool is_held);
/* Has everything so far been sent, and acknowledged by the visitor? */
bool visitor_is_drained(const struct visitor *v);
/* The protocol is between two requests, or in one. */
void visitor_idle(struct visitor *v);
void visitor_busy(struct visitor *v);
/* Whether to read on: not while a pipelining visitor is ahead of us. */
void visitor_pause(struct visitor *v, bool is_paused);

#endif
