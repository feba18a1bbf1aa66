/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "kept_bytes.h"
#include "serve_answers.h"
#include "ways.h"

enum { DAYS = 3660, DAY_MS = 86400000 };

/* A trace of the picture, the newest first. */
struct drawn {
	int64_t at_ms, path;
	uint32_t rtt_us; /* of the last router */
	unsigned way;
};

struct picture {
	struct store *store;
	struct store_series series;
	struct drawn *traces;
	size_t count;
	struct store_change *changes; /* the newest first */
	size_t change_count;
	struct ways ways;
};

static bool take_trace(void *owner, const struct store_trace *t)
{
	struct picture *p = owner;

	p->traces[p->count++] = (struct drawn){ t->at_ms, t->path,
		t->rtt_count ? kept_rtt_of(t->rtts + 2 * (t->rtt_count - 1)) : 0, 0 };
	return p->count < ANSWER_PICTURE;
}

/* Those of other series to the same prefix are asked for as well, and left out. */
static bool take_change(void *owner, const struct store_change *c)
{
	struct picture *p = owner;

	if (c->series.id == p->series.id)
		p->changes[p->change_count++] = *c;
	return p->change_count < WAYS_PERIODS;
}

/* In the order of time: each change that is certain begins a period. */
static void find_ways(struct picture *p)
{
	size_t change = p->change_count;

	for (size_t i = p->count; i-- > 0;) {
		const struct kept *path = store_path(p->store, p->traces[i].path);

		for (; change && p->changes[change - 1].at_ms <= p->traces[i].at_ms; change--)
			if (p->changes[change - 1].kind == STORE_PATH)
				ways_change(&p->ways);
		if (path)
			ways_add(&p->ways, p->traces[i].at_ms, path);
	}
	ways_finish(&p->ways);
}

/* Which way each trace took, by its period. */
static void mark_ways(struct picture *p)
{
	size_t trace = p->count;

	for (unsigned i = 0; i < p->ways.period_count; i++)
		for (; trace && p->traces[trace - 1].at_ms <= p->ways.periods[i].last_ms; trace--)
			p->traces[trace - 1].way = p->ways.periods[i].way;
}

static int64_t day_of(const struct drawn *t)
{
	return t->at_ms / DAY_MS;
}

static int compare(const void *one, const void *other)
{
	const struct drawn *a = one, *b = other;

	if (a->way != b->way)
		return a->way < b->way ? -1 : 1;
	if (day_of(a) != day_of(b))
		return day_of(a) < day_of(b) ? -1 : 1;
	return a->rtt_us < b->rtt_us ? -1 : a->rtt_us > b->rtt_us;
}

/* [day, traces, median of ms] of each day of a way, in order; *from: where its traces begin, which are sorted. */
static json_t *days_json(const struct picture *p, unsigned way, size_t *from)
{
	json_t *days = json_array();

	while (*from < p->count && p->traces[*from].way == way) {
		const int64_t day = day_of(&p->traces[*from]);
		size_t end = *from, middle;

		while (end < p->count && p->traces[end].way == way && day_of(&p->traces[end]) == day)
			end++;
		middle = *from + (end - *from) / 2;
		json_array_append_new(days,
			json_pack("[I, I, f]", (json_int_t)day, (json_int_t)(end - *from),
				(double)p->traces[middle].rtt_us / 1000));
		*from = end;
	}
	return days;
}

static json_t *hops_json(struct picture *p, json_t *names, const struct way *w)
{
	json_t *hops = json_array();

	for (unsigned hop = 0; hop < w->hop_count; hop++) {
		json_t *routers = json_array();

		for (unsigned i = 0; i < w->hops[hop].count; i++) {
			json_t *o = answer_router(p->store, names, &w->hops[hop].routers[i]);

			json_object_set_new(o, "rare", json_boolean(way_is_rare(&w->hops[hop], i)));
			json_array_append_new(routers, o);
		}
		json_array_append_new(hops, routers);
	}
	return hops;
}

static json_t *ways_json(struct picture *p, json_t *names)
{
	json_t *ways = json_array();
	size_t from = 0;

	qsort(p->traces, p->count, sizeof(*p->traces), compare);
	for (unsigned i = 0; i <= WAYS_OTHER; i++) {
		const struct way *w = &p->ways.all[i];

		if (w->traces)
			json_array_append_new(ways,
				json_pack("{sb sI sI sI so so}", "other", i == WAYS_OTHER, "traces",
					(json_int_t)w->traces, "first", (json_int_t)w->first_ms, "last",
					(json_int_t)w->last_ms, "hops", hops_json(p, names, w), "days",
					days_json(p, i, &from)));
	}
	return ways;
}

static json_t *periods_json(const struct picture *p)
{
	json_t *periods = json_array();

	for (unsigned i = 0; i < p->ways.period_count; i++) {
		const struct way_period *one = &p->ways.periods[i];

		json_array_append_new(periods,
			json_pack("[I, I, i]", (json_int_t)one->first_ms, (json_int_t)one->last_ms,
				(int)(one->way == WAYS_OTHER ? p->ways.count : one->way)));
	}
	return periods;
}

static json_t *picture_json(struct picture *p, int64_t since_ms, int64_t now_ms)
{
	json_t *names = json_object(), *changes = json_array(), *ways;

	for (size_t i = 0; i < p->change_count; i++)
		json_array_append_new(changes, answer_change(p->store, names, &p->changes[i]));
	ways = ways_json(p, names);
	return json_pack("{so sI sI so so so sb so}", "series", answer_series(p->store, names, &p->series), "since",
		(json_int_t)since_ms, "until", (json_int_t)now_ms, "ways", ways, "periods", periods_json(p), "changes",
		changes, "cut", p->count == ANSWER_PICTURE || p->change_count == WAYS_PERIODS, "names", names);
}

static json_t *draw(struct picture *p, int64_t since_ms, int64_t now_ms)
{
	const struct store_query q = { .has_prefix = true, .prefix = p->series.remote };

	if (!p->traces || !p->changes || !ways_init(&p->ways))
		return NULL;
	if (store_paths_read(p->store, p->series.id, since_ms, INT64_MAX) < 0 ||
		store_traces(p->store, p->series.id, since_ms, INT64_MAX, ANSWER_PICTURE, true, take_trace, p) < 0 ||
		store_changes(p->store, &q, since_ms, INT64_MAX, take_change, p) < 0)
		return NULL;
	find_ways(p);
	mark_ways(p);
	return picture_json(p, since_ms, now_ms);
}

json_t *answer_ways(struct store *s, const char *series, const char *days, int64_t now_ms)
{
	const int64_t id = answer_number(series, INT64_MAX), count = answer_number(days, DAYS);
	struct picture p = { .store = s };
	int64_t found;
	json_t *o;

	if (id < 0 || count < 1)
		return answer_error("series, days: not a number");
	found = store_series_by_id(s, id, &p.series);
	if (found <= 0)
		return found ? NULL : answer_error("Nothing is kept of this any more.");
	p.traces = malloc(ANSWER_PICTURE * sizeof(*p.traces));
	p.changes = malloc(WAYS_PERIODS * sizeof(*p.changes));
	o = draw(&p, (now_ms / DAY_MS - count + 1) * DAY_MS, now_ms);
	free(p.traces);
	free(p.changes);
	ways_done(&p.ways);
	return o;
}
