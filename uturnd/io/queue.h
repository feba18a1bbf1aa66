/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes in: one of the kernel's packet queues (NFQUEUE), read and answered in
 * batches over a netlink socket.
 *
 * For every packet the handler says whether it is ours; if not, it goes back
 * to the kernel as if it had never been queued. While nobody listens the rules
 * let packets pass (--queue-bypass), so a daemon that dies leaves a host that
 * works.
 */
#ifndef UTURN_IO_QUEUE_H
#define UTURN_IO_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

struct queue;

/* True: ours, the kernel drops it. packet starts at its IP header, valid during the call. */
typedef bool (*queue_handler)(void *owner, struct span packet);

/*
 * Returns 0, or a negative errno with words in why (-EBUSY: another program
 * serves the queue). counters: REASON_COUNT of them, for REASON_QUEUE_*.
 */
int queue_open(struct queue **made, uint16_t number, queue_handler handler, void *owner, uint64_t *counters, char *why,
	size_t why_size);
void queue_close(struct queue *q);
int queue_fd(const struct queue *q);
/* Handles one burst; true: there may be more. */
bool queue_work(struct queue *q);
/* Tells the kernel what we took. It can wait until the answers have left, but not for the next burst. */
void queue_settle(struct queue *q);

#endif
