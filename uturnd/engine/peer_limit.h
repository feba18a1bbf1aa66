/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much is sent to peers: peer-limit of uturnd.conf(5), shared fairly by the
 * routers' networks, a v4 /24 or v6 /48 each. All peers are sent the same, so
 * one rate holds for each of them. Pure; times are in ns and only grow.
 */
#ifndef UTURN_ENGINE_PEER_LIMIT_H
#define UTURN_ENGINE_PEER_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/bucket.h"
#include "engine/fair_share.h"
#include "packet/addr.h"

enum { PEER_LIMIT_SETS = 1024 };

struct peer_limit {
	uint32_t rate; /* datagrams a second, not 0; may change between calls */
	struct bucket total;
	uint64_t key[2]; /* random */
	struct fair_share routers[FAIR_SHARE_WAYS * PEER_LIMIT_SETS];
};

/* May one more be sent about this router? If so it counts as sent. l: zeroes but for rate and key. */
bool peer_limit_take(struct peer_limit *l, const struct addr *router, uint64_t now_ns);

#endif
