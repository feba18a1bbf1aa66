/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/text.h"

#include <arpa/inet.h>
#include <string.h>

const char *addr_text(const struct addr *a, char text[ADDR_TEXT_SIZE])
{
	int family = a->family == 6 ? AF_INET6 : AF_INET;

	if (a->family == 0 || !inet_ntop(family, a->bytes, text, ADDR_TEXT_SIZE))
		strcpy(text, "-");
	return text;
}

bool addr_parse(const char *text, struct addr *a)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		*a = addr_from(4, bytes);
	else if (inet_pton(AF_INET6, text, bytes) == 1)
		*a = addr_from(6, bytes);
	else
		return false;
	return true;
}

bool addr_port_parse(const char *text, struct addr *a, uint16_t *port)
{
	char host[ADDR_TEXT_SIZE];
	const char *colon = strrchr(text, ':');
	bool is_bracketed = text[0] == '[';
	unsigned number = 0;
	struct addr parsed;
	size_t len, digits;

	if (!colon)
		return false;
	digits = strspn(colon + 1, "0123456789");
	len = (size_t)(colon - text);
	if (is_bracketed && (len < 2 || text[len - 1] != ']'))
		return false;
	text += is_bracketed;
	len -= is_bracketed ? 2 : 0;
	if (digits < 1 || digits > 5 || colon[1 + digits] || len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	for (size_t i = 1; i <= digits; i++)
		number = number * 10 + (unsigned)(colon[i] - '0');
	if (number < 1 || number > UINT16_MAX || !addr_parse(host, &parsed) || is_bracketed != (parsed.family == 6))
		return false;
	*a = parsed;
	*port = (uint16_t)number;
	return true;
}

/* One to three digits and nothing else; -1 where it is anything else. */
static int length_parse(const char *text)
{
	int length = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 3 || text[digits])
		return -1;
	for (; *text; text++)
		length = length * 10 + (*text - '0');
	return length;
}

static void bits_clear(struct addr *a, int from)
{
	for (int i = from; i < (int)addr_size(a) * 8; i++)
		a->bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

bool prefix_parse(const char *text, struct prefix *p)
{
	char host[ADDR_TEXT_SIZE];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	struct addr a;
	int bits, length;

	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (!addr_parse(host, &a))
		return false;
	bits = (int)addr_size(&a) * 8;
	length = slash ? length_parse(slash + 1) : bits;
	if (length < 0 || length > bits)
		return false;
	bits_clear(&a, length);
	*p = (struct prefix){ a, (uint8_t)length };
	return true;
}

enum { WORD_SIZE = 32 }; /* longer words have no neighbours */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau-Levenshtein, restricted: insert, drop, change, or swap two neighbours. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t d[WORD_SIZE + 1][WORD_SIZE + 1];

	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a_len][b_len];
}

const char *text_nearest(const char *text, const char *const *words, size_t count)
{
	size_t len = strlen(text);
	const char *nearest = NULL;
	size_t shortest = WORD_SIZE;

	if (len > WORD_SIZE)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t word_len = strlen(words[i]);
		size_t away;

		if (word_len > WORD_SIZE)
			continue;
		away = distance(text, len, words[i], word_len);
		if (away < shortest && away * 3 <= (len > word_len ? len : word_len)) {
			shortest = away;
			nearest = words[i];
		}
	}
	return nearest;
}
