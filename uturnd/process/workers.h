/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workers of uturnd, one for each queue: the first one lives in its own
 * process, each other one in a process of its own. Nothing is shared on the way
 * of a packet; what an engine counts lies where all can see it, the rest goes
 * over channels.
 *
 * A workers of one is no more than room for its engine. The others are opened
 * while there are privileges, give them up and shut themselves in as uturnd
 * does, and end with it. One that ends by itself is the end of all: the service
 * manager starts them again.
 */
#ifndef UTURN_PROCESS_WORKERS_H
#define UTURN_PROCESS_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "packet/reason.h"

struct workers;
struct engine;
struct event;

/*
 * Starts the others, which never return from here. Returns 0, or a negative
 * errno with words in why.
 */
int workers_open(struct workers **made, const struct config *config, char *why, size_t why_size);
/* Waits until all are at work. Returns 0, or a negative errno with words of the one that is not. */
int workers_await(struct workers *c, char *why, size_t why_size);
/* Returns when all have ended; c may be NULL. */
void workers_close(struct workers *c);

/* Room for the first worker's engine, until workers_close(). */
struct engine *workers_engine(struct workers *c);

/* Readable when workers_work() has something to do; -1: never. */
int workers_fd(const struct workers *c);
/* Hands on events of the others. Returns false where one has ended, and has said in the log which. */
bool workers_work(struct workers *c, void (*hear)(void *owner, const struct event *e), void *owner);

void workers_configure(struct workers *c, const struct config *config);
void workers_log_rings(struct workers *c);
/* Whether anybody wants to hear of events. */
void workers_listen(struct workers *c, bool is_watched);
/* Events that were too many to be handed on, since this was asked last. */
uint64_t workers_unheard(struct workers *c);
/* Have all their loops turned since this was asked last? To be asked every notify_interval_ns(). */
bool workers_is_alive(struct workers *c);

struct workers_sum {
	unsigned workers;
	uint64_t flights, capacity;
	uint64_t counters[REASON_COUNT];
};
void workers_sum(const struct workers *c, struct workers_sum *sum);

#endif
