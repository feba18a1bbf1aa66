/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/siphash.h"

static uint64_t rotate(uint64_t v, unsigned bits)
{
	return v << bits | v >> (64 - bits);
}

static inline void mix(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v);
	v[0] ^= word;
}

uint64_t siphash(const uint64_t key[2], const uint64_t *words, size_t count)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573,
	};

	for (size_t i = 0; i < count; i++)
		absorb(v, words[i]);
	absorb(v, (uint64_t)(count * 8) << 56);
	v[2] ^= 0xff;
	for (int round = 0; round < 3; round++)
		mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
