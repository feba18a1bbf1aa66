/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of the workers: the process of a worker other than the first. */
#ifndef UTURN_PROCESS_WORKER_PROCESS_H
#define UTURN_PROCESS_WORKER_PROCESS_H

#include "engine/engine.h"

/* What a worker shows to all. */
struct worker_post {
	struct engine engine;
	uint64_t beats; /* grows while its loop turns */
	uint64_t unheard; /* events for which there was no room */
} __attribute__((aligned(64)));

struct worker_board {
	bool is_watched; /* events shall be told */
	struct worker_post posts[]; /* one a worker */
};

/* beat_ns: between two beats; 0: none. Never returns; the other end of the channel closes, and it ends. */
_Noreturn void worker_process(struct worker_board *board, const struct config *config, unsigned index, int channel,
	uint64_t beat_ns);

#endif
