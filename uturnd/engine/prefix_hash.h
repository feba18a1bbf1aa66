/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands for a prefix in a table. Without the key it cannot be told which
 * prefixes collide, or what is derived from the hash.
 */
#ifndef UTURN_ENGINE_PREFIX_HASH_H
#define UTURN_ENGINE_PREFIX_HASH_H

#include <stdint.h>

#include "common/siphash.h"
#include "packet/addr.h"
#include "packet/bytes.h"

/* Each use has hashes of its own: one tells nothing about another. */
enum prefix_hash_use { PREFIX_HASH_PROBER, PREFIX_HASH_SEQUENCE, PREFIX_HASH_NETWORK, PREFIX_HASH_ROUTER };

static inline uint64_t prefix_hash(const uint64_t key[2], const struct prefix *prefix, enum prefix_hash_use use)
{
	const uint64_t words[2] = {
		(uint64_t)use << 8 | prefix->addr.family, load_u64(prefix->addr.bytes), /* no prefix here is longer */
	};

	return siphash(key, words, 2);
}

/* A hash as a table keeps it: never 0, which stands for an unused place. */
static inline uint64_t prefix_hash_tag(const uint64_t key[2], const struct prefix *prefix, enum prefix_hash_use use)
{
	return prefix_hash(key, prefix, use) | 1;
}

#endif
