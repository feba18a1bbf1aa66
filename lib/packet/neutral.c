/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/neutral.h"

#include <string.h>

#include "packet/checksum.h"

enum { KNOWN_BY = 8 }; /* first bytes of the text */

static const char text[] = "(uturn) return probe of a traceroute, nothing to answer ";

void neutral_put(struct writer *out, size_t size)
{
	while (size) {
		struct span s = span_head(span_of((const uint8_t *)text, sizeof(text) - 1), size);

		writer_put(out, s);
		size -= s.len;
	}
}

bool neutral_begins(struct span payload)
{
	return payload.len >= KNOWN_BY && memcmp(payload.at, text, KNOWN_BY) == 0;
}

void neutral_keep_sum(const struct addr *from, const struct addr *to, uint8_t protocol, uint8_t *l4, size_t l4_size)
{
	uint8_t *last = l4 + (l4_size - 2) / 2 * 2; /* a checksum's words start at even offsets */

	store_u16(last, 0);
	store_u16(last, checksum_pseudo(from, to, protocol, span_of(l4, l4_size)));
}
