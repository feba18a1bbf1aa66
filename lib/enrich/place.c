/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "enrich/place.h"

#include <string.h>

/* A UTF-8 sequence's length at this byte, 0 where there is none; controls, also C1, are none. */
static size_t sequence(const unsigned char *at, size_t left)
{
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > left || at[0] < ' ' || at[0] == 0x7f)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xc2 && at[1] < 0xa0) || (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) ||
		(at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
		return 0;
	return len;
}

void place_text(char *field, size_t size, const char *text, size_t len)
{
	size_t used = 0;

	field[0] = '\0';
	for (size_t at = 0; at < len;) {
		size_t one = sequence((const unsigned char *)text + at, len - at);

		if (one == 0)
			return;
		if (used == at && at + one < size)
			used = at + one;
		at += one;
	}
	memcpy(field, text, used);
	field[used] = '\0';
}

struct place place_of(const struct addr *a)
{
	return (struct place){ .special = special_find(a) };
}
