/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ways.h"

#include <stdlib.h>
#include <string.h>

/* Where the way of the period that goes on is. */
enum { GOING_ON = WAYS_OTHER + 1, PLACES };

bool ways_init(struct ways *w)
{
	memset(w, 0, sizeof(*w));
	w->all = calloc(PLACES, sizeof(*w->all));
	return w->all != NULL;
}

void ways_done(struct ways *w)
{
	free(w->all);
	w->all = NULL;
}

static int find(const struct way_hop *h, const struct addr *a)
{
	for (unsigned i = 0; i < h->count; i++)
		if (addr_equal(&h->routers[i].addr, a))
			return (int)i;
	return -1;
}

static void meet(struct way_hop *h, const struct kept_router *r, uint32_t times)
{
	int at = find(h, &r->addr);

	if (at < 0 && h->count == WAY_ROUTERS)
		return;
	if (at < 0) {
		at = (int)h->count++;
		h->routers[at] = *r;
		h->seen[at] = 0;
	}
	h->seen[at] += times;
}

static uint32_t most_seen(const struct way_hop *h)
{
	uint32_t most = 0;

	for (unsigned i = 0; i < h->count; i++)
		most = h->seen[i] > most ? h->seen[i] : most;
	return most;
}

bool way_is_rare(const struct way_hop *h, unsigned router)
{
	return h->seen[router] <= most_seen(h) / WAY_RARE;
}

/* A rare one is met in a detour of some minutes, and does not make two ways one. */
static bool have_common(const struct way_hop *a, const struct way_hop *b)
{
	for (unsigned i = 0; i < a->count; i++) {
		const int at = way_is_rare(a, i) ? -1 : find(b, &a->routers[i].addr);

		if (at >= 0 && !way_is_rare(b, (unsigned)at))
			return true;
	}
	return false;
}

/*
 * A hop where one of them is silent says nothing; nor do the last ones, where
 * the probers of a prefix have routers of their own.
 */
static bool are_one(const struct way *a, const struct way *b)
{
	const unsigned hops = a->hop_count < b->hop_count ? a->hop_count : b->hop_count;

	for (unsigned i = 0; i + 1 < hops; i++)
		if (a->hops[i].count && b->hops[i].count && !have_common(&a->hops[i], &b->hops[i]))
			return false;
	/* one with a hop alone is told by that */
	return hops != 1 || have_common(&a->hops[0], &b->hops[0]) || a->hop_count != b->hop_count;
}

static void merge(struct way *into, const struct way *from)
{
	for (unsigned hop = 0; hop < from->hop_count; hop++)
		for (unsigned i = 0; i < from->hops[hop].count; i++)
			meet(&into->hops[hop], &from->hops[hop].routers[i], from->hops[hop].seen[i]);
	if (!into->traces || from->first_ms < into->first_ms)
		into->first_ms = from->first_ms;
	if (from->last_ms > into->last_ms)
		into->last_ms = from->last_ms;
	if (from->hop_count > into->hop_count)
		into->hop_count = from->hop_count;
	into->traces += from->traces;
}

/* The way of the period that has ended. */
static unsigned settle(struct ways *w, const struct way *ended)
{
	unsigned at = 0;

	while (at < w->count && !are_one(&w->all[at], ended))
		at++;
	if (at == WAYS)
		at = WAYS_OTHER;
	else if (at == w->count)
		w->count++;
	merge(&w->all[at], ended);
	return at;
}

void ways_finish(struct ways *w)
{
	struct way *ended = &w->all[GOING_ON];

	if (!ended->traces)
		return;
	w->periods[w->period_count++] = (struct way_period){ ended->first_ms, ended->last_ms, settle(w, ended) };
	memset(ended, 0, sizeof(*ended));
}

void ways_change(struct ways *w)
{
	if (w->period_count + 1 < WAYS_PERIODS)
		ways_finish(w);
}

void ways_add(struct ways *w, int64_t at_ms, const struct kept *path)
{
	struct way *way = &w->all[GOING_ON];

	for (unsigned hop = 0; hop < path->hops; hop++)
		for (unsigned i = path->first[hop]; i < path->first[hop + 1]; i++)
			meet(&way->hops[hop], &path->routers[i], 1);
	if (path->hops > way->hop_count)
		way->hop_count = path->hops;
	if (!way->traces++)
		way->first_ms = at_ms;
	way->last_ms = at_ms;
}
