/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "changes.h"

#include <stdlib.h>
#include <string.h>

#include "changes_window.h"
#include "compare/statistics.h"

enum {
	MOST = 256, /* answers that count for the test: more make nothing more certain, and cost time */
	LEAST = 3, /* answers without a router before it is tested */
	SETTLED = 64, /* after so many answers a router that has come is one of those that were there */
};

static const double alpha = 1e-9; /* of one trace: there are millions of them in a year */
static const double doubtful = 0.01; /* what may be chance is told from here on */

/* A router at a hop, since the last change. Numbers are of traces with an answer at that hop. */
struct met {
	int64_t id;
	uint8_t hop;
	bool is_settled;
	unsigned first, last; /* how many came before it was met first, and until it was met last */
	unsigned traces; /* that met it */
};

struct changes {
	struct window window;
	struct met *routers;
	unsigned count, room;
	unsigned answered[KEPT_HOPS + 1];
};

struct changes *changes_make(void)
{
	return calloc(1, sizeof(struct changes));
}

void changes_free(struct changes *c)
{
	if (!c)
		return;
	window_drop(&c->window, CHANGES_TRACES);
	free(c->routers);
	free(c);
}

static struct met *find(struct changes *c, unsigned hop, int64_t id)
{
	struct met *more;

	for (unsigned i = 0; i < c->count; i++)
		if (c->routers[i].id == id && c->routers[i].hop == hop)
			return &c->routers[i];
	if (c->count == c->room) {
		const unsigned room = c->room ? 2 * c->room : 32;

		more = room <= 4 * KEPT_ROUTERS ? realloc(c->routers, room * sizeof(*more)) : NULL;
		if (!more)
			return NULL;
		c->routers = more;
		c->room = room;
	}
	c->routers[c->count] = (struct met){ .id = id, .hop = (uint8_t)hop, .first = c->answered[hop] - 1 };
	return &c->routers[c->count++];
}

static void count(struct changes *c, const struct window_trace *t)
{
	for (unsigned hop = 1; hop <= t->hops; hop++) {
		c->answered[hop] += t->first[hop] > t->first[hop - 1];
		for (unsigned i = t->first[hop - 1]; i < t->first[hop]; i++) {
			struct met *m = find(c, hop, t->ids[i]);

			if (!m)
				continue;
			m->traces++;
			m->last = c->answered[hop];
		}
	}
}

/* That `x` of `with` answers, and none of `without`, are chance. */
static double chance(unsigned x, unsigned with, unsigned without)
{
	without = without < MOST ? without : MOST;
	if (with > MOST) {
		x = (unsigned)((uint64_t)x * MOST / with);
		with = MOST;
	}
	return statistics_unseen(x, with, without);
}

/* The trace from which on this router is met; 0: farther back than is remembered. */
static unsigned split_new(const struct window *w, const struct met *m)
{
	for (unsigned i = 0; i < w->count; i++)
		if (window_has(w->traces[i], m->hop, m->id))
			return i;
	return 0;
}

static bool is_silent(const struct window_trace *t, unsigned hop)
{
	return hop > t->hops || t->first[hop] == t->first[hop - 1];
}

/* The one from which on it is met no more: the first with an answer of another. */
static unsigned split_gone(const struct window *w, const struct met *m)
{
	unsigned split = w->count;

	while (split > 0 && !window_has(w->traces[split - 1], m->hop, m->id))
		split--;
	while (split && split < w->count && is_silent(w->traces[split], m->hop))
		split++;
	return split;
}

/* The router that made us look, where the comparison of the few traces that are remembered does not show it. */
static unsigned tell_one(const struct changes *c, const struct met *m, bool is_new, unsigned split, double p,
	struct changes_found *found)
{
	const struct window *w = &c->window;
	struct changes_routers one = { { m->id }, 1 }, none = { { 0 }, 0 };

	*found = (struct changes_found){ .hop = m->hop,
		.p = p,
		.gone = is_new ? none : one,
		.added = is_new ? one : none,
		.before_ms = w->traces[split ? split - 1 : 0]->at_ms,
		.at_ms = w->traces[split]->at_ms };
	return 1;
}

/* The traces from the split on are all that is known of the new paths. */
static void begin_anew(struct changes *c, unsigned split)
{
	window_drop(&c->window, split);
	memset(c->answered, 0, sizeof(c->answered));
	c->count = 0;
	for (unsigned i = 0; i < c->window.count; i++)
		count(c, c->window.traces[i]);
}

static unsigned change(struct changes *c, const struct met *m, bool is_new, double p, struct changes_found *found)
{
	const struct met copy = *m;
	const unsigned split = is_new ? split_new(&c->window, m) : split_gone(&c->window, m);
	unsigned told = 0;

	if (split && split < c->window.count)
		told = window_compare(&c->window, split, found, false);
	if (!told)
		told = tell_one(c, &copy, is_new, split < c->window.count ? split : 0, p, found);
	begin_anew(c, split < c->window.count ? split : 0);
	return told;
}

/* One that was met now and then, and in the end is taken for one that was there, though that is not probable. */
static unsigned settle(const struct changes *c, struct met *m, unsigned since, double p, struct changes_found *found)
{
	m->is_settled = true;
	if (p >= doubtful)
		return 0;
	tell_one(c, m, true, split_new(&c->window, m), p, found);
	found->is_maybe = true;
	found->seen = m->traces;
	found->asked = since;
	return 1;
}

static unsigned judge(struct changes *c, const struct window_trace *t, struct changes_found *found)
{
	unsigned told = 0;

	for (unsigned i = 0; i < c->count; i++) {
		struct met *m = &c->routers[i];
		const unsigned all = c->answered[m->hop], since = all - m->first, without = all - m->last;
		double p;

		if (is_silent(t, m->hop))
			continue;
		if (without >= LEAST) {
			p = chance(m->traces, m->last - m->first, without);
			if (p <= alpha)
				return change(c, m, false, p, found);
		} else if (m->first && !m->is_settled && !without) {
			p = chance(m->traces, since, m->first);
			if (p <= alpha)
				return change(c, m, true, p, found);
			if (since >= SETTLED && told < CHANGES_FOUND)
				told += settle(c, m, since, p, &found[told]);
		}
	}
	return told;
}

unsigned changes_on_trace(struct changes *c, const struct changes_trace *t, struct changes_found *found)
{
	unsigned told;

	if (!t->k->hops || !window_add(&c->window, t))
		return 0;
	if (!t->k->flow_count) {
		count(c, c->window.traces[c->window.count - 1]);
		return judge(c, c->window.traces[c->window.count - 1], found);
	}
	/* of flows one trace before is enough */
	if (c->window.count > 2)
		window_drop(&c->window, c->window.count - 2);
	told = window_compare(&c->window, c->window.count - 1, found, true);
	return told;
}
