/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one line of a file sets, where it is one field. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/keywords.h"
#include "common/text.h"

bool reading_once(struct reading *r, const struct keyword *k, unsigned slot)
{
	if (r->seen[slot])
		return reading_refuse(r, "%s: line %u has set it already, keep one of them", k->name, r->seen[slot]);
	r->seen[slot] = r->line;
	return true;
}

const char *number_parse(const char *text, const char *stop, unsigned long *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	*value = strtoul(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	return errno == 0 && (*end == '\0' || strchr(stop, *end)) ? end : NULL;
}

static void store(struct reading *r, const struct keyword *k, unsigned long value)
{
	char *field = (char *)r->config + k->offset;
	const uint8_t value8 = (uint8_t)value;
	const uint32_t value32 = (uint32_t)value;

	if (k->size == sizeof(value8)) /* a bool as well */
		memcpy(field, &value8, sizeof(value8));
	else
		memcpy(field, &value32, sizeof(value32));
}

bool set_number(struct reading *r, const struct keyword *k, char **words)
{
	unsigned long value;

	if (!number_parse(words[1], "", &value) || value < k->low || value > k->high)
		return reading_refuse(r, "%s: '%s' is not a number between %lu and %lu", k->name, words[1], k->low,
			k->high);
	store(r, k, value);
	return reading_once(r, k, k->slot);
}

int choice_find(struct reading *r, const struct keyword *k, const char *word)
{
	const char *near;
	int count = 0;

	for (; k->choices[count]; count++)
		if (strcmp(word, k->choices[count]) == 0)
			return count;
	near = text_nearest(word, k->choices, (size_t)count);
	if (near)
		reading_refuse(r, "%s: '%s' is not one of %s, did you mean '%s'?", k->name, word, k->values, near);
	else
		reading_refuse(r, "%s: '%s' is not one of %s", k->name, word, k->values);
	return -1;
}

bool set_choice(struct reading *r, const struct keyword *k, char **words)
{
	int choice = choice_find(r, k, words[1]);

	if (choice < 0)
		return false;
	store(r, k, (unsigned long)choice);
	return reading_once(r, k, k->slot);
}

/* Copies a name that fits, starts and consists as the kernel and useradd(8) want it. */
bool set_name(struct reading *r, const struct keyword *k, char **words)
{
	size_t len = strlen(words[1]);

	if (len >= k->size || words[1][0] == '-' || strpbrk(words[1], "/:") || strspn(words[1], ".") == len)
		return reading_refuse(r, "%s: '%s' is not a name of at most %zu bytes without '/' and ':'", k->name,
			words[1], k->size - 1);
	memset((char *)r->config + k->offset, 0, k->size);
	if (!k->empty || strcmp(words[1], k->empty) != 0)
		memcpy((char *)r->config + k->offset, words[1], len);
	return reading_once(r, k, k->slot);
}

bool set_path(struct reading *r, const struct keyword *k, char **words)
{
	size_t len = strlen(words[1]);

	if (len >= k->size || words[1][0] != '/')
		return reading_refuse(r, "%s: '%s' is not an absolute path of at most %zu bytes", k->name, words[1],
			k->size - 1);
	memset((char *)r->config + k->offset, 0, k->size);
	memcpy((char *)r->config + k->offset, words[1], len);
	return reading_once(r, k, k->slot);
}
