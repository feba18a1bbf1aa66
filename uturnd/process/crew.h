/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workers of uturnd, one for each queue: the first one lives in its own
 * process, each other one in a process of its own. Nothing is shared on the way
 * of a packet; what an engine counts lies where all can see it, the rest goes
 * over channels.
 *
 * A crew of one is no more than room for its engine. The others are opened
 * while there are privileges, give them up and shut themselves in as uturnd
 * does, and end with it. One that ends by itself is the end of all: the service
 * manager starts them again.
 */
#ifndef UTURN_PROCESS_CREW_H
#define UTURN_PROCESS_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "packet/reason.h"

struct crew;
struct engine;
struct event;

/*
 * Starts the others, which never return from here. Returns 0, or a negative
 * errno with words in why.
 */
int crew_open(struct crew **made, const struct config *config, char *why, size_t why_size);
/* Waits until all are at work. Returns 0, or a negative errno with words of the one that is not. */
int crew_await(struct crew *c, char *why, size_t why_size);
/* Returns when all have ended; c may be NULL. */
void crew_close(struct crew *c);

/* Room for the first worker's engine, until crew_close(). */
struct engine *crew_engine(struct crew *c);

/* Readable when crew_work() has something to do; -1: never. */
int crew_fd(const struct crew *c);
/* Hands on events of the others. Returns false where one has ended, and has said in the log which. */
bool crew_work(struct crew *c, void (*hear)(void *owner, const struct event *e), void *owner);

void crew_configure(struct crew *c, const struct config *config);
void crew_log_rings(struct crew *c);
/* Whether anybody wants to hear of events. */
void crew_listen(struct crew *c, bool is_watched);
/* Events that were too many to be handed on, since this was asked last. */
uint64_t crew_unheard(struct crew *c);
/* Have all their loops turned since this was asked last? To be asked every notify_interval_ns(). */
bool crew_is_alive(struct crew *c);

struct crew_sum {
	unsigned workers;
	uint64_t flights, capacity;
	uint64_t counters[REASON_COUNT];
};
void crew_sum(const struct crew *c, struct crew_sum *sum);

#endif
