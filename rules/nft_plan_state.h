/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table remembers, in nftables: sources by the block of TTLs, rates, counters; and the chains that ask and fill it. */
#ifndef UTURN_RULES_NFT_PLAN_STATE_H
#define UTURN_RULES_NFT_PLAN_STATE_H

#include <stdio.h>

#include "nft_plan_family.h"

struct plan;

/* Named counters and limits, and then, behind those of all families, sets. */
void nft_state_write_objects(const struct plan *p, const struct nft_family *f, FILE *out);
void nft_state_write_sets(const struct plan *p, const struct nft_family *f, FILE *out);

/* The chains F_seen and F_seenN. */
void nft_state_write_seen(const struct plan *p, const struct nft_family *f, FILE *out);

/* The chains `chain`, chain_total and chain_busy, which go to `next` with what does not exceed the limits. */
void nft_state_write_limits(const struct plan *p, const struct nft_family *f, const char *chain, const char *next,
	FILE *out);

/* The chains F_hops and F_hopsN. */
void nft_state_write_hops(const struct plan *p, const struct nft_family *f, FILE *out);

#endif
