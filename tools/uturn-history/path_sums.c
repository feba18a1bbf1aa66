/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path_sums.h"

#include <stdlib.h>
#include <string.h>

#include "kept_bytes.h"

enum { DAY_MS = 86400000 };

void path_sums_init(struct path_sums *p)
{
	memset(p, 0, sizeof(*p));
}

void path_sums_done(struct path_sums *p)
{
	for (size_t i = 0; i < p->router_count; i++)
		free(p->routers[i].rtts.us);
	for (size_t i = 0; i < p->day_count; i++)
		free(p->days[i].rtts.us);
	free(p->routers);
	free(p->days);
	free(p->paths);
	path_sums_init(p);
}

/* Room for one more; NULL: no memory. */
static void *grow(void *list, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return list;
	more = realloc(list, (*room ? 2 * *room : 8) * size);
	if (more)
		*room = *room ? 2 * *room : 8;
	return more;
}

static bool add_value(struct path_values *v, uint32_t us)
{
	uint32_t *more = grow(v->us, v->count, &v->room, sizeof(*more));

	if (!more)
		return false;
	v->us = more;
	v->us[v->count++] = us;
	return true;
}

static struct path_router *find_router(struct path_sums *p, unsigned hop, const struct kept_router *r)
{
	size_t at = p->router_count;
	struct path_router *more;

	for (size_t i = 0; i < p->router_count; i++) {
		if (p->routers[i].hop == hop && addr_equal(&p->routers[i].addr, &r->addr))
			return &p->routers[i];
		if (p->routers[i].hop > hop && at == p->router_count)
			at = i;
	}
	more = grow(p->routers, p->router_count, &p->router_room, sizeof(*more));
	if (!more)
		return NULL;
	p->routers = more;
	memmove(more + at + 1, more + at, (p->router_count++ - at) * sizeof(*more));
	more[at] = (struct path_router){ .hop = hop, .addr = r->addr, .asn = r->asn };
	return &more[at];
}

/* Traces come mostly in order, from either end. */
static struct path_day *find_day(struct path_sums *p, int64_t day)
{
	size_t at = 0;
	struct path_day *more;

	for (at = p->day_count; at > 0 && p->days[at - 1].day > day; at--)
		;
	if (at > 0 && p->days[at - 1].day == day)
		return &p->days[at - 1];
	more = grow(p->days, p->day_count, &p->day_room, sizeof(*more));
	if (!more)
		return NULL;
	p->days = more;
	memmove(more + at + 1, more + at, (p->day_count++ - at) * sizeof(*more));
	more[at] = (struct path_day){ .day = day };
	return &more[at];
}

static bool add_day(struct path_sums *p, int64_t at_ms, uint32_t us, bool is_arrived)
{
	struct path_day *d = find_day(p, at_ms / DAY_MS);

	if (!d)
		return false;
	if (is_arrived && !d->arrived)
		d->rtts.count = 0;
	if (!is_arrived && d->arrived)
		return true;
	d->arrived += is_arrived;
	return add_value(&d->rtts, us);
}

static bool add_path(struct path_sums *p, int64_t path)
{
	int64_t *more;

	for (size_t i = 0; i < p->path_count; i++)
		if (p->paths[i] == path)
			return true;
	more = grow(p->paths, p->path_count, &p->path_room, sizeof(*more));
	if (!more)
		return false;
	p->paths = more;
	p->paths[p->path_count++] = path;
	return true;
}

bool path_sums_add(struct path_sums *p, int64_t path, const struct kept *k, const uint8_t *rtts, int64_t at_ms,
	bool is_arrived)
{
	const unsigned last = k->first[k->hops];

	p->traces++;
	p->last_ms = at_ms > p->last_ms ? at_ms : p->last_ms;
	if (!add_path(p, path))
		return false;
	for (unsigned hop = 1; hop <= k->hops; hop++) {
		p->answered[hop] += k->first[hop] > k->first[hop - 1];
		for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++) {
			struct path_router *r = find_router(p, hop, &k->routers[i]);

			if (!r || !add_value(&r->rtts, kept_rtt_of(rtts + 2 * (size_t)i)))
				return false;
			r->traces++;
		}
	}
	return !last || add_day(p, at_ms, kept_rtt_of(rtts + 2 * (size_t)(last - 1)), is_arrived);
}

static int compare(const void *a, const void *b)
{
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

uint32_t path_median(struct path_values *v)
{
	if (!v->count)
		return 0;
	qsort(v->us, v->count, sizeof(*v->us), compare);
	return v->us[(v->count - 1) / 2];
}
