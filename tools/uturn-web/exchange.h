/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request and its response, for any version of HTTP.
 *
 * The protocol owns it: fills the request, calls response_start(), then sends
 * the head and what exchange_read() gives until the end, and calls
 * exchange_done() when it is over, or when the connection has ended before.
 */
#ifndef UTURN_WEB_EXCHANGE_H
#define UTURN_WEB_EXCHANGE_H

#include "buffer.h"
#include "daemon_figures.h"
#include "format.h"
#include "health.h"
#include "http_request.h"

struct visitor;
struct visit_trace;

enum { HEAD_FIELDS = 12 };

struct head {
	int status;
	struct field {
		const char *name, *value; /* name in lower case; both outlive the exchange */
	} fields[HEAD_FIELDS];
	unsigned field_count;
};

struct exchange {
	struct visitor *visitor;
	struct http_request request;
	void (*wake)(struct exchange *x); /* the protocol's: there is something to send */
	struct head head;
	char location[1024]; /* for a field of the head */
	const char *fixed; /* a body that outlives the exchange, instead of the buffer */
	size_t fixed_len, fixed_at;
	struct buffer body;
	bool is_started, is_ended; /* the head is complete; nothing follows what is in the body */
	/* a reader of a trace */
	struct visit_trace *trace; /* NULL: none, or it has ended */
	void (*leave)(struct exchange *x); /* the trace's, called when its reader is done */
	struct figures_reader figures; /* of uturnd, where it waits for them */
	struct health_reader health; /* where it waits to know whether a trace is possible */
	struct telling telling;
	struct exchange *next;
};

void exchange_begin(struct exchange *x, struct visitor *v, void (*wake)(struct exchange *x));
void exchange_field(struct exchange *x, const char *name, const char *value);
/* The head is complete; with a body of known length, or one that grows until is_ended is set. */
void exchange_start(struct exchange *x, int status);
void exchange_fixed(struct exchange *x, const char *bytes, size_t len);
void exchange_wake(struct exchange *x);

/* How many bytes of the body exchange_read() would give; *is_end: nothing follows them. */
size_t exchange_waits(const struct exchange *x, size_t size, bool *is_end);
/* Up to size bytes of the body, which are then gone; is_end as above. */
size_t exchange_read(struct exchange *x, char *bytes, size_t size, bool *is_end);
/* Is there something to send, even if only the end? */
bool exchange_is_ready(const struct exchange *x);
void exchange_done(struct exchange *x);

#endif
