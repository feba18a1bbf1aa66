/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workers of uturnd, one for each queue: the first one runs in the process
 * of uturnd itself, each other one in a process of its own. Packets are handled
 * without any shared state; statistics are in shared memory that uturnd reads,
 * and configurations and events travel over channels.
 *
 * With a single worker there is nothing here but memory for its engine. The
 * other processes are started while there are privileges, drop them and sandbox
 * themselves as uturnd does, and end with it. If one of them ends by itself,
 * uturnd ends too, and the service manager restarts all.
 */
#ifndef UTURN_PROCESS_WORKERS_H
#define UTURN_PROCESS_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "engine/activity.h"
#include "engine/traces.h"
#include "packet/prefix_set.h"
#include "packet/reason.h"

struct workers;
struct deny_list;
struct engine;
struct event;
struct peer_answer;
struct peers;

/*
 * Starts the other processes, with these prefixes denied, in which this call does not return; peers, which may be NULL, are borrowed. Returns 0, or
 * a negative errno with words in why; *made belongs to the caller until
 * workers_close().
 */
int workers_open(struct workers **made, const struct config *config, const struct deny_list *denied,
	struct peers *peers, char *why, size_t why_size);
/* Waits until all are ready. Returns 0, or a negative errno with words in why about the one that is not. */
int workers_await(struct workers *w, char *why, size_t why_size);
/* Waits for all processes to end, a second at most; w may be NULL. */
void workers_close(struct workers *w);

/* Memory for the first worker's engine, valid until workers_close(). */
struct engine *workers_engine(struct workers *w);

/* Readable when workers_work() has something to do; -1 with a single worker. */
int workers_fd(const struct workers *w);
/* Passes events of the other workers to on_event. Returns false, with a line in the log, if a worker has ended. */
bool workers_work(struct workers *w, void (*on_event)(void *owner, const struct event *e), void *owner);

/* These tell the other processes; one that cannot be told is named in the log. */
void workers_configure(struct workers *w, const struct config *config);
void workers_drain(struct workers *w, uint64_t until_ns);
void workers_log_rings(struct workers *w);
/*
 * Copies the list to where the other processes read it, and tells them. Returns
 * it for the worker of this one; valid until the next call or workers_close().
 */
struct prefix_set workers_deny(struct workers *w, const struct deny_list *denied);
/* The list as it is now. */
struct prefix_set workers_denied(const struct workers *w);
/* Hands what a peer has captured to those of the other workers that may have its flight. False where one was not told. */
bool workers_take_peer(struct workers *w, const struct peer_answer *a);
/* Whether the other workers send their events. */
void workers_set_watched(struct workers *w, bool is_watched);
/* Events that did not fit into a channel since the last call. */
uint64_t workers_lost_events(struct workers *w);
/* Has the event loop of every other worker run since the last call? Call it every notify_interval_ns(). */
bool workers_is_alive(struct workers *w);

/* The statistics of all workers added up. */
struct workers_sum {
	unsigned workers;
	uint64_t flights, capacity; /* return probes in flight, and how many can be */
	uint64_t counters[REASON_COUNT];
	uint64_t probers; /* whose probes were accepted within the last minute */
	struct activity activity;
	uint64_t traces_evicted;
	uint64_t traces[FRONT_ENDS][TRACE_ENDS]; /* that have ended */
};
void workers_sum(const struct workers *w, uint64_t now_ns, struct workers_sum *sum);

unsigned workers_count(const struct workers *w);
/* The traces of one worker, valid until workers_close(). index: below workers_count(). */
struct traces *workers_traces(struct workers *w, unsigned index);
/* How many of them have ended. */
uint64_t workers_traces_ended(const struct workers *w, unsigned index);

#endif
