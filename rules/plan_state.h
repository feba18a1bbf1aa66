/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the plan that keeps state: which sources were seen, and with
 * which TTLs, in recent lists or in ipsets. TTLs are kept by blocks.
 *
 * Pure, as all of the plan: each function writes lines of iptables-save.
 */
#ifndef UTURN_RULES_PLAN_STATE_H
#define UTURN_RULES_PLAN_STATE_H

#include <stdbool.h>
#include <stdio.h>

struct family;
struct plan;

/* The first TTL of the block that holds this one. */
unsigned plan_block(unsigned ttl);

/* The first TTL of the first block in which a source must have been seen for this TTL to be accepted. */
unsigned plan_block_needed(const struct plan *p, unsigned ttl);

/* The highest TTL above arm that asks the same lists as this one. */
unsigned plan_seen_end(const struct plan *p, unsigned first);

/* The highest TTL that asks the same lists as this one and is remembered in the same: a group, named after its first. */
unsigned plan_group_end(const struct plan *p, unsigned first);

/* At the end of a chain: to the groups of the first span of TTLs, or to the next span; is_mangle: see below. */
void plan_write_first_span(const struct plan *p, const struct family *f, const char *chain, bool is_mangle, FILE *out);

/* The rules of UTURN-fromNNN: to the groups of a span of TTLs, or to the next span; is_mangle: not those of the nat table. */
void plan_write_spans(const struct plan *p, const struct family *f, bool is_mangle, FILE *out);

/* The rules of UTURN-seen, the first span, and of UTURN-seenNNN: was this source seen near there? */
void plan_write_seen(const struct plan *p, const struct family *f, bool is_mangle, FILE *out);

/* The rule that remembers the source, for the chain of the group that begins with this TTL. */
void plan_write_remember(const struct plan *p, const struct family *f, unsigned first, FILE *out);

/* The lines for `ipset restore -exist` that must precede the rules of this family (4 or 6); none for recent. */
void plan_write_sets(const struct plan *p, int family, FILE *out);

#endif
