/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks in memory, written as text, for the search to find.
 *
 * A line is what lies behind routers: `a: b1..8` is one router that spreads
 * flows over eight, `b1..8: T` eight that have the target behind them,
 * `b1..4: c1..4` four that spread over four each, and `b1..8 | c1..8` has each
 * its own. S is the source, T the target. After `!` follow properties of
 * routers: `! a per-packet`, `! b3 silent`, `! a limit 6 1` (so many at once,
 * then so many a second), `! loss 5` (percent, of all answers), `! b1 link-loss 10`
 * (of all packets on links to it), `! T no-quote`.
 */
#ifndef UTURN_TESTS_TRACE_NETWORK_H
#define UTURN_TESTS_TRACE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

enum { NETWORK_ROUTERS = 256, NETWORK_WAYS = 64, NETWORK_SOURCE = 0, NETWORK_TARGET = 1 };

struct network_router {
	char name[8];
	uint16_t ways[NETWORK_WAYS];
	uint16_t way_count;
	bool is_per_packet, is_silent, is_reachable, has_no_quote;
	unsigned link_loss_percent;
	double limit_burst, limit_per_s; /* 0: none */
	double tokens; /* as of tokens_ns */
	uint64_t tokens_ns;
	uint64_t hash_seed;
};

struct network {
	struct network_router routers[NETWORK_ROUTERS];
	unsigned router_count, link_count; /* links that flows can take */
	unsigned loss_percent;
	uint64_t random;
};

/* Ends the program where the text is wrong. */
void network_parse(struct network *n, const char *text);

/* Another network of this shape: all hashes are other ones. */
void network_seed(struct network *n, uint64_t seed);

struct network_answer {
	bool is_answered, is_reached;
	unsigned router;
	unsigned ttl_left; /* as quoted; 0: not quoted */
	uint64_t at_ns;
};

struct network_answer network_ask(struct network *n, uint64_t now_ns, uint16_t port, unsigned ttl);

/* 0..below - 1, from the network's own chance. */
unsigned network_draw(struct network *n, unsigned below);

#endif
