/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much one visitor, and all of them together, may have: connections at
 * once and traces a minute. A visitor is an IPv4 address or an IPv6 /64; those
 * of one network (/24, /48) have a quarter of all at most.
 *
 * Two tables of fixed size. An entry is free again when it has no connection and
 * its bucket is full; where a set is full of busy ones, a newcomer is refused.
 */
#ifndef UTURN_WEB_QUOTA_H
#define UTURN_WEB_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

enum { QUOTA_SETS = 2048, QUOTA_WAYS = 8 };

struct allowance {
	uint32_t connections_per_prefix, connections;
	uint32_t traces_per_prefix, traces; /* a minute */
};

struct quota {
	struct allowance allowance;
	uint64_t key[2];
	uint32_t connections;
	uint64_t full_ns; /* when the bucket of all would be full again (see engine/policy.h) */
	struct quota_entry {
		struct addr prefix; /* family 0: free */
		uint32_t connections;
		uint64_t full_ns;
	} own[QUOTA_SETS][QUOTA_WAYS], networks[QUOTA_SETS][QUOTA_WAYS];
};

/* A whole minute's worth of traces may come at once. */
bool quota_connect(struct quota *l, const struct addr *visitor, uint64_t now_ns);
void quota_disconnect(struct quota *l, const struct addr *visitor);
bool quota_trace(struct quota *l, const struct addr *visitor, uint64_t now_ns);

#endif
