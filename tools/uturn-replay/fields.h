/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of one layer of a packet in text: names with their values. One
 * table says which layer has which fields, and their maximum.
 *
 * A struct fields is plain memory; its text pointers are into the words read.
 */
#ifndef UTURN_REPLAY_FIELDS_H
#define UTURN_REPLAY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum layer {
	LAYER_NONE,
	LAYER_IP4,
	LAYER_IP6,
	LAYER_OPTIONS6,
	LAYER_FRAGMENT6,
	LAYER_UDP,
	LAYER_TCP,
	LAYER_ECHO,
	LAYER_ERROR,
	LAYER_EXTENSION,
	LAYER_MPLS,
	LAYER_OBJECT,
};

enum field {
	FIELD_TTL,
	FIELD_ID,
	FIELD_TOS,
	FIELD_DF,
	FIELD_MF,
	FIELD_FRAGMENT,
	FIELD_PROTOCOL,
	FIELD_LENGTH,
	FIELD_SUM,
	FIELD_OPTIONS,
	FIELD_VERSION,
	FIELD_WORDS,
	FIELD_FLOW,
	FIELD_SEQUENCE,
	FIELD_ACKNOWLEDGEMENT,
	FIELD_FLAGS,
	FIELD_WINDOW,
	FIELD_URGENT,
	FIELD_TYPE,
	FIELD_CODE,
	FIELD_REST,
	FIELD_EXPERIMENTAL,
	FIELD_BOTTOM,
	FIELD_KEYED,
	FIELD_COUNT
};

struct fields {
	bool is_set[FIELD_COUNT];
	uint32_t value[FIELD_COUNT];
	const char *text[FIELD_COUNT]; /* options and flags as they were written */
};

/* Reads the words of a layer behind its name, NULL-terminated; false with an error message in why. */
bool fields_read(enum layer layer, char **words, struct fields *f, char *why, size_t why_size);

static inline uint32_t field_or(const struct fields *f, enum field field, uint32_t otherwise)
{
	return f->is_set[field] ? f->value[field] : otherwise;
}

/* Decimal digits, or 0x and hexadecimal digits, up to most; false otherwise, also for text NULL. */
bool number_read(const char *text, uint32_t most, uint32_t *value);

#endif
