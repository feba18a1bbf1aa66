/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate.h"

#include <string.h>

#include "tests/sound.h"
#include "wire.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* What may stay as the mutation left it. */
enum part { PART_HEADER, PART_FRAGMENT, PART_PROTOCOL, PART_KIND, PART_SEGMENT, PART_LENGTH, PART_QUOTE };

struct mending {
	uint8_t *at;
	size_t len, header;
	enum shape shape;
	unsigned spared; /* a part, or a number that is none: nothing */
	unsigned choice;
};

static bool mends(const struct mending *m, enum part part)
{
	return m->spared != part;
}

/* Version and header length, where there is room for it; what is neither version becomes one. */
static bool mend_header(struct mending *m)
{
	uint8_t version = m->at[0] / 16;

	if (mends(m, PART_HEADER)) {
		if (version != 4 && version != 6)
			version = m->choice & 1 ? 4 : 6;
		if (version == 6 && m->len < 48)
			version = 4;
		m->at[0] = version == 4 ? 0x45 : (uint8_t)(0x60 + m->at[0] % 16);
	}
	m->header = version == 4 ? 20 : 40;
	if (m->len < m->header + 8)
		return false;
	if (version == 4 && mends(m, PART_FRAGMENT)) {
		m->at[6] &= 0x40;
		m->at[7] = 0;
	}
	return true;
}

/* The other family's ICMP is nobody's, and an error has no protocol but ours. */
static uint8_t mend_protocol(struct mending *m)
{
	bool is_four = m->header == 20;
	uint8_t *protocol = m->at + (is_four ? 9 : 6);

	if (mends(m, PART_PROTOCOL) && (m->shape == SHAPE_ERROR || *protocol == (is_four ? 58 : 1)))
		*protocol = is_four ? 1 : 58;
	return *protocol;
}

static void mend_probe(struct mending *m, uint8_t protocol)
{
	uint8_t *l4 = m->at + m->header;
	size_t len = m->len - m->header, header;

	if (protocol == 1 || protocol == 58) {
		if (mends(m, PART_KIND)) {
			l4[0] = protocol == 1 ? 8 : 128;
			l4[1] = l4[1] == 1;
		}
	} else if (protocol == 6 && len >= 20) {
		header = (size_t)(l4[12] / 16) * 4;
		if (mends(m, PART_SEGMENT) && (header < 20 || header > len)) {
			header = 20;
			l4[12] = (uint8_t)(0x50 + l4[12] % 16);
		}
		if (mends(m, PART_KIND))
			l4[13] = (uint8_t)((l4[13] & 0xc0) + (len == header && m->choice & 2 ? 0x10 : 0x02));
	}
}

static void mend_quote(struct mending *m, uint8_t *quote, size_t len)
{
	bool is_four = m->header == 20;

	if (!mends(m, PART_QUOTE) || len < m->header + 8)
		return;
	quote[0] = is_four ? 0x45 : (uint8_t)(0x60 + quote[0] % 16);
	if (!is_four)
		return;
	set16(quote + 10, 0);
	set16(quote + 10, plain_sum(0, quote, 20));
}

static void mend_error(struct mending *m)
{
	static const uint8_t types4[] = { 11, 3 }, types6[] = { 3, 1, 2, 4 };
	uint8_t *l4 = m->at + m->header;
	bool is_four = m->header == 20, may_extend;
	size_t body = m->len - m->header - 8, unit = is_four ? 4 : 8;

	if (mends(m, PART_KIND)) {
		if (is_four ? l4[0] != 3 && l4[0] != 11 : l4[0] < 1 || l4[0] > 4)
			l4[0] = is_four ? types4[m->choice / 2 % 2] : types6[m->choice / 2 % 4];
		if (!is_four && l4[0] == 4)
			l4[1] = l4[1] == 2 ? 2 : 1;
	}
	may_extend = is_four ? l4[0] == 3 || l4[0] == 11 : l4[0] == 1 || l4[0] == 3;
	if (may_extend && mends(m, PART_LENGTH)) {
		uint8_t *words = l4 + (is_four ? 5 : 4);

		/* none, or one that leaves the quote what has to be in it */
		if (*words * unit > body || (*words && *words * unit < m->header + 8))
			*words = 0;
	}
	mend_quote(m, l4 + 8, body);
}

size_t mutate_packet(uint8_t *data, size_t size, size_t max_size, unsigned seed, size_t skipped, enum shape shape)
{
	struct mending m = { .shape = shape, .spared = seed / 4 % 16, .choice = seed / 64 };

	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 4 == 0 || size <= skipped)
		return size;
	m.at = data + skipped;
	m.len = size - skipped;
	if (mend_header(&m)) {
		uint8_t protocol = mend_protocol(&m);

		if (shape == SHAPE_PROBE)
			mend_probe(&m, protocol);
		else
			mend_error(&m);
	}
	repair(m.at, m.len);
	return size;
}

static size_t insert_phrase(uint8_t *data, size_t size, size_t max_size, unsigned seed, const struct phrases *known)
{
	const struct phrase *p = &known->at[seed / 4 % known->count];
	size_t at = size > known->head ? known->head + seed / 64 % (size - known->head + 1) : size;

	if (size + p->len > max_size)
		return size;
	memmove(data + at + p->len, data + at, size - at);
	memcpy(data + at, p->bytes, p->len);
	return size + p->len;
}

size_t mutate_sequence(uint8_t *data, size_t size, size_t max_size, unsigned seed, const struct phrases *known)
{
	if (max_size > known->most)
		max_size = known->most;
	if (size > max_size)
		size = max_size;
	if (seed % 4 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (seed % 4 == 1)
		size = LLVMFuzzerMutate(data, size, max_size);
	for (unsigned i = 0; i <= seed / 16 % 3; i++)
		size = insert_phrase(data, size, max_size, seed / (i + 1) * 2654435761u, known);
	return size;
}
