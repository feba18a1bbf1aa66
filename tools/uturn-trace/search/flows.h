/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows by number, and the source port of each: what makes routers choose.
 *
 * The ports are a permutation of a range below the ephemeral ports of Linux,
 * keyed by what is traced: two runs to one target use the same flows in the
 * same order, and a prefix of them is as good as random to a router's hash.
 * Nothing is kept but the key.
 */
#ifndef UTURN_TRACE_SEARCH_FLOWS_H
#define UTURN_TRACE_SEARCH_FLOWS_H

#include <stdint.h>

#include "packet/addr.h"

enum { FLOWS_FIRST_PORT = 20000, FLOWS_COUNT = 12768 };

struct flows {
	uint64_t key[2];
};

/* protocol: as in the IP header, 6, 17, 1 or 58. */
void flows_init(struct flows *f, const struct addr *target, uint8_t protocol);

/* The source port of a flow, 0..FLOWS_COUNT - 1. */
uint16_t flows_port(const struct flows *f, unsigned flow);

/* The flow that has this source port, or -1 where none has. */
int flows_of_port(const struct flows *f, uint16_t port);

#endif
