/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths and changes, with the addresses of their routers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kept_bytes.h"
#include "store_read.h"
#include "store_state.h"

struct router_row {
	struct kept_router router;
	bool is_found;
};

static bool take_router(void *owner, const struct db_value *values, unsigned count)
{
	struct router_row *r = owner;

	r->is_found = count == 2 && kept_addr_of(values[0].bytes, values[0].len, &r->router.addr);
	r->router.asn = (uint32_t)values[1].integer;
	return false;
}

static bool fill_router(struct store *s, int64_t id, struct kept_router *router)
{
	const struct db_value argument = db_integer(id);
	struct router_row row = { { { 0 }, 0, 0 }, false };

	db_run(s->db, "SELECT address, asn FROM router WHERE id = $1", &argument, 1, take_router, &row);
	*router = row.router;
	return row.is_found;
}

static bool take_path(void *owner, const struct db_value *values, unsigned count)
{
	struct kept_path *p = owner;

	if (count != 1 || !kept_path_of(values[0].bytes, values[0].len, p))
		p->hops = 0;
	return false;
}

static struct kept *read_path(struct store *s, int64_t id)
{
	const struct db_value argument = db_integer(id);
	struct kept *k = calloc(1, sizeof(*k));
	struct kept_path p = { 0 };
	unsigned count;

	if (!k || db_run(s->db, "SELECT hops FROM path WHERE id = $1", &argument, 1, take_path, &p) <= 0) {
		free(k);
		return NULL;
	}
	count = p.first[p.hops];
	k->hops = p.hops;
	memcpy(k->first, p.first, sizeof(k->first));
	k->routers = calloc(count + 1, sizeof(*k->routers));
	for (unsigned i = 0; k->routers && i < count; i++)
		fill_router(s, p.ids[i], &k->routers[i]);
	if (k->routers)
		return k;
	free(k);
	return NULL;
}

void store_forget_paths(struct store *s)
{
	for (size_t i = 0; i < s->read_count; i++) {
		kept_done(s->read_paths[i]);
		free(s->read_paths[i]);
	}
	free(s->read_paths);
	s->read_paths = NULL;
	s->read_count = 0;
	map_clear(&s->read_index);
}

const struct kept *store_path(struct store *s, int64_t id)
{
	const struct kept_hash hash = kept_hash(s->key, &id, sizeof(id));
	const struct map_entry *known = map_find(&s->read_index, hash);
	struct kept *k;

	if (known)
		return s->read_paths[known->id];
	if (s->read_count == STORE_PATHS)
		store_forget_paths(s);
	if (!s->read_paths)
		s->read_paths = calloc(STORE_PATHS, sizeof(struct kept *));
	k = s->read_paths ? read_path(s, id) : NULL;
	if (!k)
		return NULL;
	map_add(&s->read_index, hash, (int64_t)s->read_count, 0);
	s->read_paths[s->read_count++] = k;
	return k;
}

static bool take_name(void *owner, const struct db_value *values, unsigned count)
{
	struct store *s = owner;

	if (count == 1)
		snprintf(s->as_name, sizeof(s->as_name), "%.*s", (int)values[0].len, (const char *)values[0].bytes);
	return false;
}

const char *store_as_name(struct store *s, uint32_t asn)
{
	const struct db_value argument = db_integer(asn);

	s->as_name[0] = '\0';
	db_run(s->db, "SELECT name FROM autonomous_system WHERE asn = $1", &argument, 1, take_name, s);
	return s->as_name;
}
