/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace as it is kept: the path from an address of ours to a prefix, which
 * routers answered at each hop and how long they took.
 *
 * A trace of uturnd is the return path to its prober. A trace of uturn-trace is
 * up to two of them: from its host to the target, and from the target back.
 *
 * The struct owns its memory; begin with kept_init(), end with kept_done().
 */
#ifndef UTURN_HISTORY_KEPT_H
#define UTURN_HISTORY_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum {
	KEPT_HOPS = 63,
	KEPT_ROUTERS = 1024, /* of all hops */
	KEPT_FLOWS = 256, /* of a trace of uturn-trace: the first ones */
	KEPT_HOST_SIZE = 64,
	KEPT_NOBODY = 0xffff,
};

enum kept_front { KEPT_UTURN, KEPT_INBAND, KEPT_REQUEST, KEPT_TRACE, KEPT_FRONTS };
enum kept_end { KEPT_ARRIVED, KEPT_STOPPED, KEPT_LIMITED, KEPT_ENDS };
extern const char *const kept_fronts[KEPT_FRONTS], *const kept_ends[KEPT_ENDS]; /* their words */

struct kept_router {
	struct addr addr;
	uint32_t rtt_us; /* median of its answers at this hop */
	uint32_t asn; /* 0: not known */
};

struct kept {
	char host[KEPT_HOST_SIZE]; /* who has seen it: printable ASCII */
	struct addr origin;
	struct prefix remote;
	uint32_t asn; /* of remote; 0: not known */
	uint8_t protocol; /* IANA */
	uint8_t front, end; /* enum kept_front, kept_end */
	int64_t at_ms; /* of the first probe, since 1970 */
	uint32_t ms, probes; /* how long it took, and with how many */
	uint8_t hops; /* the last one with an answer */
	uint16_t first[KEPT_HOPS +
		1]; /* of hop h: routers[first[h - 1]] and those before routers[first[h]], by address */
	struct kept_router *routers;
	/* of uturn-trace: by flow * hops + hop - 1, an index of routers, or KEPT_NOBODY; NULL where no flow is told */
	uint16_t *met;
	uint16_t *flows; /* their identifiers, in ascending order */
	uint16_t flow_count;
};

void kept_init(struct kept *k);
void kept_done(struct kept *k);

/*
 * An answer at this hop, 1..KEPT_HOPS, hops in ascending order. Answers of one
 * router at one hop are together, and become their median. False: no memory, a hop too many, or a router
 * too many.
 */
bool kept_add(struct kept *k, unsigned hop, const struct addr *router, const uint32_t *rtts_us, size_t count);
/* After the last answer: routers of a hop in order, and each once. */
void kept_finish(struct kept *k);

/* The prefix that is kept of an address: an IPv4 /24 or IPv6 /48, or with is_full the address. */
struct prefix kept_prefix(const struct addr *a, bool is_full);

/* The same of a whole trace, whose remote is a prober's address: nor is it left among the routers. */
void kept_cut(struct kept *k);

/* "udp", "tcp", "icmp" or a number; 0 where it is none of them. */
uint8_t kept_protocol(const char *word);
const char *kept_protocol_word(uint8_t protocol, char number[4]);

#endif
