/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/neutral.h"

#include <string.h>

#include "packet/checksum.h"

enum { KNOWN_BY = NEUTRAL_KNOWN - 2 }; /* first bytes of the text: two more may have to keep the checksum */

static const char text[] = "(uturn) return probe of a traceroute, nothing to answer ";

void neutral_put(struct writer *out, size_t size)
{
	while (size) {
		struct span s = span_head(span_of((const uint8_t *)text, sizeof(text) - 1), size);

		writer_put(out, s);
		size -= s.len;
	}
}

void neutral_put_contact(struct writer *out, struct span contact, size_t size)
{
	const struct span words = span_of((const uint8_t *)text, sizeof(text) - 1);
	const size_t before = NEUTRAL_KNOWN + contact.len + 1;

	/* three bytes at the end may have to keep a checksum, in a datagram of an odd size */
	if (!contact.len || size < before + 3) {
		neutral_put(out, size);
		return;
	}
	writer_put(out, span_head(words, NEUTRAL_KNOWN));
	writer_put(out, contact);
	writer_u8(out, ' ');
	writer_put(out, span_head(span_tail(words, NEUTRAL_KNOWN), size - before));
	if (size > before + words.len - NEUTRAL_KNOWN)
		neutral_put(out, size - before - (words.len - NEUTRAL_KNOWN));
}

bool neutral_begins(struct span payload)
{
	return payload.len >= NEUTRAL_KNOWN && memcmp(payload.at, text, KNOWN_BY) == 0;
}

void neutral_keep_sum(const struct addr *from, const struct addr *to, uint8_t protocol, uint8_t *l4, size_t l4_size)
{
	enum { CHECKSUM = 6 };
	size_t last = (l4_size - 2) / 2 * 2; /* a checksum's words start at even offsets */
	uint16_t sum;

	store_u16(l4 + last, 0);
	sum = checksum_pseudo(from, to, protocol, span_of(l4, l4_size));
	store_u16(l4 + last, last == CHECKSUM && !sum ? 0xffff : sum); /* RFC 768: 0 means none */
}
