/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chaos.h"

#include <stdio.h>
#include <string.h>

#include "run.h"

enum { LAYERS = 8, WIDTH = 6 };

/* Text as it grows. */
struct text {
	size_t length;
	char at[1000];
};

static struct network dice; /* for its chance alone */

static void add(struct text *t, const char *what)
{
	size_t length = strlen(what);

	if (t->length + length >= sizeof(t->at))
		return;
	memcpy(t->at + t->length, what, length + 1);
	t->length += length;
}

static void add_router(struct text *t, const char *before, unsigned layer, unsigned number, unsigned layers)
{
	char name[16];

	if (layer == layers)
		snprintf(name, sizeof(name), "%sT", before);
	else
		snprintf(name, sizeof(name), "%s%c%u", before, 'a' + layer, number);
	add(t, name);
}

static bool happens(unsigned percent)
{
	return network_draw(&dice, 100) < percent;
}

/* Mostly to the next layer, now and then over one, seldom back. */
static void add_ways(struct text *t, unsigned layer, unsigned number, const unsigned widths[LAYERS + 1],
	unsigned layers)
{
	unsigned count = 1 + network_draw(&dice, 3);

	add_router(t, "; ", layer, number, layers);
	add(t, ":");
	for (unsigned i = 0; i < count; i++) {
		unsigned to = layer + 1 + (layer + 2 <= layers && happens(10));

		if (layer && happens(2))
			to = network_draw(&dice, layer);
		add_router(t, " ", to, network_draw(&dice, widths[to]), layers);
	}
}

static void add_properties(struct text *t, unsigned layer, unsigned number, unsigned layers)
{
	static const char *const properties[] = { " silent", " per-packet", " limit 6 1", " limit 3 20",
		" link-loss 30" };

	if (!happens(20))
		return;
	add_router(t, "; ! ", layer, number, layers);
	add(t, properties[network_draw(&dice, sizeof(properties) / sizeof(properties[0]))]);
}

static void make_text(struct text *t)
{
	unsigned layers = 2 + network_draw(&dice, LAYERS - 2), widths[LAYERS + 1];

	t->length = 0;
	add(t, "S: a0");
	for (unsigned layer = 0; layer <= layers; layer++)
		widths[layer] = layer % 2 ? 1 + network_draw(&dice, WIDTH) : 1;
	for (unsigned layer = 0; layer < layers; layer++) {
		for (unsigned number = 0; number < widths[layer]; number++)
			add_ways(t, layer, number, widths, layers);
	}
	for (unsigned layer = 0; layer < layers; layer++) {
		for (unsigned number = 0; number < widths[layer]; number++)
			add_properties(t, layer, number, layers);
	}
	if (happens(20))
		add(t, "; ! T silent");
	if (happens(20))
		add(t, "; ! T no-quote");
	if (happens(30))
		add(t, "; ! loss 10");
}

/* --- counts --- */

struct counts {
	unsigned out, answered, silent;
};

static bool is_node_right(const struct graph *g, unsigned n)
{
	const struct graph_node *node = &g->nodes[n];
	unsigned flows = 0, ahead = 0, behind = 0, successors = 0, predecessors = 0;

	for (unsigned f = 0; f < g->flow_count; f++) {
		const struct graph_cell *cell = &g->cells[f][node->hop];

		if (cell->node != n)
			continue;
		flows++;
		ahead += cell[1].state != GRAPH_CELL_UNKNOWN;
		behind += cell[-1].state != GRAPH_CELL_UNKNOWN;
	}
	for (unsigned i = 0; i < g->link_count; i++) {
		successors += g->links[i].flows && g->links[i].from == n;
		predecessors += g->links[i].flows && g->links[i].to == n;
	}
	return flows == node->flows && ahead == node->flows_ahead && behind == node->flows_behind &&
		successors == node->successors && predecessors == node->predecessors;
}

static bool is_hop_right(const struct graph *g, unsigned hop)
{
	struct counts c = { 0 };
	unsigned routers = 0;

	for (unsigned f = 0; f < g->flow_count; f++) {
		c.out += g->cells[f][hop].state == GRAPH_CELL_ASKED;
		c.answered += g->cells[f][hop].state == GRAPH_CELL_ANSWERED;
		c.silent += g->cells[f][hop].state == GRAPH_CELL_SILENT;
	}
	for (unsigned n = g->hops[hop].first_node; n != GRAPH_NONE; n = g->nodes[n].next)
		routers += g->nodes[n].router != GRAPH_NONE && (g->nodes[n].flows || g->nodes[n].repeats);
	return c.out == g->hops[hop].out && c.answered == g->hops[hop].answered && c.silent == g->hops[hop].silent &&
		routers == g->hops[hop].routers;
}

static bool is_right(const struct search *s, const struct run_result *r)
{
	const struct graph *g = &s->graph;

	for (unsigned n = 1; n < g->node_count; n++) {
		if (!is_node_right(g, n))
			return false;
	}
	for (unsigned hop = 1; hop <= g->hop_count; hop++) {
		if (!is_hop_right(g, hop) || (g->hops[hop].out && !s->is_cut_off))
			return false;
	}
	return r->seconds <= 30 + 1 && search_bound(s) <= 1 &&
		(search_is_cut_off(s) || !s->last_hop || search_bound(s) <= 0.0501);
}

bool chaos_run(struct search *s, unsigned runs)
{
	static struct network n;
	struct search_settings settings = search_defaults();
	unsigned wrong = 0, cut_off = 0;

	for (unsigned i = 0; i < runs; i++) {
		struct text text;
		struct run_result r;

		network_seed(&dice, i);
		make_text(&text);
		network_parse(&n, text.at);
		r = run_search(s, &n, &settings, i, 0);
		cut_off += search_is_cut_off(s);
		if (is_right(s, &r))
			continue;
		if (!wrong++)
			printf("run %u, bound %.3f: %s\n", i, search_bound(s), text.at);
	}
	printf("%s trace: networks by chance: %u of %u searches end in time and count right, %u of them cut off\n",
		wrong ? "not ok" : "ok", runs - wrong, runs, cut_off);
	return !wrong;
}
