/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flows.h"

#include "common/siphash.h"

enum {
	HALF_BITS = 7, /* two halves of 7 bits: the least even number of bits that holds FLOWS_COUNT */
	HALF_MASK = (1 << HALF_BITS) - 1,
	ROUNDS = 6,
};

void flows_init(struct flows *f, const struct addr *target, uint8_t protocol)
{
	/* no secret: the same for everybody, so that two hosts' traces can be compared */
	static const uint64_t fixed[2] = { 0x7574757266c6f77, 0x2d7472616365 };
	uint64_t words[3] = { load_u64(target->bytes), load_u64(target->bytes + 8),
		(uint64_t)target->family << 8 | protocol };

	f->key[0] = siphash(fixed, words, 3);
	words[2] |= 1 << 16;
	f->key[1] = siphash(fixed, words, 3);
}

static unsigned scramble(const struct flows *f, unsigned round, unsigned half)
{
	uint64_t word = round << 8 | half;

	return (unsigned)siphash(f->key, &word, 1) & HALF_MASK;
}

/* A Feistel network is a permutation whatever its rounds compute. */
static unsigned permute(const struct flows *f, unsigned value)
{
	unsigned left = value >> HALF_BITS, right = value & HALF_MASK;

	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned next = left ^ scramble(f, round, right);

		left = right;
		right = next;
	}
	return left << HALF_BITS | right;
}

static unsigned permute_back(const struct flows *f, unsigned value)
{
	unsigned left = value >> HALF_BITS, right = value & HALF_MASK;

	for (unsigned round = ROUNDS; round-- > 0;) {
		unsigned before = right ^ scramble(f, round, left);

		right = left;
		left = before;
	}
	return left << HALF_BITS | right;
}

/* What falls outside of the range goes round again, until it is inside: that is a permutation of the range. */
uint16_t flows_port(const struct flows *f, unsigned flow)
{
	unsigned value = flow % FLOWS_COUNT;

	do
		value = permute(f, value);
	while (value >= FLOWS_COUNT);
	return (uint16_t)(FLOWS_FIRST_PORT + value);
}

int flows_of_port(const struct flows *f, uint16_t port)
{
	unsigned value = (unsigned)port - FLOWS_FIRST_PORT;

	if (port < FLOWS_FIRST_PORT || value >= FLOWS_COUNT)
		return -1;
	do
		value = permute_back(f, value);
	while (value >= FLOWS_COUNT);
	return (int)value;
}
