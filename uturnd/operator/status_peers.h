/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `uturnctl status` says of the peers (uturn-peer(7)). */
#ifndef UTURN_OPERATOR_STATUS_PEERS_H
#define UTURN_OPERATOR_STATUS_PEERS_H

#include <jansson.h>
#include <stdint.h>

struct peers;

/*
 * A new reference to an array with an object for each: address, port,
 * last_heard_s (absent where it was never heard), sent, received, matched,
 * refused, refused_by (the same by reason), clock_ms (absent likewise). now_ns: CLOCK_MONOTONIC.
 */
json_t *status_peers(const struct peers *p, uint64_t now_ns);

/* Appends a sentence for each peer that has not been heard, or whose clock differs. up_ns: how long uturnd has run. */
void status_peers_warn(const struct peers *p, uint64_t now_ns, uint64_t up_ns, json_t *warnings);

#endif
