/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet's way through a network, until it expires, is dropped, refused or
 * has arrived, with everything that routers do to it in between. All of it
 * happens at once; how long it takes is in delay_ns.
 */
#ifndef UTURN_TESTS_FAKENET_WALK_H
#define UTURN_TESTS_FAKENET_WALK_H

#include "packet/bytes.h"
#include "tests/fakenet/network.h"
#include "tests/fakenet/rewrite.h"

enum { PACKET_MOST = 65536, WALK_NATS = 4, WALK_STEPS = 300 };

enum fate { FATE_DROPPED, FATE_EXPIRED, FATE_TOO_BIG, FATE_REFUSED, FATE_ARRIVED };

struct translation {
	struct addr from; /* as it was before */
	uint16_t port;
	enum nat_kind kind;
};

struct visit {
	uint16_t router;
	unsigned hops;
	uint64_t delay_ns;
};

struct walk {
	uint8_t room[PACKET_MOST];
	struct bytes packet; /* in room, as it is where it ended */
	uint8_t family;
	uint16_t to; /* router, NETWORK_SOURCE or NETWORK_TARGET */
	unsigned to_interface;
	uint16_t at; /* the router where it ended */
	const struct link *by; /* that it entered it by */
	enum fate fate;
	unsigned mtu; /* FATE_TOO_BIG */
	unsigned hops; /* that can be seen, the last one counted */
	uint64_t delay_ns; /* one way */
	/* the same from where it has ended straight back: less where it has come round again */
	unsigned back_hops;
	uint64_t back_delay_ns;
	struct visit visits[WALK_STEPS];
	unsigned visit_count;
	struct translation nats[WALK_NATS];
	unsigned nat_count;
};

/* False where it is not for anybody here. from: where it starts, a router. */
bool walk_run(struct network *n, struct walk *w, struct span packet, uint16_t from);

/* Which of the links that may be taken a router takes. */
const struct link *walk_choose(struct network *n, uint16_t router, uint16_t to, struct bytes packet);
/* The same for any packet; returns how many, at most NETWORK_WAYS. */
unsigned walk_links(const struct network *n, uint16_t router, uint16_t to, uint16_t links[NETWORK_WAYS]);

#endif
