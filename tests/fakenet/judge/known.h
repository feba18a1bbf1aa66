/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be found in one direction of a network by the probes of a plan: by address, as a trace sees it. */
#ifndef UTURN_TESTS_FAKENET_JUDGE_KNOWN_H
#define UTURN_TESTS_FAKENET_JUDGE_KNOWN_H

#include "tests/fakenet/judge/shapes.h"
#include "tests/fakenet/network.h"

struct place {
	uint16_t router; /* NETWORK_NONE: nowhere */
	unsigned interface;
};

struct known_link {
	struct place from, to;
	bool is_needed; /* a complete trace has it */
	bool is_found;
};

struct known {
	const struct network *network;
	const struct plan *plan;
	bool is_back;
	uint16_t begin, end; /* source and target, or of the return path the other way round */
	uint64_t hops[NETWORK_ROUTERS][NETWORK_INTERFACES + 1]; /* bits h - 1; 0: not there */
	bool is_found[NETWORK_ROUTERS][NETWORK_INTERFACES + 1];
	double least_ms[NETWORK_ROUTERS]; /* of its answers, on the forward path */
	uint64_t per_packet; /* hops */
	uint64_t silent; /* hops with a router that may not answer */
	bool has_loop, has_limit;
	unsigned link_count;
	struct known_link links[NETWORK_LINKS];
};

void known_learn(struct known *k, const struct network *n, const struct plan *p, bool is_back);
/* Its errors are seen: it sends them, and they prove themselves. */
bool known_answers(const struct known *k, unsigned router);
bool known_may_be_silent(const struct known *k, unsigned hop);
struct place known_place(const struct known *k, const struct addr *a);
/* Marks the link as found; false: there is none. */
bool known_find_link(struct known *k, struct place from, struct place to);

#endif
