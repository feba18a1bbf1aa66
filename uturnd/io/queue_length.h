/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many packets may wait in the kernel's queue, so that none waits long.
 *
 * A queue of fixed length is an age on a fast machine and another on a slow
 * one. So we measure how many packets a second are served while the queue
 * never runs empty, and let as many wait as are served in a short time. What
 * comes on top the kernel drops, before it is copied to anybody.
 */
#ifndef UTURN_IO_QUEUE_LENGTH_H
#define UTURN_IO_QUEUE_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_LENGTH_START = 4096 };

/* Start with packets = QUEUE_LENGTH_START and zeroes. */
struct queue_length {
	uint32_t packets; /* what the kernel was told last */
	uint32_t served; /* since busy_ns */
	uint64_t busy_ns; /* from when on the queue has not been empty; 0: it was, a moment ago */
};

/*
 * After each burst: how many packets it had, and whether more wait. True: the
 * kernel shall be told l->packets. Pure; now_ns only grows.
 */
bool queue_length_fit(struct queue_length *l, uint64_t now_ns, unsigned served, bool is_more);

#endif
