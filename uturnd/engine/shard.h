/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of several engines one is, that share the probes of a host. Each has
 * flights of its own, so an answer has to find the right one: the tag that a
 * return probe leaves with, and that routers quote, begins with the number of
 * its engine. Its top bits, since clients tell their probes apart by tags
 * that follow each other.
 */
#ifndef UTURN_ENGINE_SHARD_H
#define UTURN_ENGINE_SHARD_H

#include <stdbool.h>
#include <stdint.h>

enum { SHARDS = 32, TAG_BITS4 = 16, TAG_BITS6 = 20 };

/* All zeroes: alone. */
struct shard {
	uint8_t index; /* 0.. */
	uint8_t bits; /* of a tag that name it */
};

/* One of so many, at most SHARDS. */
struct shard shard_of(unsigned index, unsigned count);

/* The bits of a tag that are left to tell one packet from another. */
uint32_t shard_mask(struct shard s, uint8_t family);

/* This tag, beginning with the number. */
uint32_t shard_tag(struct shard s, uint8_t family, uint32_t tag);

/* Whose tag is that? */
bool shard_is_ours(struct shard s, uint8_t family, uint32_t tag);

#endif
