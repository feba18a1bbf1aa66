/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who wants which TCP connection traced: takes the wishes of the control
 * socket's clients to the engine, has the connection sniffed, and tells all
 * who asked what is found. One trace a connection, however many ask; it ends
 * when nobody listens any more.
 *
 * Beside loop.c the only one that knows the engine and adapters alike; it is
 * It is called from the loop, and calls nobody later.
 */
#ifndef UTURN_OPERATOR_TRACING_H
#define UTURN_OPERATOR_TRACING_H

#include <jansson.h>
#include <stdint.h>

struct config;
struct control;
struct control_asker;
struct engine;
struct capture_tcp;
struct tracing;

/* Everything is borrowed until tracing_close(). Returns 0 or a negative errno. */
int tracing_open(struct tracing **made, const struct config *config, struct engine *e, struct control *c,
	struct capture_tcp *s);
void tracing_close(struct tracing *t);

/* The operation `trace`: a new reference, or NULL with words in *why. */
json_t *tracing_ask(struct tracing *t, const struct control_asker *asker, const json_t *request, uint64_t now_ns,
	const char **why);
/* A client is gone. */
void tracing_gone(struct tracing *t, unsigned slot);

/* After each call into the engine: passes on what it reports. */
void tracing_tell(struct tracing *t);
/* After the control socket's work: who came to a trace that runs hears what it has missed. */
void tracing_catch_up(struct tracing *t);

#endif
