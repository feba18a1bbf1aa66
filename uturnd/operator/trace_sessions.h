/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traces of TCP connections that clients of the control socket have asked
 * for: passes their requests to the engine, has the connections captured, and
 * sends what is found to every client that asked. Clients that ask for the same
 * connection share one trace, which ends when the last of them disconnects.
 *
 * Beside loop.c and the workers this is the only module that uses the engine as
 * well as adapters. It is called from the loop, and registers no callbacks.
 */
#ifndef UTURN_OPERATOR_TRACE_SESSIONS_H
#define UTURN_OPERATOR_TRACE_SESSIONS_H

#include <jansson.h>
#include <stdint.h>

struct config;
struct control;
struct control_asker;
struct engine;
struct capture_tcp;
struct trace_sessions;

/* Everything is borrowed until trace_sessions_close(). Returns 0 or a negative errno. */
int trace_sessions_open(struct trace_sessions **made, const struct config *config, struct engine *e, struct control *c,
	struct capture_tcp *s);
void trace_sessions_close(struct trace_sessions *t);

/* The operation `trace`: returns a new reference to the reply, or NULL with *why set to words for the client. */
json_t *trace_sessions_ask(struct trace_sessions *t, const struct control_asker *asker, const json_t *request,
	uint64_t now_ns, const char **why);
/* A client has disconnected. */
void trace_sessions_gone(struct trace_sessions *t, unsigned slot);

/* Call it after each call into the engine: passes its report on to the subscribers. */
void trace_sessions_tell(struct trace_sessions *t);
/* Call it after the control socket's work: sends new subscribers of a running trace the lines so far. */
void trace_sessions_catch_up(struct trace_sessions *t);

#endif
