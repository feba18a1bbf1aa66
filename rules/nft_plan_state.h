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

/* The end of a chain: to F_ttlN, or where the source must have been seen, to F_seenN. */
void nft_state_write_ttls(const struct plan *p, const struct nft_family *f, FILE *out);

/* The chains F_seen, to those of each TTL, and F_seenN. */
void nft_state_write_seen(const struct plan *p, const struct nft_family *f, FILE *out);

/* The chains F_limits, F_total and F_busy, which return with what does not exceed the limits; and the jump there. */
void nft_state_write_limits(const struct plan *p, const struct nft_family *f, FILE *out);
void nft_state_write_jump(const struct plan *p, const struct nft_family *f, FILE *out);

/*
 * The chains F_blockN, which return after the limits and what remembers the source. A set that is full
 * refuses it; the packet is queued all the same.
 */
void nft_state_write_blocks(const struct plan *p, const struct nft_family *f, FILE *out);

#endif
