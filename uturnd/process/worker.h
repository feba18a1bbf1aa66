/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A worker: an engine with what it has of the network, its queue, its capture,
 * its sender and its sniffer, and the time that it needs, in the event loop of
 * its process. Nothing but packets leaves it, and word of each event to the one
 * who owns it.
 */
#ifndef UTURN_PROCESS_WORKER_H
#define UTURN_PROCESS_WORKER_H

#include <stddef.h>

#include "config/config.h"

struct engine;
struct ev_loop;
struct capture_tcp;
struct worker;

struct worker_ears {
	void (*event)(void *owner); /* the engine's, not yet overwritten */
	void *owner;
};

/*
 * Opens what needs privileges, or nothing: 0, or a negative errno with words
 * for the operator in why. engine: room for one, borrowed until worker_close().
 * There is a worker for each queue of the configuration, and this is the
 * index-th: of what is for all together it takes its share.
 */
int worker_open(struct worker **made, struct engine *engine, const struct config *config, unsigned index,
	const struct worker_ears *ears, char *why, size_t why_size);
void worker_close(struct worker *w);

/* From now on it works whenever this loop turns. */
void worker_start(struct worker *w, struct ev_loop *ev);

/* A new configuration for what comes from now on. */
void worker_configure(struct worker *w, const struct config *config);

/* After each call into the engine that is not the worker's own: what it has to do now, it does. */
void worker_go_on(struct worker *w);

/* Counts what was lost without anybody's word up to now. */
void worker_count_losses(struct worker *w);
void worker_log_ring(const struct worker *w);
/* To choose what it hears; borrowed. */
struct capture_tcp *worker_capture_tcp(const struct worker *w);

#endif
