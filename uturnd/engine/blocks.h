/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of any length, kept in blocks of one size that are linked: what is
 * short takes as little as it needs, and nothing has to be moved.
 *
 * Fixed capacity, in memory handed over once. A block's memory is first touched
 * when it is first needed, and the one freed last is used first.
 */
#ifndef UTURN_ENGINE_BLOCKS_H
#define UTURN_ENGINE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

enum { BLOCK_SIZE = 32 }; /* bytes kept in each */
enum { BLOCK_NONE = UINT32_MAX };

struct block {
	uint32_t next; /* index, BLOCK_NONE at the end; of an unused one the next unused */
	uint8_t bytes[BLOCK_SIZE];
};

struct blocks {
	struct block *pool;
	uint32_t touched; /* the first of the pool, in use or free; the others were never used */
	uint32_t free; /* head of the unused ones */
};

/* Blocks that so many bytes take. */
static inline uint32_t blocks_for(size_t size)
{
	return (uint32_t)((size + BLOCK_SIZE - 1) / BLOCK_SIZE);
}

size_t blocks_bytes(uint32_t capacity);
/* memory: blocks_bytes(capacity) of it, aligned for any type. No more than capacity blocks may be in use at once. */
void blocks_init(struct blocks *b, void *memory);

/* Returns what blocks_read() and blocks_drop() ask for: BLOCK_NONE where there are no bytes. */
uint32_t blocks_keep(struct blocks *b, struct span bytes);
/* to: room for the size that was kept. */
void blocks_read(const struct blocks *b, uint32_t first, size_t size, uint8_t *to);
void blocks_drop(struct blocks *b, uint32_t first);

#endif
