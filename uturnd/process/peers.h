/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The peers of this host (uturn-peer(7)): what is sent to them, what they send, and
 * what is known of each.
 *
 * Opened by uturnd before its workers are started. Each of these processes has the
 * sockets, the key, and a share of the limit of its own; the numbers of datagrams
 * and what is known of the peers are in memory that all share. Any process
 * sends; only the first one receives.
 */
#ifndef UTURN_PROCESS_PEERS_H
#define UTURN_PROCESS_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "packet/bytes.h"
#include "packet/peer_datagram.h"
#include "process/peers_types.h"

struct peers;

/*
 * Returns 0, or a negative errno with words in why and nothing left open; *made is NULL where the
 * configuration has no peers. key: PEER_KEY_SIZE bytes, copied.
 */
int peers_open(struct peers **made, const struct config *config, const uint8_t *key, char *why, size_t why_size);
void peers_close(struct peers *p); /* p may be NULL */

/* Which worker this process is. share: its configuration. To be called before peers_offer(), and again at a reload. */
void peers_join(struct peers *p, unsigned worker, const struct config *share);

/*
 * A captured packet that matches no flight of this process: sent to all peers, if
 * it may be about a probe of theirs, no other worker has to say so, and the limit
 * has room for it. at_ns: when it was captured, CLOCK_MONOTONIC. counters:
 * REASON_COUNT of them.
 */
void peers_offer(struct peers *p, struct span packet, uint64_t at_ns, uint64_t *counters);

enum { PEERS_GREETING_S = 10 };

/* Tells all peers that this host is there, so that they notice where it is not. To be called every PEERS_GREETING_S. */
void peers_greet(struct peers *p);

/* What a peer has captured. The packet is valid during the call. */
struct peer_answer {
	struct span packet;
	uint64_t at_ns; /* when, CLOCK_MONOTONIC of this host */
	unsigned peer; /* that sent it, for peers_matched() */
	uint32_t workers; /* a bit for each that may have its flight */
};

/* They are readable when peers_work() has something to do; -1 where there is none. */
int peers_fd(const struct peers *p, unsigned socket);
/* Reads a socket, a limited number of datagrams a call. */
void peers_work(struct peers *p, unsigned socket, uint64_t *counters,
	void (*on_answer)(void *owner, const struct peer_answer *a), void *owner);
/* The packet of a peer_answer has matched a flight. */
void peers_matched(struct peers *p, unsigned peer);

unsigned peers_count(const struct peers *p); /* p may be NULL */
/* Of one peer. index: below peers_count(). */
struct config_peer peers_end(const struct peers *p, unsigned index);
struct peer_figures peers_figures(const struct peers *p, unsigned index);

#endif
