/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tables of nftables translate destinations on their own, beside the nat table of iptables.
 *
 * Reads nf_tables over netlink; plain memory.
 */
#ifndef UTURN_RULES_NFT_NAT_H
#define UTURN_RULES_NFT_NAT_H

#include <stdbool.h>
#include <stddef.h>

enum { NFT_NAT_TABLES = 16, NFT_NAT_NAME_SIZE = 64 };

struct nft_nat {
	struct nft_nat_table {
		int family; /* NFPROTO_IPV4, NFPROTO_IPV6 or NFPROTO_INET */
		char name[NFT_NAT_NAME_SIZE]; /* a longer one is cut off */
		bool translates; /* has a rule with dnat or redirect, in prerouting or a chain without a hook */
	} table[NFT_NAT_TABLES];
	size_t count; /* more are left out */
};

/*
 * Finds the tables that see packets of this family (4 or 6) and have a chain of type nat in
 * prerouting; without_iptables: other than the one that iptables-nft uses. Returns 0 or a
 * negative errno.
 */
int nft_nat_find(int family, bool without_iptables, struct nft_nat *found);

#endif
