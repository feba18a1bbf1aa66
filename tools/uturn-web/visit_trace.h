/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace along one visitor's connection, and its readers: the responses that
 * show it. A connection has one trace at a time; a reader that joins later is
 * told everything from the beginning. It ends with its last reader, or with
 * its connection, and is freed at the end of that turn of the event loop.
 */
#ifndef UTURN_WEB_VISIT_TRACE_H
#define UTURN_WEB_VISIT_TRACE_H

struct addr;
struct exchange;
struct format;
struct web_context;

/*
 * Makes x a reader of its connection's trace, starts one if none is running.
 * 0; -EDQUOT where a limit says no, -ELOOP where the visitor is this host itself,
 * or another negative errno of stream_connect().
 */
int visit_trace_join(struct exchange *x, const struct format *format);

/* Why not, in words that are lent until the next call. */
const char *visit_trace_words(const struct exchange *x, int err);

/* A look-up of a name has ended: a callback for names, with the context as its owner. */
void visit_traces_named(void *context, const struct addr *a, const char *name);
/* Frees those that have ended. */
void visit_traces_sweep(struct web_context *c);

#endif
