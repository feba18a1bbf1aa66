/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proxy_header.h"

#include <string.h>

#include "common/text.h"
#include "packet/bytes.h"

static const char signature1[] = "PROXY ", signature2[] = "\r\n\r\n\0\r\nQUIT\n";

enum { SIGNATURE1 = sizeof(signature1) - 1, SIGNATURE2 = sizeof(signature2) - 1, LINE = 107, FIXED = 16 };

/* 0 to 65535 without leading zeros. */
static bool is_port(const char *word)
{
	size_t len = strspn(word, "0123456789");
	unsigned value = 0;

	if (len == 0 || len > 5 || word[len] || (word[0] == '0' && len > 1))
		return false;
	for (; *word; word++)
		value = 10 * value + (unsigned)(*word - '0');
	return value <= 65535;
}

/* The words behind "PROXY ", each followed by one space but the last. */
static bool is_line(char *line)
{
	char *words[6];
	unsigned count = 0;
	struct addr from, to;

	if (strcmp(line, "UNKNOWN") == 0 || strncmp(line, "UNKNOWN ", 8) == 0)
		return true; /* whatever follows is to be ignored */
	for (char *at = line; at && count < 6; count++) {
		words[count] = at;
		at = strchr(at, ' ');
		if (at)
			*at++ = '\0';
	}
	if (count != 5 || (strcmp(words[0], "TCP4") != 0 && strcmp(words[0], "TCP6") != 0))
		return false;
	return addr_parse(words[1], &from) && addr_parse(words[2], &to) && from.family == words[0][3] - '0' &&
		to.family == from.family && is_port(words[3]) && is_port(words[4]);
}

static enum proxy_header read1(const char *bytes, size_t len, size_t *used)
{
	const char *end = memchr(bytes, '\n', len < LINE ? len : LINE);
	char line[LINE + 1];
	size_t size;

	if (!end)
		return len < LINE ? PROXY_HEADER_MORE : PROXY_HEADER_WRONG;
	*used = (size_t)(end - bytes) + 1;
	if (end[-1] != '\r' || memchr(bytes, '\0', *used))
		return PROXY_HEADER_WRONG;
	size = *used - SIGNATURE1 - 2;
	memcpy(line, bytes + SIGNATURE1, size);
	line[size] = '\0';
	return is_line(line) ? PROXY_HEADER_WHOLE : PROXY_HEADER_WRONG;
}

/* Type, length and value, one after another, up to the end. */
static bool are_extensions(struct span s)
{
	struct cursor c = cursor_of(s);

	while (c.rest.len && !c.short_read) {
		cursor_skip(&c, 1);
		cursor_skip(&c, cursor_u16(&c));
	}
	return !c.short_read;
}

static enum proxy_header read2(const char *bytes, size_t len, size_t *used)
{
	/* by family and protocol: none, TCP and UDP over IPv4, over IPv6, Unix sockets */
	static const struct {
		uint8_t family;
		size_t size;
	} rows[] = { { 0x00, 0 }, { 0x11, 12 }, { 0x12, 12 }, { 0x21, 36 }, { 0x22, 36 }, { 0x31, 216 },
		{ 0x32, 216 } };
	const uint8_t *at = (const uint8_t *)bytes;
	size_t size;

	if (len < FIXED)
		return PROXY_HEADER_MORE;
	size = load_u16(at + 14);
	*used = FIXED + size;
	if ((at[12] != 0x20 && at[12] != 0x21) || *used > PROXY_HEADER_MOST)
		return PROXY_HEADER_WRONG;
	if (len < *used)
		return PROXY_HEADER_MORE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].family == at[13] && rows[i].size <= size)
			/* of LOCAL, and of what has no address, all is to be ignored */
			return at[12] == 0x20 || at[13] == 0 ||
					are_extensions(span_of(at + FIXED + rows[i].size, size - rows[i].size))
				? PROXY_HEADER_WHOLE
				: PROXY_HEADER_WRONG;
	return PROXY_HEADER_WRONG;
}

enum proxy_header proxy_header_read(const char *bytes, size_t len, size_t *used)
{
	size_t first = len < SIGNATURE1 ? len : (size_t)SIGNATURE1,
	       second = len < SIGNATURE2 ? len : (size_t)SIGNATURE2;

	*used = 0;
	if (memcmp(bytes, signature1, first) == 0)
		return first < SIGNATURE1 ? PROXY_HEADER_MORE : read1(bytes, len, used);
	if (memcmp(bytes, signature2, second) == 0)
		return second < SIGNATURE2 ? PROXY_HEADER_MORE : read2(bytes, len, used);
	return PROXY_HEADER_NONE;
}
