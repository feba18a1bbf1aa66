/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which datagrams of a peer have been received, so that none is taken twice:
 * those of one epoch, its newest 1,024 by their counts (as RFC 4303 3.4.3 does).
 * A later epoch, after a restart of the peer, takes the place of the present
 * one; an earlier one only after nothing of the present one could be accepted any
 * more, for the peer's clock may have been set back. Pure; times are in ns.
 */
#ifndef UTURN_ENGINE_PEER_WINDOW_H
#define UTURN_ENGINE_PEER_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum { PEER_WINDOW_SIZE = 1024 };

struct peer_window {
	uint64_t epoch, highest; /* the highest count of it; 0: none yet */
	uint64_t heard_ns; /* when the last one was accepted */
	uint64_t bits[PEER_WINDOW_SIZE / 64]; /* by count */
};

/* Was it not received yet, as far as is known? */
bool peer_window_is_new(const struct peer_window *w, uint64_t epoch, uint64_t count, uint64_t now_ns);
/* Likewise, and then it was. w: zeroes at the start. Call it after its MAC and time were found right. */
bool peer_window_take(struct peer_window *w, uint64_t epoch, uint64_t count, uint64_t now_ns);

#endif
