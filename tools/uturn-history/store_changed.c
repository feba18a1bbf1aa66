/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes as they are asked for. */
#include <string.h>

#include "kept_bytes.h"
#include "store_read.h"
#include "store_state.h"

static void take_routers(const struct db_value *v, struct store_routers *r)
{
	const uint8_t *at = v->bytes, *end = at + v->len;

	memset(r, 0, sizeof(*r));
	if (v->len < 4)
		return;
	r->count = (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
	at += 4;
	for (unsigned i = 0; i < STORE_NAMED && i < r->count; i++) {
		const size_t len = at < end && *at == 6 ? 17 : 5;

		if ((size_t)(end - at) < len + 4 || !kept_addr_of(at, len, &r->routers[i].addr))
			return;
		at += len;
		r->routers[i].asn = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
		at += 4;
	}
}

#define CHANGES \
	"SELECT c.series, c.at, c.hop, c.kind, c.before_at, c.moved, c.compared, c.seen, c.asked, c.p, c.gone, c.added, " STORE_SERIES \
	" FROM change c JOIN series s ON s.id = c.series WHERE "
enum { COLUMNS = 12 };

struct told {
	struct store *store;
	const struct store_query *query;
	store_change_row *row;
	void *owner;
	int64_t most, count;
};

static bool tell(void *owner, const struct db_value *v, unsigned count)
{
	struct told *t = owner;
	struct store_change c = { .at_ms = v[1].integer, .hop = (unsigned)v[2].integer, .before_ms = v[4].integer };

	if (count < COLUMNS + STORE_SERIES_COLUMNS)
		return false;
	store_take_series(v + COLUMNS, &c.series);
	c.kind = v[3].integer ? STORE_MAYBE : STORE_PATH;
	c.moved = (unsigned)v[5].integer;
	c.compared = (unsigned)v[6].integer;
	c.seen = (unsigned)v[7].integer;
	c.asked = (unsigned)v[8].integer;
	c.p = v[9].real;
	take_routers(&v[10], &c.gone);
	take_routers(&v[11], &c.added);
	t->count++;
	return t->row(t->owner, &c) && t->count < t->most;
}

static int64_t in_prefix(struct told *t, int64_t since_ms)
{
	uint8_t first[KEPT_ADDR_BYTES], last[KEPT_ADDR_BYTES], network[KEPT_ADDR_BYTES];
	const struct prefix *p = &t->query->prefix, around = prefix_of_network(&p->addr);
	const size_t len = kept_addr_bytes(&p->addr, first);
	const struct db_value arguments[] = { db_bytes(first, len), db_bytes(last, store_last_bytes(p, last)),
		db_integer(p->length), db_bytes(network, kept_addr_bytes(&around.addr, network)),
		db_integer(around.length), db_integer(since_ms), db_integer(t->most) };

	return db_run(t->store->db,
		CHANGES "((s.remote >= $1 AND s.remote <= $2 AND s.length >= $3)"
			" OR (s.remote = $4 AND s.length = $5 AND s.length < $3)) AND c.at >= $6"
			" ORDER BY c.at DESC, c.series, c.hop LIMIT $7",
		arguments, 7, tell, t);
}

int64_t store_changes(struct store *s, const struct store_query *q, int64_t since_ms, int64_t most,
	store_change_row *row, void *owner)
{
	struct told t = { s, q, row, owner, most, 0 };
	const struct db_value arguments[] = { db_integer(since_ms), db_integer(q->asn), db_integer(most) },
			      all[] = { db_integer(since_ms), db_integer(most) };
	int64_t told;

	if (q->has_prefix)
		told = in_prefix(&t, since_ms);
	else if (q->has_as)
		told = db_run(s->db,
			CHANGES "c.at >= $1 AND s.asn = $2"
				" ORDER BY c.at DESC, c.series, c.hop LIMIT $3",
			arguments, 3, tell, &t);
	else
		told = db_run(s->db, CHANGES "c.at >= $1 ORDER BY c.at DESC, c.series, c.hop LIMIT $2", all, 2, tell,
			&t);
	return told < 0 ? store_fail(s, told) : t.count;
}
