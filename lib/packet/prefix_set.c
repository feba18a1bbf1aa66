/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/prefix_set.h"

static uint8_t find4(const struct prefix_set *s, const struct addr *a)
{
	uint32_t low = 0, high = s->count4;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(s->spans4[middle].first, a->bytes, 4) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? s->spans4[low - 1].length : 0;
}

static uint8_t find6(const struct prefix_set *s, const struct addr *a)
{
	uint32_t low = 0, high = s->count6;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(s->spans6[middle].first, a->bytes, 16) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? s->spans6[low - 1].length : 0;
}

uint8_t prefix_set_find(const struct prefix_set *s, const struct addr *a)
{
	if (a->family == 4)
		return find4(s, a);
	return a->family == 6 ? find6(s, a) : 0;
}
