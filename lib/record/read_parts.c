/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/read_parts.h"

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

static void store(uint8_t *at, size_t size, unsigned long value)
{
	const uint8_t one = (uint8_t)value;
	const uint16_t two = (uint16_t)value;
	const uint32_t four = (uint32_t)value;

	memcpy(at, size == sizeof(one) ? (const void *)&one : size == sizeof(two) ? (const void *)&two : &four, size);
}

static bool read_field(struct reader *j, const struct field_reading *f, uint8_t *at)
{
	unsigned long whole;

	switch (f->kind) {
	case FIELD_NUMBER:
		return reader_number(j, f->key, f->least, f->most, (double *)(void *)at);
	case FIELD_TRUTH:
		return reader_truth(j, f->key, (bool *)at);
	case FIELD_WORD:
		return read_word(j, f->key, (char *)at, f->size);
	default:
		if (!reader_whole(j, f->key, (unsigned long)f->least, (unsigned long)f->most, &whole))
			return false;
		store(at, f->size, whole);
		return true;
	}
}

static const struct field_reading *find_field(const struct field_reading *fields, const char *key)
{
	for (; fields->key; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

bool read_object(struct reader *j, struct trace_record *r, void *element, const struct field_reading *fields,
	const struct reading *table)
{
	char key[KEY_SIZE];

	if (!reader_open(j, '{'))
		return false;
	while (reader_key(j, key, sizeof(key))) {
		const struct field_reading *field = find_field(fields, key);
		const struct reading *row = table;

		while (row->key && strcmp(row->key, key) != 0)
			row++;
		if (field)
			read_field(j, field, (uint8_t *)element + field->offset);
		else if (row->key)
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
