/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What peers.c opens, peers_send.c sends with and peers_receive.c receives with; each process has its own. */
#ifndef UTURN_PROCESS_PEERS_STATE_H
#define UTURN_PROCESS_PEERS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "engine/peer_candidate.h"
#include "engine/peer_limit.h"
#include "engine/peer_window.h"
#include "engine/shard.h"
#include "io/peer_socket.h"
#include "packet/peer_datagram.h"
#include "process/own_address.h"
#include "process/peers_types.h"

/* Written by all processes, in memory that they share. */
struct peers_shared {
	uint64_t count; /* of the last datagram sent */
	struct peer_figures figures[CONFIG_PEERS];
};

struct peers {
	uint8_t key[PEER_KEY_SIZE];
	uint64_t epoch;
	struct peers_shared *shared;
	struct peer_end own[PEERS_SOCKETS]; /* IPv4, IPv6; family 0: none */
	int fds[PEERS_SOCKETS];
	uint32_t lost[PEERS_SOCKETS]; /* datagrams, that were counted */
	unsigned count;
	struct peer_end ends[CONFIG_PEERS];
	struct peer_window windows[CONFIG_PEERS]; /* of what the first process has received */
	struct own_addresses addresses;
	struct peers_known {
		struct addr addr; /* of this host, as was found then */
		uint64_t at_ns;
	} known[PEERS_SOCKETS]; /* of each family the last one */
	unsigned worker, workers;
	bool turns_others;
	struct peer_limit limit;
};

/* The worker whose flight an error would match, of this host as of any with as many. */
static inline unsigned peers_worker_of(const struct peers *p, const struct peer_candidate *c)
{
	return shard_index(shard_of(0, p->workers), c->own.family, c->tag);
}

#endif
