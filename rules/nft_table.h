/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What iptables-nft cannot do with the mangle table: ask whether it is there
 * without showing one, and take it away again when nothing is in it.
 *
 * Both speak nf_tables over netlink. Family is 4 or 6.
 */
#ifndef UTURN_RULES_NFT_TABLE_H
#define UTURN_RULES_NFT_TABLE_H

/* Returns 1, 0, or a negative errno. */
int nft_table_exists(int family);

/*
 * Removes the table if no chain of it holds a rule and no other chain is
 * there. Returns 0, or a negative errno; -EBUSY where somebody uses it.
 */
int nft_table_remove(int family);

#endif
