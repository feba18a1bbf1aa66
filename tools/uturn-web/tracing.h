/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace along one visitor's connection, and its readers: the responses that
 * tell it. One trace a connection; who joins later is told everything from the
 * beginning. It ends with its last reader, or with its connection.
 */
#ifndef UTURN_WEB_TRACING_H
#define UTURN_WEB_TRACING_H

#include "exchange.h"

struct server;
struct addr;

/*
 * Makes x a reader of its connection's trace, starts one if none is running.
 * 0, -EDQUOT where a limit says no, or another negative errno of
 * stream_connect().
 */
int tracing_join(struct exchange *x, const struct format *format);
/* The reader has gone. */
void tracing_leave(struct exchange *x);
/* The connection has gone. */
void tracing_orphan(struct tracing *t);

/* A name has come, or "": there is none. */
void tracings_named(struct server *s, const struct addr *a, const char *name);
/* Frees those that are over. */
void tracings_sweep(struct server *s);

#endif
