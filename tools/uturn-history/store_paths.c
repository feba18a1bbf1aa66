/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths and changes, with the addresses of their routers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kept_bytes.h"
#include "store_read.h"
#include "store_state.h"

/* The numbers of its routers stand for them until all of those are read. */
struct store_read_path {
	struct kept k;
	int64_t *ids;
};

enum { BATCH = DB_ARGUMENTS }; /* routers that are asked for at once */

static struct kept_hash hash_of(const struct store *s, int64_t id)
{
	return kept_hash(s->key, &id, sizeof(id));
}

/* --- routers --- */

struct batch {
	struct store *store;
	int64_t ids[BATCH];
	unsigned count;
};

static void add_router(struct store *s, int64_t id, const struct kept_router *router)
{
	if (!s->read_routers)
		s->read_routers = calloc(STORE_ROUTERS, sizeof(*s->read_routers));
	if (!s->read_routers || s->read_router_count == STORE_ROUTERS)
		return;
	map_add(&s->read_router_index, hash_of(s, id), (int64_t)s->read_router_count, 0);
	s->read_routers[s->read_router_count++] = *router;
}

static bool take_router(void *owner, const struct db_value *values, unsigned count)
{
	struct batch *b = owner;
	struct kept_router router = { { 0 }, 0, 0 };

	if (count == 3 && kept_addr_of(values[1].bytes, values[1].len, &router.addr)) {
		router.asn = (uint32_t)values[2].integer;
		add_router(b->store, values[0].integer, &router);
	}
	return true;
}

static void read_batch(struct batch *b)
{
	struct db_value ids[BATCH];

	if (!b->count)
		return;
	db_list(b->ids, b->count, ids);
	db_run(b->store->db, "SELECT id, address, asn FROM router WHERE id " DB_IN_LIST, ids, BATCH, take_router, b);
	b->count = 0;
}

static void want_router(struct batch *b, int64_t id)
{
	for (unsigned i = 0; i < b->count; i++)
		if (b->ids[i] == id)
			return;
	if (map_find(&b->store->read_router_index, hash_of(b->store, id)))
		return;
	b->ids[b->count++] = id;
	if (b->count == BATCH)
		read_batch(b);
}

static void want_routers(struct batch *b, const struct store_read_path *path)
{
	for (unsigned i = 0; path->ids && i < path->k.first[path->k.hops]; i++)
		want_router(b, path->ids[i]);
}

/* One that is not found has no address. */
static void fill_routers(struct store *s, struct store_read_path *path)
{
	struct batch b = { .store = s };

	if (!path->ids)
		return;
	if (s->read_router_count + path->k.first[path->k.hops] > STORE_ROUTERS)
		store_forget_routers(s);
	want_routers(&b, path);
	read_batch(&b);
	for (unsigned i = 0; i < path->k.first[path->k.hops]; i++) {
		const struct map_entry *known = map_find(&s->read_router_index, hash_of(s, path->ids[i]));

		if (known)
			path->k.routers[i] = s->read_routers[known->id];
	}
	free(path->ids);
	path->ids = NULL;
}

/* --- paths --- */

static void forget(struct store_read_path *path)
{
	kept_done(&path->k);
	free(path->ids);
	free(path);
}

void store_forget_paths(struct store *s)
{
	for (size_t i = 0; i < s->read_count; i++)
		forget(s->read_paths[i]);
	free(s->read_paths);
	s->read_paths = NULL;
	s->read_count = 0;
	map_clear(&s->read_index);
}

void store_forget_routers(struct store *s)
{
	free(s->read_routers);
	s->read_routers = NULL;
	s->read_router_count = 0;
	map_clear(&s->read_router_index);
}

static struct store_read_path *make_path(const struct db_value *hops)
{
	static struct kept_path p;
	struct store_read_path *path = kept_path_of(hops->bytes, hops->len, &p) ? calloc(1, sizeof(*path)) : NULL;
	const size_t count = path ? p.first[p.hops] : 0;

	if (!path)
		return NULL;
	path->k.hops = p.hops;
	memcpy(path->k.first, p.first, sizeof(path->k.first));
	path->k.routers = calloc(count + 1, sizeof(*path->k.routers));
	path->ids = malloc((count + 1) * sizeof(*path->ids));
	if (!path->k.routers || !path->ids) {
		forget(path);
		return NULL;
	}
	memcpy(path->ids, p.ids, count * sizeof(*path->ids));
	return path;
}

/* As long as there is room. */
static bool take_path(void *owner, const struct db_value *values, unsigned count)
{
	struct store *s = owner;
	struct store_read_path *path = NULL;

	if (!s->read_paths)
		s->read_paths = calloc(STORE_PATHS, sizeof(struct store_read_path *));
	if (!s->read_paths || s->read_count == STORE_PATHS || count != 2)
		return false;
	if (values[1].type == DB_BYTES && !map_find(&s->read_index, hash_of(s, values[0].integer)))
		path = make_path(&values[1]);
	if (!path)
		return true;
	map_add(&s->read_index, hash_of(s, values[0].integer), (int64_t)s->read_count, 0);
	s->read_paths[s->read_count++] = path;
	return true;
}

int64_t store_paths_read(struct store *s, int64_t series, int64_t since_ms, int64_t most)
{
	const struct db_value arguments[] = { db_integer(series), db_integer(since_ms), db_integer(most) };
	struct batch b = { .store = s };
	int64_t told;

	if (s->read_count > STORE_PATHS / 2)
		store_forget_paths(s);
	if (s->read_router_count > STORE_ROUTERS / 2)
		store_forget_routers(s);
	const size_t before = s->read_count;

	/* a look-up for each path: a join of PostgreSQL may read the whole table */
	told = db_run(s->db,
		"SELECT path, (SELECT hops FROM path WHERE id = t.path) FROM (SELECT DISTINCT path FROM"
		" (SELECT path FROM trace WHERE series = $1 AND at >= $2 ORDER BY at LIMIT $3) AS l) AS t",
		arguments, 3, take_path, s);
	for (size_t i = before; i < s->read_count; i++)
		want_routers(&b, s->read_paths[i]);
	read_batch(&b);
	return told < 0 ? store_fail(s, told) : told;
}

const struct kept *store_path(struct store *s, int64_t id)
{
	const struct db_value argument = db_integer(id);
	const struct map_entry *known = map_find(&s->read_index, hash_of(s, id));

	if (!known) {
		if (s->read_count == STORE_PATHS)
			store_forget_paths(s);
		db_run(s->db, "SELECT id, hops FROM path WHERE id = $1", &argument, 1, take_path, s);
		known = map_find(&s->read_index, hash_of(s, id));
	}
	if (!known)
		return NULL;
	fill_routers(s, s->read_paths[known->id]);
	return &s->read_paths[known->id]->k;
}

/* --- names --- */

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
