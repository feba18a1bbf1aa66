/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/blocks.h"

#include <string.h>

size_t blocks_bytes(uint32_t capacity)
{
	return sizeof(struct block) * capacity;
}

void blocks_init(struct blocks *b, void *memory)
{
	*b = (struct blocks){ .pool = memory, .free = BLOCK_NONE };
}

static uint32_t take_free(struct blocks *b)
{
	uint32_t index = b->free;

	if (index == BLOCK_NONE)
		return b->touched++;
	b->free = b->pool[index].next;
	return index;
}

uint32_t blocks_keep(struct blocks *b, struct span bytes)
{
	uint32_t first = BLOCK_NONE, *link = &first;

	for (; bytes.len; bytes = span_tail(bytes, BLOCK_SIZE)) {
		struct span part = span_head(bytes, BLOCK_SIZE);
		struct block *block;

		*link = take_free(b);
		block = &b->pool[*link];
		memcpy(block->bytes, part.at, part.len);
		block->next = BLOCK_NONE;
		link = &block->next;
	}
	return first;
}

void blocks_read(const struct blocks *b, uint32_t first, size_t size, uint8_t *to)
{
	while (size && first != BLOCK_NONE) {
		const struct block *block = &b->pool[first];
		size_t part = size < BLOCK_SIZE ? size : BLOCK_SIZE;

		memcpy(to, block->bytes, part);
		to += part;
		size -= part;
		first = block->next;
	}
}

void blocks_drop(struct blocks *b, uint32_t first)
{
	while (first != BLOCK_NONE) {
		uint32_t next = b->pool[first].next;

		b->pool[first].next = b->free;
		b->free = first;
		first = next;
	}
}
