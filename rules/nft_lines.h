/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table inet uturn as lines that can be compared, whichever release of nftables lists it.
 *
 * Releases show the same rule in different words, so that a rule carries a comment by which it is known: a hash of
 * its chain and of its text in the plan, eight hexadecimal digits. Of what else is in the table only
 * what matters is compared: hooks, priorities and policies of chains, and types, sizes, timeouts and flags of
 * sets. Objects come first, sorted, and then the rules of each chain in their order.
 *
 * Pure but for the heap. Both that read return 0 or a negative errno; ruleset_done() frees what they have made.
 */
#ifndef UTURN_RULES_NFT_LINES_H
#define UTURN_RULES_NFT_LINES_H

#include <stdio.h>

#include "ruleset.h"

/* Writes the text of nft_plan_write() with a comment behind each rule. */
void nft_lines_mark(const char *text, FILE *out);

/* The text of nft_plan_write(), without comments. */
int nft_lines_of_plan(struct ruleset *want, const char *text);

/* What `nft -j --terse list table inet uturn` shows. A rule of want is the same line, others are shown as JSON. */
int nft_lines_of_json(struct ruleset *live, const struct ruleset *want, const char *json);

/* Has what `nft -j list sets` shows a set of this name? 1, 0 or a negative errno. */
int nft_lines_has_set(const char *json, const char *name);

#endif
