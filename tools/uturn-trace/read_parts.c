/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

enum { KEY_SIZE = 24 };

/* ASCII: beyond it there are control characters as well, and a terminal takes them in UTF-8 and as bytes. */
static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

bool read_object(struct reader *j, struct trace_record *r, void *element, const struct reading *table)
{
	char key[KEY_SIZE];

	if (!reader_open(j, '{'))
		return false;
	while (reader_key(j, key, sizeof(key))) {
		const struct reading *row = table;

		while (row->key && strcmp(row->key, key) != 0)
			row++;
		if (row->key)
			row->read(j, row->key, r, element);
		else
			reader_skip(j);
	}
	return !j->has_failed;
}

bool read_address(struct reader *j, const char *name, struct addr *a)
{
	char text[ADDR_TEXT_SIZE];

	if (!read_word(j, name, text, sizeof(text)))
		return false;
	return addr_parse(text, a) || reader_fail(j, "\"%s\" is '%.40s', not an address", name, text);
}

bool read_word(struct reader *j, const char *name, char *text, size_t size)
{
	if (!reader_text(j, name, text, size))
		return false;
	return is_printable(text) || reader_fail(j, "\"%s\" has characters that are not printable ASCII", name);
}
