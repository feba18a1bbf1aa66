/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words in which the rules of IPv4 and of IPv6 differ in nftables. Constants, valid for ever. */
#ifndef UTURN_RULES_NFT_PLAN_FAMILY_H
#define UTURN_RULES_NFT_PLAN_FAMILY_H

#include <stdbool.h>
#include <stdio.h>

enum { NFT_NAME_SIZE = 32 };

#define NFT_DENIED \
	"denied" /* behind F_: the set of denied sources that is always there, and the counter of all such sets */

struct plan;

struct nft_family {
	const char *name; /* in front of the names of chains, sets and counters */
	const char *ttl, *source; /* fields */
	const char *type; /* of a source, in a set */
	const char *link_local, *no_source; /* as in plan_family.h */
	const char *fragment; /* does not match one that is not reassembled; "" where there is none in input */
	const char *icmp, *echo_request, *request; /* codes by the name that nft has for 0 and 1 of unreachables */
	const char *mask, *network_mask; /* what of a source is remembered, and is a network */
};

/* family: 4 or 6. */
const struct nft_family *nft_family(int family);

/* Has the plan a set or counter of its own by this name, behind F_? */
bool nft_family_has_name(const char *name);

/* The end of a rule: the map of protocols to chains, in the order of their numbers. */
void nft_family_write_protocols(const struct plan *p, const struct nft_family *f, FILE *out);

#endif
