/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum form { NUMBER, FLAG, WORD };

#define IN(layer) (1u << LAYER_##layer)

static const struct field_row {
	const char *name;
	enum field field;
	unsigned layers;
	uint32_t most;
	enum form form;
} rows[] = {
	{ "ttl", FIELD_TTL, IN(IP4) | IN(IP6) | IN(MPLS), 0xff, NUMBER },
	{ "id", FIELD_ID, IN(IP4) | IN(ECHO), 0xffff, NUMBER },
	{ "id", FIELD_ID, IN(FRAGMENT6), 0xffffffff, NUMBER },
	{ "tos", FIELD_TOS, IN(IP4), 0xff, NUMBER },
	{ "class", FIELD_TOS, IN(IP6), 0xff, NUMBER },
	{ "df", FIELD_DF, IN(IP4), 1, FLAG },
	{ "mf", FIELD_MF, IN(IP4) | IN(FRAGMENT6), 1, FLAG },
	{ "fragment", FIELD_FRAGMENT, IN(IP4), 0x1fff, NUMBER },
	{ "offset", FIELD_FRAGMENT, IN(FRAGMENT6), 0x1fff, NUMBER },
	{ "protocol", FIELD_PROTOCOL, IN(IP4), 0xff, NUMBER },
	{ "next", FIELD_PROTOCOL, IN(IP6) | IN(OPTIONS6) | IN(FRAGMENT6), 0xff, NUMBER },
	{ "length", FIELD_LENGTH, IN(IP4) | IN(IP6) | IN(UDP) | IN(OBJECT), 0xffff, NUMBER },
	{ "length", FIELD_LENGTH, IN(ERROR) | IN(OPTIONS6), 0xff, NUMBER },
	{ "sum", FIELD_SUM, IN(IP4) | IN(UDP) | IN(TCP) | IN(ECHO) | IN(ERROR) | IN(EXTENSION), 0xffff, NUMBER },
	{ "options", FIELD_OPTIONS, IN(IP4) | IN(OPTIONS6) | IN(TCP), 0, WORD },
	{ "version", FIELD_VERSION, IN(IP4) | IN(IP6) | IN(EXTENSION), 0xf, NUMBER },
	{ "words", FIELD_WORDS, IN(IP4) | IN(TCP), 0xf, NUMBER },
	{ "flow", FIELD_FLOW, IN(IP6), 0xfffff, NUMBER },
	{ "seq", FIELD_SEQUENCE, IN(TCP), 0xffffffff, NUMBER },
	{ "seq", FIELD_SEQUENCE, IN(ECHO), 0xffff, NUMBER },
	{ "ack", FIELD_ACKNOWLEDGEMENT, IN(TCP), 0xffffffff, NUMBER },
	{ "flags", FIELD_FLAGS, IN(TCP), 0, WORD },
	{ "win", FIELD_WINDOW, IN(TCP), 0xffff, NUMBER },
	{ "urgent", FIELD_URGENT, IN(TCP), 0xffff, NUMBER },
	{ "type", FIELD_TYPE, IN(ECHO) | IN(ERROR), 0xff, NUMBER },
	{ "code", FIELD_CODE, IN(ECHO) | IN(ERROR), 0xff, NUMBER },
	{ "rest", FIELD_REST, IN(ERROR), 0xffffffff, NUMBER },
	{ "reserved", FIELD_REST, IN(FRAGMENT6), 3, NUMBER },
	{ "mtu", FIELD_REST, IN(ERROR), 0xffffffff, NUMBER },
	{ "exp", FIELD_EXPERIMENTAL, IN(MPLS), 7, NUMBER },
	{ "keyed", FIELD_KEYED, IN(IP4) | IN(IP6), 1, FLAG },
	{ "s", FIELD_BOTTOM, IN(MPLS), 1, NUMBER },
};

bool number_read(const char *text, uint32_t most, uint32_t *value)
{
	unsigned long long read;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	read = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	if (errno || *end || read > most)
		return false;
	*value = (uint32_t)read;
	return true;
}

static const struct field_row *row_find(enum layer layer, const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].layers & 1u << layer && strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

bool fields_read(enum layer layer, char **words, struct fields *f, char *why, size_t why_size)
{
	while (*words) {
		const struct field_row *row = row_find(layer, *words);

		if (!row) {
			snprintf(why, why_size, "'%s' is not a field of this layer", *words);
			return false;
		}
		if (row->form != FLAG && !words[1]) {
			snprintf(why, why_size, "%s: a value is missing", row->name);
			return false;
		}
		f->is_set[row->field] = true;
		f->value[row->field] = 1;
		f->text[row->field] = words[1];
		if (row->form == NUMBER && !number_read(words[1], row->most, &f->value[row->field])) {
			snprintf(why, why_size, "%s: '%s' is not a number between 0 and %u", row->name, words[1],
				row->most);
			return false;
		}
		words += row->form == FLAG ? 1 : 2;
	}
	return true;
}
