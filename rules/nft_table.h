/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What iptables-nft cannot do with a table: tell whether it exists
 * without creating one, and remove it when it is empty.
 *
 * Both use nf_tables over netlink. Family is 4 or 6, or 0 for inet; table "mangle" or "raw".
 */
#ifndef UTURN_RULES_NFT_TABLE_H
#define UTURN_RULES_NFT_TABLE_H

/* Returns 1 (it exists), 0, or a negative errno. */
int nft_table_exists(int family, const char *table);

/*
 * Removes the table if it has no rule and only the built-in chains.
 * Returns 0, or a negative errno; -EBUSY where it is in use.
 */
int nft_table_remove(int family, const char *table);

#endif
