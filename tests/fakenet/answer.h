/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What routers and the target answer: one packet comes in, and those that it
 * brings go into a queue, each at its time.
 */
#ifndef UTURN_TESTS_FAKENET_ANSWER_H
#define UTURN_TESTS_FAKENET_ANSWER_H

#include "tests/fakenet/network.h"
#include "tests/fakenet/queue.h"
#include "tests/fakenet/walk.h"

/* A packet of the source, as it left it. */
void answer_packet(struct network *n, struct queue *q, struct span packet, uint64_t now_ns);

/* The parts. `from` is what the answer comes from, at a distance of so many hops and so long a way. */
struct answer_from {
	unsigned router, interface;
	struct addr addr;
	unsigned hops; /* of its own way */
	uint64_t due_ns; /* when it arrives */
};

/* What w has come to is answered by the router where it ended; false: with nothing. */
bool answer_begin(struct network *n, const struct walk *w, uint64_t now_ns, struct answer_from *from);
/* IPv4 id and TTL as this router writes them. */
uint32_t answer_id(struct network *n, const struct answer_from *from, const struct walk *w, uint64_t now_ns);
uint8_t answer_ttl(const struct network *n, const struct answer_from *from);
/* Appends an ICMP error about w->packet; rest: bytes 4..7 of it. */
void answer_put_error(struct network *n, const struct walk *w, const struct answer_from *from, uint8_t type,
	uint8_t code, uint32_t rest, uint64_t now_ns, struct writer *out);
/* Appends what a router says of a packet that has not arrived; false: nothing. */
bool answer_of_router(struct network *n, const struct walk *w, uint64_t now_ns, struct answer_from *from,
	struct writer *out);
/* A whole packet, twice where the router duplicates. */
void answer_send(struct network *n, struct queue *q, const struct answer_from *from, struct span packet);

/* A host's answer to what has reached one of its addresses (host.c); original: as the source sent it. */
void host_answer(struct network *n, struct queue *q, const struct walk *w, struct span original, uint64_t now_ns);

/* The same of a u-turn host, and of a server of requests (uturn.c); false: that is for its kernel. */
bool uturn_answer(struct network *n, struct queue *q, const struct walk *w, uint64_t now_ns);

#endif
