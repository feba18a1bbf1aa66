/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receives probes from one of the kernel's packet queues (NFQUEUE), in batches
 * over a netlink socket.
 *
 * The handler takes a packet, which the kernel then drops, or leaves it to the
 * kernel, which accepts it as if it had never been queued. While no program
 * reads the queue the rules accept packets (--queue-bypass): a host whose
 * daemon has died stays reachable.
 */
#ifndef UTURN_IO_QUEUE_H
#define UTURN_IO_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

struct queue;

/* Returns true to take the packet. packet starts at its IP header and is valid during the call. */
typedef bool (*queue_handler)(void *owner, struct span packet);

/*
 * Returns 0, or a negative errno with words in why (-EBUSY: another program
 * reads the queue). counters: REASON_COUNT of them, borrowed, for REASON_QUEUE_*.
 */
int queue_open(struct queue **made, uint16_t number, queue_handler handler, void *owner, uint64_t *counters, char *why,
	size_t why_size);
void queue_close(struct queue *q); /* q may be NULL */
int queue_fd(const struct queue *q);
/* Handles one burst, 64 packets at most. Returns true if there may be more. */
bool queue_work(struct queue *q);
/*
 * Sends one verdict on all packets taken by queue_work(), once there are QUEUE_SETTLE of them: call it after the answers
 * were sent. The kernel holds the rest, as part of its queue, until queue_settle_all(), which should be some
 * milliseconds later.
 */
enum { QUEUE_SETTLE = 16 };
void queue_settle(struct queue *q);
void queue_settle_all(struct queue *q);
bool queue_is_settled(const struct queue *q);

#endif
