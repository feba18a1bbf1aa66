/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of rows by the hash of what identifies them. It grows to MAP_MOST entries, and then forgets all. */
#ifndef UTURN_HISTORY_MAP_H
#define UTURN_HISTORY_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "kept_bytes.h"

enum { MAP_MOST = 1 << 20 };

struct map_entry {
	struct kept_hash hash; /* zeroes: unused */
	int64_t id;
	int64_t day; /* the last one that the row has */
};

struct map {
	struct map_entry *entries;
	size_t size, used;
};

/* The entry of this hash, or NULL; valid until the next map_add(). */
struct map_entry *map_find(const struct map *m, struct kept_hash hash);
/* Adds one that is not there; without memory nothing is remembered. */
void map_add(struct map *m, struct kept_hash hash, int64_t id, int64_t day);
void map_clear(struct map *m);

#endif
