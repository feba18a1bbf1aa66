/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that packets of any flow can meet, hop by hop as TTLs count, and how they look there. */
#ifndef UTURN_TESTS_FAKENET_EXPAND_H
#define UTURN_TESTS_FAKENET_EXPAND_H

#include "tests/fakenet/network.h"

enum { EXPAND_HOPS = 64, EXPAND_SPOTS = 8192 };

/* What routers have changed in a packet. */
struct look {
	uint8_t tos;
	uint8_t nat; /* enum nat_kind, of the last one */
	uint16_t mss;
	uint32_t label;
};

struct spot {
	uint16_t router, link; /* by which it was entered */
	struct look look;
};

/* Which router answers packets with this many hops to live, or has received them; up to EXPAND_HOPS. */
typedef void expand_seen(void *owner, unsigned hop, const struct spot *s);
void expand_network(const struct network *n, bool is_back, struct look sent, expand_seen *seen, void *owner);

#endif
