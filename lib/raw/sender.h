/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends whole IP packets in batches, routed by the kernel (policy routing by
 * source and mark included).
 *
 * sender_room() lends room for one packet until sender_push(), which queues it
 * until the batch is full or sender_flush() sends it. A packet that the kernel
 * refuses is counted and dropped; the packets behind it are still sent.
 */
#ifndef UTURN_RAW_SENDER_H
#define UTURN_RAW_SENDER_H

#include <stdint.h>

#include "packet/bytes.h"

struct sender;

/*
 * mark: the firewall mark of every packet, 0: none, which needs CAP_NET_RAW alone. packet_max: bytes, of the room that
 * is lent. counters: REASON_COUNT of them, borrowed, for REASON_SEND_*.
 * Returns 0 or a negative errno.
 */
int sender_open(struct sender **made, uint32_t mark, size_t packet_max, uint64_t *counters);
/* Packets leave by this interface alone. Returns 0 or a negative errno. */
int sender_bind(struct sender *s, const char *interface);
void sender_close(struct sender *s); /* sends what is queued; s may be NULL */

struct writer sender_room(struct sender *s);
void sender_push(struct sender *s, const struct writer *packet);
void sender_flush(struct sender *s);
/* The errno of the last refusal since the last call that is not of a moment (EAGAIN, ENOBUFS, ENOMEM); 0: none. */
int sender_take_refusal(struct sender *s);

#endif
