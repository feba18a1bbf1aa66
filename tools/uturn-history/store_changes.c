/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store_changes.h"

#include <errno.h>
#include <string.h>

#include "changes.h"
#include "store_read.h"

enum { ROUTERS_BYTES = 4 + CHANGES_NAMED * (KEPT_ADDR_BYTES + 4) };

/* --- the traces that were kept before --- */

struct replay {
	struct store *store;
	struct changes *changes;
	bool has_same_flows;
};

struct path_row {
	struct kept_path path;
	bool is_found;
};

static bool take_path(void *owner, const struct db_value *values, unsigned count)
{
	struct path_row *p = owner;

	p->is_found = count == 1 && kept_path_of(values[0].bytes, values[0].len, &p->path);
	return false;
}

static bool take_flows(void *owner, const struct db_value *values, unsigned count)
{
	return count == 1 && kept_flows_of(owner, values[0].bytes, values[0].len);
}

/* Routers are numbers here, which the path has. */
static void replay(struct replay *r, const struct store_trace *t)
{
	static struct path_row row;
	struct changes_found found[CHANGES_FOUND];
	const struct db_value path = db_integer(t->path), trace[] = { db_integer(t->series), db_integer(t->at_ms) };
	struct changes_trace told = { .ids = row.path.ids, .at_ms = t->at_ms, .has_same_flows = r->has_same_flows };
	struct kept k;

	row.is_found = false;
	db_run(r->store->db, "SELECT hops FROM path WHERE id = $1", &path, 1, take_path, &row);
	if (!row.is_found)
		return;
	kept_init(&k);
	k.hops = row.path.hops;
	memcpy(k.first, row.path.first, sizeof(k.first));
	db_run(r->store->db, "SELECT flows FROM trace_flows WHERE series = $1 AND at = $2", trace, 2, take_flows, &k);
	told.k = &k;
	changes_on_trace(r->changes, &told, found);
	kept_done(&k);
}

struct remembered {
	struct store_trace traces[CHANGES_TRACES];
	unsigned count;
};

static bool remember(void *owner, const struct store_trace *t)
{
	struct remembered *r = owner;

	r->traces[r->count] = *t;
	return ++r->count < CHANGES_TRACES;
}

static int64_t make(struct store *s, struct store_written *w, const struct changes_trace *t)
{
	struct remembered before = { .count = 0 };
	struct replay r = { s, changes_make(), t->has_same_flows };
	int64_t last_change = INT64_MIN, err;
	const struct db_value series = db_integer(w->id);

	if (!r.changes)
		return -ENOMEM;
	w->changes = r.changes;
	err = db_numbers(s->db, "SELECT coalesce(max(at), 0) FROM change WHERE series = $1 AND kind = 0", &series, 1,
		&last_change, 1);
	if (err >= 0)
		err = store_traces(s, w->id, last_change, t->at_ms, CHANGES_TRACES, true, remember, &before);
	for (unsigned i = before.count; i > 0; i--)
		replay(&r, &before.traces[i - 1]);
	return err;
}

/* --- what is found --- */

/* Each an address with its length, and the AS: they outlive the rows of routers. */
static bool add_router(void *owner, const struct db_value *values, unsigned count)
{
	struct db_value *to = owner;
	uint8_t *at = (uint8_t *)(uintptr_t)to->bytes + to->len;
	const uint32_t asn = (uint32_t)values[1].integer;

	if (count != 2 || values[0].len > KEPT_ADDR_BYTES)
		return false;
	memcpy(at, values[0].bytes, values[0].len);
	for (unsigned i = 0; i < 4; i++)
		at[values[0].len + i] = (uint8_t)(asn >> (24 - 8 * i));
	to->len += values[0].len + 4;
	return false;
}

static int64_t routers_bytes(struct store *s, const struct changes_routers *r, uint8_t bytes[ROUTERS_BYTES],
	struct db_value *to)
{
	int64_t err = 0;

	*to = db_bytes(bytes, 4);
	for (unsigned i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(r->count >> (24 - 8 * i));
	for (unsigned i = 0; i < r->count && i < CHANGES_NAMED && err >= 0; i++) {
		const struct db_value id = db_integer(r->ids[i]);

		err = db_run(s->db, "SELECT address, asn FROM router WHERE id = $1", &id, 1, add_router, to);
	}
	return err;
}

static int64_t insert(struct store *s, const struct store_written *w, const struct changes_found *f)
{
	uint8_t gone_bytes[ROUTERS_BYTES], added_bytes[ROUTERS_BYTES];
	struct db_value gone, added;
	int64_t err = routers_bytes(s, &f->gone, gone_bytes, &gone);

	if (err >= 0)
		err = routers_bytes(s, &f->added, added_bytes, &added);
	if (err < 0)
		return err;
	const struct db_value row[] = { db_integer(w->id), db_integer(f->at_ms), db_integer(f->hop),
		db_integer(f->is_maybe), db_integer(f->before_ms), db_integer(f->moved), db_integer(f->compared),
		db_integer(f->seen), db_integer(f->asked), db_real(f->p), gone, added };

	return db_run_later(s->db,
		"INSERT INTO change (series, at, hop, kind, before_at, moved, compared, seen, asked, p, gone, added)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		row, 12);
}

int64_t store_judge(struct store *s, struct store_written *w, const struct kept *k, const struct kept_path *path,
	int64_t at_ms)
{
	static struct changes_found found[CHANGES_FOUND];
	const struct changes_trace t = { .k = k,
		.ids = path->ids,
		.at_ms = at_ms,
		.has_same_flows = k->remote.length == 8 * addr_size(&k->remote.addr) };
	unsigned count;
	int64_t err = 0;

	/* what comes later than what was before it has been judged without it */
	if (at_ms < w->last_ms && w->changes)
		return 0;
	if (!w->changes && (err = make(s, w, &t)) < 0)
		return err;
	count = changes_on_trace(w->changes, &t, found);
	for (unsigned i = 0; i < count && err >= 0; i++)
		err = insert(s, w, &found[i]);
	return err;
}
