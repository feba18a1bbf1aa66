/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of the table inet uturn, each in one transaction.
 *
 * Of struct nft_plan the families are those to be planned or removed. What fails returns -1 with an
 * error message in why (BACKEND_WHY_SIZE), and has changed nothing.
 */
#ifndef UTURN_RULES_NFT_CHANGE_H
#define UTURN_RULES_NFT_CHANGE_H

#include "nft_plan.h"
#include "ruleset.h"

/* The text of the plan as it is loaded, the caller's to free; NULL without memory. */
char *nft_change_text(const struct nft_plan *n);

/* The plan as lines (nft_lines.h), for ruleset_done(). */
int nft_change_want(const struct nft_plan *n, struct ruleset *want, char *why);

/* Puts the plan in the place of what is loaded; denied sources stay, in sets that the plan has. */
int nft_change_replace(const struct nft_plan *n, char *why);

/* Would the kernel load the plan? Nothing is changed. Returns 0 or -1. */
int nft_change_try(const struct nft_plan *n, char *why);

/*
 * Removes the families; the table with the last of them, and with both of n in any case. What is remembered
 * and counted of the other stays. Returns 1, or 0 where there was nothing.
 */
int nft_change_remove(const struct nft_plan *n, char *why);

#endif
