/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole IP packets out, through the kernel's routing table (policy routing by
 * source and mark included), in batches.
 *
 * sender_room() lends room for one packet until sender_push(), which keeps it
 * until the batch is full or sender_flush() sends it. A packet that the
 * kernel refuses is counted in the caller's counters and forgotten: the next
 * one still leaves.
 */
#ifndef UTURN_IO_SENDER_H
#define UTURN_IO_SENDER_H

#include <stdint.h>

#include "packet/bytes.h"

struct sender;

/* Returns 0 or a negative errno; counters: REASON_COUNT of them, for REASON_SEND_*. */
int sender_open(struct sender **made, uint32_t mark, size_t packet_max, uint64_t *counters);
void sender_close(struct sender *s);

struct writer sender_room(struct sender *s);
void sender_push(struct sender *s, const struct writer *packet);
void sender_flush(struct sender *s);

#endif
