/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "store_changes.h"
#include "store_state.h"

enum {
	TRIES = 64, /* that many ms later a trace is kept at most, where others of its series have its own */
	NEAR_MS = 2000, /* a clock that is set between two reports of one trace */
};

static const uint64_t path_key[2] = { 0x7574757268697374, 0x70617468 }; /* the same for all writers */

static int begin(struct store *s)
{
	const int err = s->is_open ? 0 : db_script(s->db, s->db->adapter->begin);

	s->is_open = s->is_open || !err;
	return err;
}

/* --- routers --- */

/* The first column of the row, which is made where it is missing. */
static int64_t find_or_make(struct store *s, const char *find, const char *make, const struct db_value *what,
	const struct db_value *row, unsigned columns, int64_t *id)
{
	int64_t found = db_numbers(s->db, find, what, 1, id, 1);

	if (found)
		return found;
	found = db_numbers(s->db, make, row, columns, id, 1);
	/* another writer was faster */
	return found ? found : db_numbers(s->db, find, what, 1, id, 1);
}

/* Not found: the row has gone since it was remembered. */
static int64_t keep_router(struct store *s, struct map_entry *known, int64_t day)
{
	const struct db_value arguments[] = { db_integer(day), db_integer(known->id) };
	int64_t changed;

	if (day < known->day + STORE_LAST_DAYS)
		return 1;
	changed = db_run(s->db,
		"UPDATE router SET last_day = CASE WHEN last_day < $1 THEN $1 ELSE last_day END WHERE id = $2",
		arguments, 2, NULL, NULL);
	known->day = changed == 1 ? day : known->day;
	return changed;
}

static int64_t router_id(struct store *s, const struct kept_router *r, int64_t day, int64_t *id)
{
	uint8_t bytes[KEPT_ADDR_BYTES];
	const size_t len = kept_addr_bytes(&r->addr, bytes);
	const struct kept_hash hash = kept_hash(s->key, bytes, len);
	struct map_entry *known = map_find(&s->routers, hash);
	const struct db_value row[] = { db_bytes(bytes, len), db_integer(r->asn), db_integer(day) };
	int64_t found;

	found = known ? keep_router(s, known, day) : 0;
	if (found > 0) {
		*id = known->id;
		return 1;
	}
	if (found < 0)
		return found;
	found = find_or_make(s, "SELECT id FROM router WHERE address = $1",
		"INSERT INTO router (address, asn, last_day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id",
		row, row, 3, id);
	if (found > 0 && known)
		*known = (struct map_entry){ hash, *id, 0 };
	else if (found > 0)
		map_add(&s->routers, hash, *id, 0);
	return found;
}

/* --- paths --- */

/* Rows of traces find it by its hash, so that nothing waits for its number. */
static int64_t keep_path(struct store *s, const void *hops, size_t len, int64_t day, struct kept_hash *hash)
{
	struct map_entry *known;
	int err;

	*hash = kept_hash(path_key, hops, len);
	known = map_find(&s->paths, *hash);
	if (known && day < known->day + STORE_LAST_DAYS)
		return 1;
	const struct db_value row[] = { db_bytes(hash, sizeof(*hash)), db_bytes(hops, len), db_integer(day) };

	err = db_run_later(s->db,
		"INSERT INTO path (hash, hops, last_day) VALUES ($1, $2, $3) ON CONFLICT (hash)"
		" DO UPDATE SET last_day = excluded.last_day WHERE path.last_day < excluded.last_day",
		row, 3);
	if (!err && known)
		known->day = day;
	else if (!err)
		map_add(&s->paths, *hash, 0, day);
	return err;
}

/* --- series --- */

struct series_key {
	uint8_t origin[KEPT_ADDR_BYTES], remote[KEPT_ADDR_BYTES];
	uint8_t length, protocol, front;
	char host[KEPT_HOST_SIZE];
};

static struct store_written *add_written(struct store *s, struct kept_hash hash, const int64_t columns[3])
{
	if (s->written_count == s->written_room) {
		const size_t room = s->written_room ? 2 * s->written_room : 64;
		struct store_written *more = realloc(s->written, room * sizeof(*more));

		if (!more)
			return NULL;
		s->written = more;
		s->written_room = room;
	}
	map_add(&s->series, hash, (int64_t)s->written_count, 0);
	s->written[s->written_count] =
		(struct store_written){ .id = columns[0], .first_ms = columns[1], .last_ms = columns[2] };
	return &s->written[s->written_count++];
}

static int64_t find_series(struct store *s, const struct kept *k, const struct series_key *key, int64_t columns[3])
{
	const struct db_value row[] = { db_bytes(key->remote, 1 + addr_size(&k->remote.addr)), db_integer(key->length),
		db_bytes(key->origin, 1 + addr_size(&k->origin)), db_text(key->host), db_integer(key->protocol),
		db_integer(key->front), db_integer(k->asn), db_integer(k->at_ms) };
	static const char find[] = "SELECT id, first_at, last_at FROM series WHERE remote = $1 AND length = $2 AND"
				   " origin = $3 AND host = $4 AND protocol = $5 AND front = $6";
	int64_t found = db_numbers(s->db, find, row, 6, columns, 3);

	if (found)
		return found;
	found = db_numbers(s->db,
		"INSERT INTO series (remote, length, origin, host, protocol, front, asn, first_at, last_at, traces)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) ON CONFLICT DO NOTHING RETURNING id, first_at, last_at",
		row, 8, columns, 3);
	return found ? found : db_numbers(s->db, find, row, 6, columns, 3);
}

/* NULL with *err: the database, or no memory. */
static struct store_written *series_of(struct store *s, const struct kept *k, int *err)
{
	struct series_key key = { .length = k->remote.length, .protocol = k->protocol, .front = k->front };
	struct kept_hash hash;
	const struct map_entry *known;
	struct store_written *w;
	int64_t columns[3], found;

	kept_addr_bytes(&k->origin, key.origin);
	kept_addr_bytes(&k->remote.addr, key.remote);
	memcpy(key.host, k->host, sizeof(key.host) - 1);
	hash = kept_hash(s->key, &key, sizeof(key));
	known = map_find(&s->series, hash);
	if (known)
		return &s->written[known->id];
	found = find_series(s, k, &key, columns);
	w = found > 0 ? add_written(s, hash, columns) : NULL;
	*err = w ? 0 : found < 0 ? (int)found : -ENOMEM;
	return w;
}

/* --- traces --- */

struct twin {
	struct kept_hash path;
	const uint8_t *rtts;
	size_t len;
	bool is_found;
};

static bool is_twin(void *owner, const struct db_value *values, unsigned count)
{
	struct twin *t = owner;

	t->is_found = count == 2 && values[0].len == sizeof(t->path) &&
		memcmp(values[0].bytes, &t->path, sizeof(t->path)) == 0 && values[1].len == t->len &&
		(!t->len || memcmp(values[1].bytes, t->rtts, t->len) == 0);
	return !t->is_found;
}

/* Has another report brought this trace already? Only where the time is not behind that of all others. */
static int64_t has_twin(struct store *s, const struct store_written *w, const struct kept *k, struct twin *t)
{
	const struct db_value around[] = { db_integer(w->id), db_integer(k->at_ms - NEAR_MS),
		db_integer(k->at_ms + NEAR_MS) };
	int64_t err = 0;

	if (k->at_ms <= w->last_ms + NEAR_MS)
		err = db_run(s->db,
			"SELECT p.hash, t.rtts FROM trace t JOIN path p ON p.id = t.path"
			" WHERE t.series = $1 AND t.at >= $2 AND t.at <= $3",
			around, 3, is_twin, t);
	return err < 0 ? err : t->is_found;
}

/*
 * Behind all others it is the only one of its time. A path that another
 * program has forgotten since was too old to be kept, and so is the trace.
 */
static int64_t insert(struct store *s, const struct store_written *w, const struct kept *k, const struct twin *t,
	int64_t *at_ms)
{
	static const char sql[] = "INSERT INTO trace (series, at, ms, probes, ended, rtts, path)"
				  " SELECT $1, $2, $3, $4, $5, $6, id FROM path WHERE hash = $7 ON CONFLICT DO NOTHING";
	const bool is_last = k->at_ms > w->last_ms + NEAR_MS;

	for (*at_ms = k->at_ms; *at_ms < k->at_ms + TRIES; ++*at_ms) {
		const struct db_value row[] = { db_integer(w->id), db_integer(*at_ms), db_integer(k->ms),
			db_integer(k->probes), db_integer(k->end), db_bytes(t->rtts, t->len),
			db_bytes(&t->path, sizeof(t->path)) };
		const int64_t added = is_last ? db_run_later(s->db, sql, row, 7)
					      : db_run(s->db, sql, row, 7, NULL, NULL);

		if (added || is_last)
			return added < 0 ? added : 1;
	}
	return 0;
}

static int64_t insert_flows(struct store *s, const struct store_written *w, const struct kept *k, int64_t at_ms)
{
	static uint8_t bytes[KEPT_FLOWS_BYTES];
	const size_t len = kept_flows_bytes(k, bytes);
	const struct db_value row[] = { db_integer(w->id), db_integer(at_ms), db_bytes(bytes, len) };

	return len ? db_run_later(s->db, "INSERT INTO trace_flows (series, at, flows) VALUES ($1, $2, $3)", row, 3) : 0;
}

static void count(struct store_written *w, int64_t at_ms)
{
	w->added++;
	w->last_ms = at_ms > w->last_ms ? at_ms : w->last_ms;
	w->first_ms = at_ms < w->first_ms ? at_ms : w->first_ms;
}

static int64_t add(struct store *s, const struct kept *k, struct store_written *w)
{
	const int64_t day = k->at_ms / STORE_DAY_MS;
	static uint8_t hops[KEPT_PATH_BYTES], rtts[KEPT_RTTS_BYTES];
	struct twin t = { .rtts = rtts, .len = kept_rtts_bytes(k, rtts) };
	struct kept_path path = { .hops = k->hops };
	int64_t err, at_ms;

	memcpy(path.first, k->first, sizeof(path.first));
	for (unsigned i = 0; i < k->first[k->hops]; i++)
		if ((err = router_id(s, &k->routers[i], day, &path.ids[i])) < 0)
			return err;
	if ((err = keep_path(s, hops, kept_path_bytes(k, path.ids, hops), day, &t.path)) < 0)
		return err;
	err = has_twin(s, w, k, &t);
	if (err)
		return err < 0 ? err : STORE_DUPLICATE;
	if ((err = insert(s, w, k, &t, &at_ms)) <= 0)
		return err < 0 ? err : STORE_DUPLICATE;
	if ((err = insert_flows(s, w, k, at_ms)) < 0 || (err = store_judge(s, w, k, &path, at_ms)) < 0)
		return err;
	count(w, at_ms);
	return STORE_ADDED;
}

int store_add(struct store *s, const struct kept *k)
{
	int err = begin(s);
	struct store_written *w = err ? NULL : series_of(s, k, &err);
	const int64_t added = w ? add(s, k, w) : err;

	return added < 0 ? store_fail(s, added) : (int)added;
}

int store_name_as(struct store *s, uint32_t asn, const char *name)
{
	const struct db_value row[] = { db_integer(asn), db_text(name) };
	int64_t err = begin(s);

	if (!err)
		err = db_run(s->db, "INSERT INTO autonomous_system (asn, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
			row, 2, NULL, NULL);
	return err < 0 ? store_fail(s, err) : 0;
}

/* What was added to a series since the last commit. */
static int update_series(struct store *s, const struct store_written *w)
{
	const struct db_value row[] = { db_integer(w->added), db_integer(w->first_ms), db_integer(w->last_ms),
		db_integer(w->id) };

	return db_run_later(s->db,
		"UPDATE series SET traces = traces + $1, first_at = CASE WHEN first_at < $2 THEN first_at ELSE $2 END,"
		" last_at = CASE WHEN last_at > $3 THEN last_at ELSE $3 END WHERE id = $4",
		row, 4);
}

enum { BATCH = DB_ARGUMENTS }; /* series that are asked for at once */

/* Has none of these rows gone, with traces that another writer has pruned? */
static int64_t are_there(struct store *s, const int64_t ids[BATCH], unsigned count)
{
	struct db_value row[BATCH];
	int64_t there = 0, err;

	db_list(ids, count, row);
	err = db_numbers(s->db, "SELECT count(*) FROM series WHERE id " DB_IN_LIST, row, BATCH, &there, 1);
	if (err < 0 || there == count)
		return err;
	snprintf(s->db->why, sizeof(s->db->why), "%s: another writer has pruned what is written to (try again)",
		s->db->name);
	return -EBUSY;
}

/* All rows are changed before one is asked for, which waits for the server. */
static int64_t update_all(struct store *s)
{
	int64_t ids[BATCH], err = 0;
	unsigned count = 0;

	for (size_t i = 0; i < s->written_count && err >= 0; i++)
		if (s->written[i].added)
			err = update_series(s, &s->written[i]);
	for (size_t i = 0; i < s->written_count && err >= 0; i++) {
		if (s->written[i].added)
			ids[count++] = s->written[i].id;
		if (count == BATCH || (count && i + 1 == s->written_count)) {
			err = are_there(s, ids, count);
			count = 0;
		}
		s->written[i].added = 0;
	}
	return err;
}

int store_commit(struct store *s)
{
	int64_t err = s->is_open ? update_all(s) : 0;

	if (err >= 0 && s->is_open)
		err = db_script(s->db, "COMMIT");
	if (err < 0)
		return store_fail(s, err);
	s->is_open = false;
	if (s->written_count > STORE_SERIES_MOST)
		store_forget(s);
	return 0;
}

void store_rollback(struct store *s)
{
	if (s->is_open)
		db_script(s->db, "ROLLBACK");
	s->is_open = false;
	store_forget(s);
}
