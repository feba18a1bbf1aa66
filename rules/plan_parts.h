/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the plan share: for plan.c and plan_*.c only. Each writes
 * the lines of one chain, or of one part of it.
 */
#ifndef UTURN_RULES_PLAN_PARTS_H
#define UTURN_RULES_PLAN_PARTS_H

#include "plan.h"

/* What differs between iptables and ip6tables. */
struct family {
	const char *ttl; /* match and the start of its options */
	const char *echo_request; /* code 0: another code is no ping */
	const char *request; /* code 1: the reverse-traceroute protocol */
	const char *link_local; /* never routed: RFC 3927 2.7, RFC 4291 2.5.6 */
	const char *no_source; /* this host, and all on a network of its own */
	/*
	 * The mask of a recent list and the name it goes by. xt_recent finds
	 * its lists by name alone, in both families, and a list keeps the mask
	 * it was made with: a shared name would count IPv6 by the address.
	 */
	const char *mask, *list_suffix;
	const char *set_options; /* ipset */
	const char *limit_name, *limit_mask, *network_mask;
};

const struct family *plan_family(int family);

/* The first TTL of the block that holds this one. */
unsigned plan_block(unsigned ttl);

/* The highest TTL above arm that is asked the same as this one; its chain is named after the first. */
unsigned plan_seen_end(const struct plan *p, unsigned first);
void plan_write_seen(const struct plan *p, const struct family *f, FILE *out);
/* For the chain of the block that begins with this TTL. */
void plan_write_remember(const struct plan *p, const struct family *f, unsigned first, FILE *out);

/* Into this chain, in front of its end. */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out);

#endif
