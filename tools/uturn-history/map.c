/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "map.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 1024 };

static bool is_used(const struct map_entry *e)
{
	return e->hash.words[0] | e->hash.words[1];
}

static struct map_entry *place_of(const struct map *m, struct kept_hash hash)
{
	size_t at = hash.words[0] & (m->size - 1);

	while (is_used(&m->entries[at]) && memcmp(&m->entries[at].hash, &hash, sizeof(hash)) != 0)
		at = (at + 1) & (m->size - 1);
	return &m->entries[at];
}

struct map_entry *map_find(const struct map *m, struct kept_hash hash)
{
	struct map_entry *e = m->size ? place_of(m, hash) : NULL;

	return e && is_used(e) ? e : NULL;
}

static bool grow(struct map *m)
{
	struct map larger = { .size = m->size ? 2 * m->size : FIRST_SIZE };

	larger.entries = calloc(larger.size, sizeof(*larger.entries));
	if (!larger.entries)
		return false;
	for (size_t i = 0; i < m->size; i++)
		if (is_used(&m->entries[i]))
			*place_of(&larger, m->entries[i].hash) = m->entries[i];
	larger.used = m->used;
	free(m->entries);
	*m = larger;
	return true;
}

void map_add(struct map *m, struct kept_hash hash, int64_t id, int64_t day)
{
	if (m->used >= MAP_MOST)
		map_clear(m);
	if (2 * (m->used + 1) > m->size && !grow(m))
		return;
	*place_of(m, hash) = (struct map_entry){ hash, id, day };
	m->used++;
}

void map_clear(struct map *m)
{
	free(m->entries);
	*m = (struct map){ NULL, 0, 0 };
}
