/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The length of the kernel's queue that bounds the time a packet waits in it.
 *
 * The time that a queue of fixed length takes to drain depends on the machine.
 * So the rate at which packets are served is measured while the queue is never
 * empty, and the length is what is served in a short time. Packets beyond it
 * are dropped by the kernel before they are copied.
 */
#ifndef UTURN_IO_QUEUE_LENGTH_H
#define UTURN_IO_QUEUE_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_LENGTH_START = 4096 };

/* Start with packets = QUEUE_LENGTH_START and zeroes. */
struct queue_length {
	uint32_t packets; /* the length last set in the kernel */
	uint32_t served; /* since busy_ns */
	uint64_t busy_ns; /* since when the queue has not been empty; 0: it was empty after the last burst */
};

/*
 * Call it after each burst, with the number of its packets and whether more are
 * waiting. Returns true if l->packets has changed and is to be set in the
 * kernel. Pure; now_ns is monotonic.
 */
bool queue_length_fit(struct queue_length *l, uint64_t now_ns, unsigned served, bool is_more);

#endif
