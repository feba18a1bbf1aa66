/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/keywords.h"
#include "common/text.h"
#include "kept_bytes.h"
#include "store_state.h"

/* --- what is asked about --- */

bool store_query_parse(const char *word, struct store_query *q)
{
	const bool has_letters = strncasecmp(word, "AS", 2) == 0;
	unsigned long asn;

	memset(q, 0, sizeof(*q));
	if (number_parse(word + (has_letters ? 2 : 0), "", &asn) && asn && asn <= UINT32_MAX) {
		q->has_as = true;
		q->asn = (uint32_t)asn;
		return true;
	}
	q->has_prefix = prefix_parse(word, &q->prefix);
	return q->has_prefix;
}

size_t store_last_bytes(const struct prefix *p, uint8_t bytes[KEPT_ADDR_BYTES])
{
	struct addr last = p->addr;

	for (unsigned bit = p->length; bit < 8 * addr_size(&last); bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return kept_addr_bytes(&last, bytes);
}

void store_take_series(const struct db_value v[STORE_SERIES_COLUMNS], struct store_series *s)
{
	memset(s, 0, sizeof(*s));
	s->id = v[0].integer;
	snprintf(s->host, sizeof(s->host), "%.*s", (int)v[1].len, v[1].bytes ? (const char *)v[1].bytes : "");
	kept_addr_of(v[2].bytes, v[2].len, &s->origin);
	kept_addr_of(v[3].bytes, v[3].len, &s->remote.addr);
	s->remote.length = (uint8_t)v[4].integer;
	s->protocol = (uint8_t)v[5].integer;
	s->front = v[6].integer >= 0 && v[6].integer < KEPT_FRONTS ? (uint8_t)v[6].integer : KEPT_UTURN;
	s->asn = (uint32_t)v[7].integer;
	s->first_ms = v[8].integer;
	s->last_ms = v[9].integer;
	s->traces = v[10].integer;
}

struct series_told {
	store_series_row *row;
	void *owner;
};

static bool tell_series(void *owner, const struct db_value *values, unsigned count)
{
	const struct series_told *t = owner;
	struct store_series s;

	if (count < STORE_SERIES_COLUMNS)
		return false;
	store_take_series(values, &s);
	return t->row(t->owner, &s);
}

/* Series within the prefix, and those of a prefix that it is within: what is kept of an address is a /24 or /48. */
static int64_t series_in(struct store *s, const struct prefix *p, db_row *row, void *owner)
{
	uint8_t first[KEPT_ADDR_BYTES], last[KEPT_ADDR_BYTES], network[KEPT_ADDR_BYTES];
	const struct prefix around = prefix_of_network(&p->addr);
	const size_t len = kept_addr_bytes(&p->addr, first);
	const struct db_value arguments[] = { db_bytes(first, len), db_bytes(last, store_last_bytes(p, last)),
		db_integer(p->length), db_bytes(network, kept_addr_bytes(&around.addr, network)),
		db_integer(around.length) };

	return db_run(s->db,
		"SELECT " STORE_SERIES " FROM series s WHERE (remote >= $1 AND remote <= $2 AND length >= $3)"
		" OR (remote = $4 AND length = $5 AND length < $3) ORDER BY remote, length, id",
		arguments, 5, row, owner);
}

int64_t store_series(struct store *s, const struct store_query *q, store_series_row *row, void *owner)
{
	struct series_told t = { row, owner };
	const struct db_value asn = db_integer(q->asn);
	int64_t told;

	if (q->has_prefix)
		told = series_in(s, &q->prefix, tell_series, &t);
	else if (q->has_as)
		told = db_run(s->db, "SELECT " STORE_SERIES " FROM series s WHERE asn = $1 ORDER BY remote, length, id",
			&asn, 1, tell_series, &t);
	else
		told = db_run(s->db, "SELECT " STORE_SERIES " FROM series s ORDER BY remote, length, id", NULL, 0,
			tell_series, &t);
	return told < 0 ? store_fail(s, told) : told;
}

static bool copy_series(void *owner, const struct store_series *s)
{
	*(struct store_series *)owner = *s;
	return false;
}

int64_t store_series_by_id(struct store *s, int64_t id, struct store_series *found)
{
	struct series_told t = { copy_series, found };
	const struct db_value argument = db_integer(id);
	const int64_t told =
		db_run(s->db, "SELECT " STORE_SERIES " FROM series s WHERE id = $1", &argument, 1, tell_series, &t);

	return told < 0 ? store_fail(s, told) : told;
}

/* --- traces --- */

struct trace_told {
	store_trace_row *row;
	void *owner;
	int64_t series;
};

static bool tell_trace(void *owner, const struct db_value *v, unsigned count)
{
	const struct trace_told *t = owner;
	struct store_trace trace = { .series = t->series };

	if (count < 6)
		return false;
	trace.at_ms = v[0].integer;
	trace.path = v[1].integer;
	trace.ms = (uint32_t)v[2].integer;
	trace.probes = (uint32_t)v[3].integer;
	trace.end = v[4].integer >= 0 && v[4].integer < KEPT_ENDS ? (uint8_t)v[4].integer : KEPT_STOPPED;
	trace.rtts = v[5].bytes;
	trace.rtt_count = v[5].len / 2;
	return t->row(t->owner, &trace);
}

int64_t store_traces(struct store *s, int64_t series, int64_t since_ms, int64_t until_ms, int64_t most,
	bool is_newest_first, store_trace_row *row, void *owner)
{
	struct trace_told t = { row, owner, series };
	const struct db_value arguments[] = { db_integer(series), db_integer(since_ms), db_integer(until_ms),
		db_integer(most) };
	const int64_t told = db_run(s->db,
		is_newest_first
			? "SELECT at, path, ms, probes, ended, rtts FROM trace WHERE series = $1 AND at >= $2 AND at < $3"
			  " ORDER BY at DESC LIMIT $4"
			: "SELECT at, path, ms, probes, ended, rtts FROM trace WHERE series = $1 AND at >= $2 AND at < $3"
			  " ORDER BY at LIMIT $4",
		arguments, 4, tell_trace, &t);

	return told < 0 ? store_fail(s, told) : told;
}

const char *store_id(int64_t series, int64_t at_ms, char text[STORE_ID_SIZE])
{
	snprintf(text, STORE_ID_SIZE, "%" PRId64 "-%" PRId64, series, at_ms);
	return text;
}

bool store_id_parse(const char *text, int64_t *series, int64_t *at_ms)
{
	unsigned long one, other;
	const char *hyphen = number_parse(text, "-", &one);

	if (!hyphen || *hyphen != '-' || !number_parse(hyphen + 1, "", &other) || one > INT64_MAX || other > INT64_MAX)
		return false;
	*series = (int64_t)one;
	*at_ms = (int64_t)other;
	return true;
}

/* Of the series. */
static void fill_head(struct kept *k, const struct store_series *series)
{
	memcpy(k->host, series->host, sizeof(k->host));
	k->origin = series->origin;
	k->remote = series->remote;
	k->asn = series->asn;
	k->protocol = series->protocol;
	k->front = series->front;
}

int store_fill(struct store *s, const struct store_series *series, const struct store_trace *t, struct kept *k)
{
	const struct kept *path = store_path(s, t->path);
	const unsigned count = path ? path->first[path->hops] : 0;

	kept_init(k);
	fill_head(k, series);
	k->at_ms = t->at_ms;
	k->ms = t->ms;
	k->probes = t->probes;
	k->end = t->end;
	k->routers = malloc((count + 1) * sizeof(*k->routers));
	if (!path || !k->routers || t->rtt_count != count)
		return 0;
	k->hops = path->hops;
	memcpy(k->first, path->first, sizeof(k->first));
	memcpy(k->routers, path->routers, count * sizeof(*k->routers));
	for (unsigned i = 0; i < count; i++)
		k->routers[i].rtt_us = kept_rtt_of(t->rtts + 2 * (size_t)i);
	return 1;
}

struct filling {
	struct store *store;
	const struct store_series *series;
	struct kept *k;
	bool has_failed;
};

static bool fill_trace(void *owner, const struct store_trace *t)
{
	struct filling *f = owner;

	f->has_failed = !store_fill(f->store, f->series, t, f->k);
	return false;
}

static bool fill_flows(void *owner, const struct db_value *values, unsigned count)
{
	struct filling *f = owner;

	f->has_failed = count != 1 || !kept_flows_of(f->k, values[0].bytes, values[0].len);
	return false;
}

int64_t store_trace(struct store *s, int64_t series, int64_t at_ms, struct kept *k)
{
	const struct db_value arguments[] = { db_integer(series), db_integer(at_ms) };
	struct store_series head;
	struct filling f = { s, &head, k, false };
	int64_t told;

	kept_init(k);
	told = store_series_by_id(s, series, &head);
	if (told <= 0)
		return told;
	told = store_traces(s, series, at_ms, at_ms + 1, 1, false, fill_trace, &f);
	if (told <= 0)
		return told;
	if (!f.has_failed)
		told = db_run(s->db, "SELECT flows FROM trace_flows WHERE series = $1 AND at = $2", arguments, 2,
			fill_flows, &f);
	if (told < 0)
		return store_fail(s, told);
	if (!f.has_failed)
		return 1;
	snprintf(s->why, sizeof(s->why), "trace %" PRId64 "-%" PRId64 ": damaged in the database", series, at_ms);
	return -EIO;
}

struct path_told {
	store_path_row *row;
	void *owner;
};

static bool tell_path(void *owner, const struct db_value *values, unsigned count)
{
	const struct path_told *t = owner;

	return count == 2 && t->row(t->owner, values[0].integer, values[1].integer);
}

int64_t store_paths_of(struct store *s, int64_t series, int64_t since_ms, store_path_row *row, void *owner)
{
	struct path_told t = { row, owner };
	const struct db_value arguments[] = { db_integer(series), db_integer(since_ms) };
	const int64_t told = db_run(s->db,
		"SELECT path, count(*) FROM trace WHERE series = $1 AND at >= $2 GROUP BY path", arguments, 2,
		tell_path, &t);

	return told < 0 ? store_fail(s, told) : told;
}

int store_totals(struct store *s, struct store_totals *t)
{
	int64_t n[8];
	int64_t err = db_numbers(s->db,
		"SELECT (SELECT count(*) FROM series), (SELECT CAST(coalesce(sum(traces), 0) AS BIGINT) FROM series),"
		" (SELECT count(*) FROM path), (SELECT count(*) FROM router), (SELECT count(*) FROM change),"
		" (SELECT coalesce(min(first_at), 0) FROM series), (SELECT coalesce(max(last_at), 0) FROM series)",
		NULL, 0, n, 7);

	if (err < 0)
		return store_fail(s, err);
	*t = (struct store_totals){ n[0], n[1], n[2], n[3], n[4], n[5], n[6], store_bytes(s) };
	return t->bytes < 0 ? (int)t->bytes : 0;
}
