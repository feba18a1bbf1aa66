/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "changes_window.h"

#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"

enum { ROWS = 3 /* of a trace that does not tell flows: routers at one hop that count */ };

/* --- remembering --- */

static void trace_free(struct window_trace *t)
{
	if (!t)
		return;
	free(t->ids);
	free(t->met);
	free(t->flows);
	free(t);
}

static void *copy(const void *from, size_t size)
{
	void *made = from ? malloc(size + 1) : NULL;

	if (made)
		memcpy(made, from, size);
	return made;
}

static struct window_trace *trace_make(const struct changes_trace *from)
{
	const struct kept *k = from->k;
	struct window_trace *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->at_ms = from->at_ms;
	t->hops = k->hops;
	t->has_same_flows = from->has_same_flows;
	memcpy(t->first, k->first, sizeof(t->first));
	t->ids = copy(from->ids, k->first[k->hops] * sizeof(*t->ids));
	if (k->met && k->flow_count) {
		t->flow_count = k->flow_count;
		t->met = copy(k->met, (size_t)k->flow_count * k->hops * sizeof(*t->met));
		t->flows = copy(k->flows, k->flow_count * sizeof(*t->flows));
	}
	if (t->ids && (!t->flow_count || (t->met && t->flows)))
		return t;
	trace_free(t);
	return NULL;
}

void window_drop(struct window *w, unsigned count)
{
	count = count < w->count ? count : w->count;
	for (unsigned i = 0; i < count; i++)
		trace_free(w->traces[i]);
	w->count -= count;
	memmove(w->traces, w->traces + count, w->count * sizeof(struct window_trace *));
}

bool window_add(struct window *w, const struct changes_trace *t)
{
	struct window_trace *made = trace_make(t);

	if (!made)
		return false;
	if (w->count == CHANGES_TRACES)
		window_drop(w, 1);
	w->traces[w->count++] = made;
	return true;
}

bool window_has(const struct window_trace *t, unsigned hop, int64_t id)
{
	for (unsigned i = hop <= t->hops ? t->first[hop - 1] : 0; hop <= t->hops && i < t->first[hop]; i++)
		if (t->ids[i] == id)
			return true;
	return false;
}

/* --- comparing --- */

struct side {
	struct window_trace *const *traces;
	unsigned count;
	uint16_t *met; /* by place of a flow * hops + hop - 1 */
};

struct comparing {
	int64_t ids[COMPARE_ROUTERS]; /* by number */
	unsigned routers, hops, places;
	struct compare_work work;
	struct compare_change changes[CHANGES_FOUND];
};

static uint16_t number_of(struct comparing *c, int64_t id)
{
	for (unsigned i = 0; i < c->routers; i++)
		if (c->ids[i] == id)
			return (uint16_t)i;
	if (c->routers == COMPARE_ROUTERS)
		return COMPARE_NOBODY;
	c->ids[c->routers] = id;
	return (uint16_t)c->routers++;
}

/* Flows that can be compared have the place of their identifier; all others one of their own. */
static void fill_flows(struct comparing *c, const struct window_trace *t, unsigned place, uint16_t *met)
{
	for (unsigned flow = 0; flow < t->flow_count; flow++) {
		const unsigned at = t->has_same_flows ? t->flows[flow] : place + flow;

		for (unsigned hop = 1; hop <= t->hops && at < c->places; hop++) {
			const uint16_t router = t->met[flow * t->hops + hop - 1];

			if (router != KEPT_NOBODY)
				met[at * c->hops + hop - 1] = number_of(c, t->ids[router]);
		}
	}
}

static void fill_routers(struct comparing *c, const struct window_trace *t, unsigned place, uint16_t *met)
{
	for (unsigned hop = 1; hop <= t->hops; hop++)
		for (unsigned i = t->first[hop - 1]; i < t->first[hop] && i < (unsigned)t->first[hop - 1] + ROWS; i++)
			met[(place + i - t->first[hop - 1]) * c->hops + hop - 1] = number_of(c, t->ids[i]);
}

static unsigned places_of(const struct window_trace *t)
{
	if (!t->flow_count)
		return ROWS;
	return t->has_same_flows ? 0 : t->flow_count;
}

/* Where flows have places of their own both sides have different ones. */
static bool fill(struct comparing *c, struct side *s, unsigned place)
{
	const size_t size = (size_t)c->places * c->hops * sizeof(*s->met);

	s->met = malloc(size + 1);
	if (!s->met)
		return false;
	memset(s->met, 0xff, size);
	for (unsigned i = 0; i < s->count; i++) {
		if (s->traces[i]->flow_count)
			fill_flows(c, s->traces[i], place, s->met);
		else
			fill_routers(c, s->traces[i], place, s->met);
		place += places_of(s->traces[i]);
	}
	return true;
}

static void measure(struct comparing *c, const struct side *s, unsigned *places)
{
	for (unsigned i = 0; i < s->count; i++) {
		const struct window_trace *t = s->traces[i];

		c->hops = t->hops > c->hops ? t->hops : c->hops;
		*places += places_of(t);
		if (t->flow_count && t->has_same_flows && t->flows[t->flow_count - 1] >= c->places)
			c->places = t->flows[t->flow_count - 1] + 1U;
	}
}

static void name_routers(const struct comparing *c, const uint16_t *routers, unsigned count,
	struct changes_routers *named)
{
	named->count = count;
	for (unsigned i = 0; i < count && i < CHANGES_NAMED; i++)
		named->ids[i] = c->ids[routers[i]];
}

static unsigned tell(const struct comparing *c, unsigned count, bool has_maybes, struct changes_found *found)
{
	unsigned told = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct compare_change *change = &c->changes[i];
		struct changes_found *f = &found[told];

		if (change->kind != COMPARE_PATH && (change->kind != COMPARE_MAYBE || !has_maybes))
			continue;
		*f = (struct changes_found){ .hop = change->hop,
			.is_maybe = change->kind == COMPARE_MAYBE,
			.moved = change->moved,
			.compared = change->compared,
			.seen = change->seen,
			.asked = change->asked,
			.p = change->p };
		name_routers(c, change->gone, change->gone_count, &f->gone);
		name_routers(c, change->added, change->added_count, &f->added);
		told++;
	}
	return told;
}

static unsigned compare(struct comparing *c, struct side *before, struct side *after, bool has_maybes,
	struct changes_found *found)
{
	unsigned own = 0, first;
	struct compare_run runs[2];

	measure(c, before, &own);
	first = own;
	measure(c, after, &own);
	c->places = own > c->places ? own : c->places;
	if (!c->hops || c->places > UINT16_MAX || !fill(c, before, 0) || !fill(c, after, first))
		return 0;
	runs[0] = (struct compare_run){ .met = before->met, .flows = (uint16_t)c->places, .hops = (uint8_t)c->hops };
	runs[1] = (struct compare_run){ .met = after->met, .flows = (uint16_t)c->places, .hops = (uint8_t)c->hops };
	return tell(c, compare_paths(&runs[0], &runs[1], &c->work, c->changes, CHANGES_FOUND), has_maybes, found);
}

unsigned window_compare(const struct window *w, unsigned split, struct changes_found *found, bool has_maybes)
{
	struct side before = { w->traces, split, NULL }, after = { w->traces + split, w->count - split, NULL };
	struct comparing *c = calloc(1, sizeof(*c));
	unsigned count = 0;

	if (c && before.count && after.count)
		count = compare(c, &before, &after, has_maybes, found);
	for (unsigned i = 0; i < count; i++) {
		found[i].before_ms = w->traces[split - 1]->at_ms;
		found[i].at_ms = w->traces[split]->at_ms;
	}
	free(before.met);
	free(after.met);
	free(c);
	return count;
}
