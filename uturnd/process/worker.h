/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A worker: an engine with its adapters (queue, captures, sender) and timers,
 * in the event loop of its process. Everything it does is sent as packets, or
 * reported to its owner by a callback.
 */
#ifndef UTURN_PROCESS_WORKER_H
#define UTURN_PROCESS_WORKER_H

#include <stddef.h>

#include "config/config.h"
#include "packet/prefix_set.h"

struct engine;
struct ev_loop;
struct capture_tcp;
struct peer_answer;
struct peers;
struct traces;
struct worker;

/* What a worker does not own. */
struct worker_memory {
	struct engine *engine;
	struct traces *traces;
	struct peers *peers;
};

struct worker_callbacks {
	void (*event)(void *owner); /* after each event: the engine's `event` is valid during the call */
	void *owner;
};

/*
 * Opens everything that needs privileges. Returns 0, or a negative errno with
 * words in why and nothing left open. memory: of the engine and its traces,
 * zeroes; with the peers (NULL: none) borrowed until worker_close(). index: of this worker among those of all queues; limits that
 * the configuration sets for the whole host are divided among them.
 */
int worker_open(struct worker **made, const struct worker_memory *memory, const struct config *config, unsigned index,
	const struct worker_callbacks *callbacks, char *why, size_t why_size);
void worker_close(struct worker *w); /* w may be NULL */

/* Starts its watchers and timers in ev, which is borrowed until worker_close(). */
void worker_start(struct worker *w, struct ev_loop *ev);

/* Applies a new configuration to packets that arrive from now on. */
void worker_configure(struct worker *w, const struct config *config);
/* The prefixes of deny-file; their spans are borrowed until the next call or worker_close(). */
void worker_deny(struct worker *w, const struct prefix_set *denied);

/* Until then (CLOCK_MONOTONIC) it takes no new probers; 0: it takes them. */
void worker_drain(struct worker *w, uint64_t until_ns);

/* Call it after any call into the engine that was not the worker's own: sends what is due, and sets the timers. */
void worker_go_on(struct worker *w);

/* What a peer has captured, as if it had been captured here. worker_go_on() has to follow. */
void worker_take_peer(struct worker *w, const struct peer_answer *a);

/* Adds what the kernel has dropped since the last call to the counters. */
void worker_count_losses(struct worker *w);
void worker_log_ring(const struct worker *w);
/* To choose the connections that it captures; borrowed. */
struct capture_tcp *worker_capture_tcp(const struct worker *w);

#endif
