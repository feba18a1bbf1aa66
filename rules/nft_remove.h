/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One family out of the table inet uturn, of which only what nft lists is known: not the plan that has made it. */
#ifndef UTURN_RULES_NFT_REMOVE_H
#define UTURN_RULES_NFT_REMOVE_H

/*
 * The commands that remove a family (4 or 6), made of what `nft -j list table inet uturn` shows; the caller frees
 * them. NULL where there is nothing of it. Returns 0 or a negative errno.
 */
int nft_remove_commands(int family, const char *json, char **commands);

#endif
