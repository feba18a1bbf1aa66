/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "search/search.h"

enum { LOST_AFTER_MS = 3000 };

struct rows {
	const struct live_world *world;
	struct view_row *rows;
	unsigned count;
};

static struct view_row *add_row(struct rows *r)
{
	struct view_row *row;

	if (r->count == LIVE_ROWS)
		return NULL;
	row = &r->rows[r->count++];
	*row = (struct view_row){ .share = -1, .loss = -1 };
	return row;
}

static const struct record_router *find_record(const struct live_world *w, enum direction d, const struct addr *a)
{
	for (size_t i = 0; i < w->record->router_count; i++)
		if (w->record->routers[i].direction == (uint8_t)d && addr_equal(&w->record->routers[i].addr, a))
			return &w->record->routers[i];
	return NULL;
}

static void write_label(const struct live_world *w, const struct record_router *known, const struct addr *a,
	struct view_row *row)
{
	char text[ADDR_TEXT_SIZE];

	if (w->has_names && known && *known->name)
		snprintf(row->label, sizeof(row->label), "%s", known->name);
	else
		snprintf(row->label, sizeof(row->label), "%s", a->family ? addr_text(a, text) : "*");
}

static void write_marks(const struct live_world *w, enum direction d, const struct record_router *known,
	struct view_row *row)
{
	size_t len = 0;

	if (!known)
		return;
	if (known->is_end)
		len = (size_t)snprintf(row->marks, sizeof(row->marks), "%s  ",
			d == BACK                   ? "** this host"
				: w->searches[BACK] ? "** inflection point"
						    : "** target");
	if (known->asn && len < sizeof(row->marks))
		len += (size_t)snprintf(row->marks + len, sizeof(row->marks) - len, "AS%u  ", known->asn);
	for (unsigned i = 0; i < known->mark_count && len < sizeof(row->marks); i++)
		len += (size_t)snprintf(row->marks + len, sizeof(row->marks) - len, "%s  ", known->marks[i]);
}

static void write_times(const struct live_world *w, const struct series *s, struct view_row *row)
{
	struct series_sample samples[VIEW_BARS];
	const unsigned count = series_last(s, samples, VIEW_BARS);

	row->bar_count = count;
	for (unsigned i = 0; i < count; i++)
		row->bars[i] = samples[i].state == SERIES_ANSWERED       ? (int32_t)(samples[i].rtt_us & INT32_MAX)
			: w->now_ms - samples[i].sent_ms > LOST_AFTER_MS ? VIEW_LOST
									 : VIEW_WAITING;
	if (!s->answered)
		return;
	row->has_times = row->has_median = true;
	row->last_us = s->last_us;
	row->median_us = series_median(s);
	row->best_us = s->best_us;
	row->worst_us = s->worst_us;
}

/* As long as it is not swept: what the search has seen. */
static void write_search_times(const struct graph_router *g, struct view_row *row)
{
	if (!g->answers || row->has_times)
		return;
	row->has_times = true;
	row->last_us = g->rtt_last_us;
	row->best_us = g->rtt_least_us;
	row->worst_us = g->rtt_most_us;
}

static void add_router(struct rows *r, enum direction d, unsigned hop, unsigned index, bool is_first, int share)
{
	const struct live_world *w = r->world;
	const struct graph *g = &w->searches[d]->graph;
	const struct graph_node *node = &g->nodes[index];
	const struct graph_router *router = node->router == GRAPH_NONE ? NULL : &g->routers[node->router];
	const struct addr none = { .family = 0 }, *a = router ? &router->addr : &none;
	const struct record_router *known = router ? find_record(w, d, a) : NULL;
	const struct live_path *path = w->path == LIVE_ALL_PATHS ? NULL
								 : live_stats_path(w->stats, d, (unsigned)w->path);
	const struct live_router *swept = router ? live_stats_router(w->stats, d, hop, a) : NULL;
	struct view_row *row = add_row(r);

	if (!row)
		return;
	row->hop = is_first ? (uint8_t)(d == THERE ? hop : hop + search_last_hop(w->searches[THERE])) : 0;
	row->share = router ? share : -1;
	write_label(w, known, a, row);
	write_marks(w, d, known, row);
	if (path)
		write_times(w, &path->times[hop], row);
	else if (swept && w->path == LIVE_ALL_PATHS)
		write_times(w, &swept->times, row);
	if (router)
		write_search_times(router, row);
	row->loss = live_losses_at(&w->losses, w->searches[d], d, w->path, hop, index);
	if (path && path->met[hop].family && !addr_equal(&path->met[hop], a)) {
		char text[ADDR_TEXT_SIZE];

		snprintf(row->marks, sizeof(row->marks), "now %s", addr_text(&path->met[hop], text));
	}
}

/* Routers that only sweeps have met. */
static void add_new_routers(struct rows *r, enum direction d, unsigned hop)
{
	const struct live_world *w = r->world;
	const struct graph *g = &w->searches[d]->graph;

	for (unsigned i = 0; i < w->stats->router_count; i++) {
		const struct live_router *router = &w->stats->routers[i];
		bool is_known = router->direction != d || router->hop != hop;
		struct view_row *row;

		for (unsigned n = g->hops[hop].first_node; n != GRAPH_NONE && !is_known; n = g->nodes[n].next)
			is_known = g->nodes[n].router != GRAPH_NONE &&
				addr_equal(&g->routers[g->nodes[n].router].addr, &router->addr);
		row = is_known ? NULL : add_row(r);
		if (!row)
			continue;
		write_label(w, find_record(w, d, &router->addr), &router->addr, row);
		snprintf(row->marks, sizeof(row->marks), "new: r traces again");
		write_times(w, &router->times, row);
	}
}

struct found {
	unsigned node, flows;
	bool is_silent;
};

/* The largest share first, silence last. */
static int compare(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	if (one->is_silent != other->is_silent)
		return one->is_silent ? 1 : -1;
	if (one->flows != other->flows)
		return one->flows < other->flows ? 1 : -1;
	return one->node < other->node ? -1 : 1;
}

static void add_hop(struct rows *r, enum direction d, unsigned hop)
{
	const struct graph *g = &r->world->searches[d]->graph;
	struct found found[GRAPH_ROUTERS] = { { 0 } };
	unsigned count = 0, flows = 0, routers = 0;

	for (unsigned n = g->hops[hop].first_node; n != GRAPH_NONE && count < GRAPH_ROUTERS; n = g->nodes[n].next) {
		if (!g->nodes[n].flows && !g->nodes[n].repeats)
			continue;
		found[count++] = (struct found){ n, g->nodes[n].flows, g->nodes[n].router == GRAPH_NONE };
		flows += g->nodes[n].flows;
		routers += g->nodes[n].router != GRAPH_NONE;
	}
	qsort(found, count, sizeof(*found), compare);
	for (unsigned i = 0; i < count; i++)
		add_router(r, d, hop, found[i].node, i == 0,
			routers > 1 && flows ? (int)((found[i].flows * 200 / flows + 1) / 2) : -1);
	add_new_routers(r, d, hop);
}

static void add_hop_of_path(struct rows *r, enum direction d, unsigned hop)
{
	const uint16_t node = r->world->searches[d]->graph.cells[r->world->path][hop].node;

	if (node != GRAPH_NONE)
		add_router(r, d, hop, node, true, -1);
}

static void add_direction(struct rows *r, enum direction d)
{
	const struct live_world *w = r->world;
	const struct search *s = w->searches[d];
	struct view_row *heading = s ? add_row(r) : NULL;
	const unsigned last = !s ? 0 : search_last_hop(s) ? search_last_hop(s) : s->graph.hop_count;

	if (!heading)
		return;
	heading->is_heading = true;
	snprintf(heading->label, sizeof(heading->label), d == THERE ? "there" : "back");
	for (unsigned hop = 1; hop <= last && hop < GRAPH_HOPS; hop++) {
		if (w->path == LIVE_ALL_PATHS)
			add_hop(r, d, hop);
		else if ((unsigned)w->path < s->graph.flow_count)
			add_hop_of_path(r, d, hop);
	}
}

unsigned live_rows(const struct live_world *w, struct view_row rows[LIVE_ROWS])
{
	struct rows r = { .world = w, .rows = rows };

	if (w->direction != LIVE_BACK)
		add_direction(&r, THERE);
	if (w->direction != LIVE_THERE)
		add_direction(&r, BACK);
	return r.count;
}
