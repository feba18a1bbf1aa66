/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several engines, one in each worker, share the probes of a host. Each has
 * flights of its own, so an answer has to reach the right one: the tag that a
 * return probe leaves with, and that routers quote, has the number of its
 * engine in its top bits. The low bits stay the client's, since clients tell
 * their probes apart by consecutive tags.
 */
#ifndef UTURN_ENGINE_SHARD_H
#define UTURN_ENGINE_SHARD_H

#include <stdbool.h>
#include <stdint.h>

enum { SHARDS = 32, TAG_BITS4 = 16, TAG_BITS6 = 20 };

/* All zeroes: the only engine. */
struct shard {
	uint8_t index; /* 0.. */
	uint8_t bits; /* of a tag, the number of the engine is in so many top bits */
};

/* The index-th of so many engines, at most SHARDS. */
struct shard shard_of(unsigned index, unsigned count);

/* The bits of a tag that are left to tell one packet from another. */
uint32_t shard_mask(struct shard s, uint8_t family);

/* This tag with the number of the engine in its top bits. */
uint32_t shard_tag(struct shard s, uint8_t family, uint32_t tag);

/* The number in the top bits of a tag; that of no engine where there are fewer than the bits have room for. */
unsigned shard_index(struct shard s, uint8_t family, uint32_t tag);

/* Does a tag belong to this engine? */
bool shard_is_ours(struct shard s, uint8_t family, uint32_t tag);

#endif
