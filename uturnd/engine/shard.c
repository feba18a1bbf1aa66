/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/shard.h"

struct shard shard_of(unsigned index, unsigned count)
{
	struct shard s = { .index = (uint8_t)index };

	while (1U << s.bits < count)
		s.bits++;
	return s;
}

static unsigned low_bits(struct shard s, uint8_t family)
{
	return (family == 4 ? TAG_BITS4 : TAG_BITS6) - s.bits;
}

uint32_t shard_mask(struct shard s, uint8_t family)
{
	return (1U << low_bits(s, family)) - 1;
}

uint32_t shard_tag(struct shard s, uint8_t family, uint32_t tag)
{
	return (uint32_t)s.index << low_bits(s, family) | (tag & shard_mask(s, family));
}

unsigned shard_index(struct shard s, uint8_t family, uint32_t tag)
{
	return tag >> low_bits(s, family);
}

bool shard_is_ours(struct shard s, uint8_t family, uint32_t tag)
{
	return tag >> low_bits(s, family) == s.index;
}
