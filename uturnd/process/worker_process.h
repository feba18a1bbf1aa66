/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process of a worker other than the first, and the memory that it shares
 * with uturnd: each worker writes its own entry, uturnd reads all of them.
 */
#ifndef UTURN_PROCESS_WORKER_PROCESS_H
#define UTURN_PROCESS_WORKER_PROCESS_H

#include "engine/engine.h"
#include "process/denied.h"

struct peers;

/* Written by one worker. The engine is here because its counters and its number of flights are read by uturnd. */
struct worker_statistics {
	struct engine engine;
	struct traces traces; /* the engine's */
	uint64_t beats; /* of its event loop, for the watchdog */
	uint64_t lost; /* events that did not fit into the channel */
} __attribute__((aligned(64)));

struct shared_statistics {
	struct denied *denied; /* shared memory of its own */
	struct denied_place in_use; /* at the start of a process; later it is told */
	bool is_watched; /* set by uturnd: events are wanted on the channels */
	struct worker_statistics workers[]; /* by index of the worker */
};

/*
 * Runs a worker until the other end of the channel closes; never returns.
 * shared, peers (may be NULL) and config are borrowed, channel is closed by the exit.
 * beat_ns: time between two beats; 0: none.
 */
_Noreturn void worker_process(struct shared_statistics *shared, struct peers *peers, const struct config *config,
	unsigned index, int channel, uint64_t beat_ns);

#endif
