/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forgetting: the oldest traces first, then paths and routers that no trace has met for long. */
#include <errno.h>
#include <stdlib.h>

#include "store.h"
#include "store_state.h"

enum {
	STEPS = 64, /* parts of what is kept that go at once where it is too much */
	MARGIN_DAYS = STORE_LAST_DAYS + 1, /* the day that a path was used last may be that much older */
};

struct list {
	int64_t *ids;
	size_t count, room;
};

static bool take(void *owner, const struct db_value *values, unsigned count)
{
	struct list *l = owner;

	if (l->count == l->room) {
		int64_t *more = realloc(l->ids, (l->room ? 2 * l->room : 64) * sizeof(*more));

		if (!more)
			return false;
		l->ids = more;
		l->room = l->room ? 2 * l->room : 64;
	}
	l->ids[l->count++] = values[0].integer;
	return count > 0;
}

/*
 * Of one series; how many. Its row stays where another writer has added a trace meanwhile: PostgreSQL waits
 * for that writer, and then looks at the row again.
 */
static int64_t prune_series(struct store *s, int64_t id, int64_t before_ms)
{
	const struct db_value row[] = { db_integer(id), db_integer(before_ms) };
	int64_t gone, first[2] = { 0, 0 };

	gone = db_run(s->db, "DELETE FROM trace WHERE series = $1 AND at < $2", row, 2, NULL, NULL);
	if (gone < 0 || db_run(s->db, "DELETE FROM trace_flows WHERE series = $1 AND at < $2", row, 2, NULL, NULL) < 0)
		return gone < 0 ? gone : -EIO;
	if (db_numbers(s->db, "SELECT coalesce(min(at), 0) FROM trace WHERE series = $1", row, 1, first, 1) < 0)
		return -EIO;
	const struct db_value update[] = { db_integer(gone), db_integer(first[0]), db_integer(id) };
	const int64_t err = first[0]
		? db_run(s->db, "UPDATE series SET traces = traces - $1, first_at = $2 WHERE id = $3", update, 3, NULL,
			  NULL)
		: db_run(s->db, "DELETE FROM series WHERE id = $1 AND last_at < $2", row, 2, NULL, NULL);

	return err < 0 ? err : gone;
}

static int64_t prune_rest(struct store *s, int64_t before_ms)
{
	const struct db_value at = db_integer(before_ms), day = db_integer(before_ms / STORE_DAY_MS - MARGIN_DAYS);
	int64_t err = db_run(s->db, "DELETE FROM change WHERE at < $1", &at, 1, NULL, NULL);

	if (err >= 0)
		err = db_run(s->db, "DELETE FROM path WHERE last_day < $1", &day, 1, NULL, NULL);
	if (err >= 0)
		err = db_run(s->db, "DELETE FROM router WHERE last_day < $1", &day, 1, NULL, NULL);
	return err;
}

/* In a transaction; a trace of a series whose row is gone would have none, so all that is remembered is read anew. */
static int64_t prune_before(struct store *s, int64_t before_ms)
{
	const struct db_value before = db_integer(before_ms);
	struct list series = { NULL, 0, 0 };
	int64_t gone = 0, err = db_script(s->db, s->db->adapter->begin);

	s->is_open = !err;
	if (!err)
		err = db_run(s->db, "SELECT id FROM series WHERE first_at < $1", &before, 1, take, &series);
	for (size_t i = 0; i < series.count && err >= 0; i++) {
		err = prune_series(s, series.ids[i], before_ms);
		gone += err > 0 ? err : 0;
	}
	if (err >= 0)
		err = prune_rest(s, before_ms);
	free(series.ids);
	if (err >= 0)
		err = db_script(s->db, "COMMIT");
	if (err < 0)
		return store_fail(s, err);
	s->is_open = false;
	store_forget(s);
	err = s->db->adapter->shrink(s->db);
	return err < 0 ? store_fail(s, err) : gone;
}

/* What goes next where it is too much: a part of the time that is kept, an hour at least. 0: nothing does. */
static int64_t excess(struct store *s, const struct store_limits *limits)
{
	const int64_t bytes = limits->max_bytes ? store_bytes(s) : 0;
	int64_t span[2] = { 0, 0 }, part, err;

	if (bytes < 0 || bytes <= limits->max_bytes)
		return bytes < 0 ? bytes : 0;
	err = db_numbers(s->db, "SELECT coalesce(min(first_at), 0), coalesce(max(last_at), 0) FROM series", NULL, 0,
		span, 2);
	if (err < 0)
		return store_fail(s, err);
	part = (span[1] - span[0]) / STEPS;
	return span[0] + (part > 3600000 ? part : 3600000);
}

int64_t store_prune(struct store *s, const struct store_limits *limits, int64_t now_ms)
{
	int64_t before_ms = limits->keep_ms ? now_ms - limits->keep_ms : 0, first[1] = { 0 }, much;

	if (db_numbers(s->db, "SELECT coalesce(min(first_at), 0) FROM series", NULL, 0, first, 1) < 0)
		return store_fail(s, -EIO);
	if (!first[0])
		return 0;
	much = excess(s, limits);
	if (much < 0)
		return much;
	before_ms = much > before_ms ? much : before_ms;
	if (first[0] >= before_ms)
		return 0;
	/* of what is much too old a week at a time, so that writing waits for less */
	if (before_ms - first[0] > 8 * INT64_C(86400000))
		before_ms = first[0] + 7 * INT64_C(86400000);
	return prune_before(s, before_ms);
}
