/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "graph.h"

void graph_init(struct graph *g)
{
	g->router_count = g->link_count = g->flow_count = 0;
	g->hop_count = 0;
	g->balancers = 0;
	g->is_full = g->is_balancers_stale = false;
	g->nodes[0] = (struct graph_node){ .router = GRAPH_NONE, .next = GRAPH_NONE };
	g->node_count = 1;
	for (unsigned h = 0; h < GRAPH_HOPS + 2; h++)
		g->hops[h] = (struct graph_hop){ .first_node = GRAPH_NONE };
	g->hops[0].first_node = 0;
	memset(g->router_places, 0xff, sizeof(g->router_places));
	memset(g->link_places, 0xff, sizeof(g->link_places));
}

int graph_add_flow(struct graph *g)
{
	unsigned flow = g->flow_count;

	if (flow == GRAPH_FLOWS) {
		g->is_full = true;
		return -1;
	}
	g->flow_count++;
	g->distances[flow] = g->loops[flow] = 0;
	for (unsigned h = 0; h <= GRAPH_HOPS; h++)
		g->cells[flow][h] = (struct graph_cell){ .node = GRAPH_NONE };
	g->cells[flow][0] = (struct graph_cell){ .node = 0, .state = GRAPH_CELL_ANSWERED };
	g->nodes[0].flows++;
	return (int)flow;
}

unsigned graph_router(struct graph *g, const struct addr *addr)
{
	uint64_t hash = (load_u64(addr->bytes) ^ load_u64(addr->bytes + 8)) * 0x9e3779b97f4a7c15;
	unsigned at = hash >> 32;

	for (;; at++) {
		unsigned router = g->router_places[at %= 2 * GRAPH_ROUTERS];

		if (router == GRAPH_NONE)
			break;
		if (addr_equal(&g->routers[router].addr, addr))
			return router;
	}
	if (g->router_count == GRAPH_ROUTERS) {
		g->is_full = true;
		return GRAPH_NONE;
	}
	g->router_places[at] = g->router_count;
	g->routers[g->router_count] = (struct graph_router){ .addr = *addr, .rtt_least_us = UINT32_MAX };
	return g->router_count++;
}

/* Where the link is among the places, or would be. */
static unsigned link_place(const struct graph *g, unsigned from, unsigned to)
{
	uint32_t hash = (uint32_t)(from << 16 | to) * 0x9e3779b1;
	unsigned at = hash >> 16;

	for (;; at++) {
		unsigned link = g->link_places[at %= 2 * GRAPH_LINKS];

		if (link == GRAPH_NONE || (g->links[link].from == from && g->links[link].to == to))
			return at;
	}
}

unsigned graph_find_link(const struct graph *g, unsigned from, unsigned to)
{
	return g->link_places[link_place(g, from, to)];
}

static struct graph_link *find_or_add_link(struct graph *g, unsigned from, unsigned to)
{
	unsigned place = link_place(g, from, to);

	if (g->link_places[place] != GRAPH_NONE)
		return &g->links[g->link_places[place]];
	if (g->link_count == GRAPH_LINKS) {
		g->is_full = true;
		return NULL;
	}
	g->link_places[place] = g->link_count;
	g->links[g->link_count] = (struct graph_link){ .from = (uint16_t)from, .to = (uint16_t)to };
	return &g->links[g->link_count++];
}

/* One flow more that takes this link, or one less. True: it is new, or gone. */
static bool count_link(struct graph *g, unsigned from, unsigned to, int change)
{
	struct graph_link *link = find_or_add_link(g, from, to);
	bool is_changed;

	if (!link)
		return false;
	is_changed = link->flows == (change > 0 ? 0 : 1);
	link->flows = (uint16_t)(link->flows + change);
	if (is_changed) {
		g->nodes[from].successors = (uint16_t)(g->nodes[from].successors + change);
		g->nodes[to].predecessors = (uint16_t)(g->nodes[to].predecessors + change);
		g->is_balancers_stale = true;
	}
	return is_changed;
}

static bool count_links(struct graph *g, const struct graph_cell *cell, unsigned node, int change)
{
	bool is_changed = false;

	if (cell[-1].node != GRAPH_NONE)
		is_changed |= count_link(g, cell[-1].node, node, change);
	if (cell[1].node != GRAPH_NONE)
		is_changed |= count_link(g, node, cell[1].node, change);
	return is_changed;
}

/* What the neighbours of a cell know of it changes when it is asked. */
static void count_asked(struct graph *g, const struct graph_cell *cell, int change)
{
	struct graph_node *node;

	if (cell[-1].node != GRAPH_NONE) {
		node = &g->nodes[cell[-1].node];
		node->flows_ahead = (uint16_t)(node->flows_ahead + change);
	}
	if (cell[1].node != GRAPH_NONE) {
		node = &g->nodes[cell[1].node];
		node->flows_behind = (uint16_t)(node->flows_behind + change);
	}
}

void graph_ask(struct graph *g, unsigned flow, unsigned hop)
{
	struct graph_cell *cell = graph_cell(g, flow, hop);

	cell->state = GRAPH_CELL_ASKED;
	g->hops[hop].out++;
	if (hop > g->hop_count)
		g->hop_count = (uint8_t)hop;
	count_asked(g, cell, 1);
}

void graph_forget(struct graph *g, unsigned flow, unsigned hop)
{
	struct graph_cell *cell = graph_cell(g, flow, hop);

	cell->state = GRAPH_CELL_UNKNOWN;
	g->hops[hop].out--;
	count_asked(g, cell, -1);
}

static bool is_alive(const struct graph_node *node)
{
	return node->flows || node->repeats;
}

/* A node that is no error becomes known, or one that is becomes so. */
static void count_node(struct graph *g, const struct graph_node *node, int change)
{
	struct graph_hop *hop = &g->hops[node->hop];

	if (node->router != GRAPH_NONE)
		hop->routers = (uint16_t)(hop->routers + change);
}

static unsigned find_node(struct graph *g, unsigned hop, unsigned router, bool is_reached)
{
	unsigned index = g->hops[hop].first_node;
	struct graph_node *node;

	for (; index != GRAPH_NONE; index = g->nodes[index].next) {
		if (g->nodes[index].router == router && g->nodes[index].is_reached == is_reached)
			return index;
	}
	if (g->node_count == GRAPH_NODES) {
		g->is_full = true;
		return GRAPH_NONE;
	}
	index = g->node_count++;
	node = &g->nodes[index];
	*node = (struct graph_node){ .router = (uint16_t)router,
		.next = g->hops[hop].first_node,
		.hop = (uint8_t)hop,
		.is_reached = is_reached,
		.need_ahead = 2,
		.need_behind = 2 };
	g->hops[hop].first_node = (uint16_t)index;
	return index;
}

/* Has the flow met this router at another hop already? */
static bool has_met(const struct graph *g, unsigned flow, unsigned hop, unsigned router)
{
	uint64_t others = g->routers[router].hops & ~(1ULL << (hop - 1));

	for (; others; others &= others - 1) {
		unsigned node = g->cells[flow][__builtin_ctzll(others) + 1].node;

		if (node != GRAPH_NONE && g->nodes[node].router == router)
			return true;
	}
	return false;
}

static void count_router(struct graph *g, unsigned flow, unsigned hop, unsigned router, int change)
{
	struct graph_router *r = &g->routers[router];

	r->hops |= 1ULL << (hop - 1);
	if (!has_met(g, flow, hop, router))
		r->flows = (uint16_t)(r->flows + change);
}

bool graph_settle(struct graph *g, unsigned flow, unsigned hop, unsigned router, bool is_reached)
{
	struct graph_cell *cell = graph_cell(g, flow, hop);
	unsigned index = find_node(g, hop, router, is_reached);
	struct graph_node *node;
	bool is_new;

	if (cell->state == GRAPH_CELL_UNKNOWN)
		graph_ask(g, flow, hop);
	if (index == GRAPH_NONE)
		return false;
	node = &g->nodes[index];
	is_new = !is_alive(node);
	if (is_new)
		count_node(g, node, 1);
	node->flows++;
	g->hops[hop].out--;
	if (router == GRAPH_NONE)
		g->hops[hop].silent++;
	else
		g->hops[hop].answered++;
	cell->node = (uint16_t)index;
	cell->state = router == GRAPH_NONE ? GRAPH_CELL_SILENT : GRAPH_CELL_ANSWERED;
	if (router != GRAPH_NONE)
		count_router(g, flow, hop, router, 1);
	if (hop < GRAPH_HOPS && cell[1].state != GRAPH_CELL_UNKNOWN)
		node->flows_ahead++;
	if (cell[-1].state != GRAPH_CELL_UNKNOWN)
		node->flows_behind++;
	return count_links(g, cell, index, 1) || is_new;
}

void graph_unsettle(struct graph *g, unsigned flow, unsigned hop)
{
	struct graph_cell *cell = graph_cell(g, flow, hop);
	unsigned index = cell->node;
	struct graph_node *node = &g->nodes[index];

	count_links(g, cell, index, -1);
	if (node->router != GRAPH_NONE)
		count_router(g, flow, hop, node->router, -1);
	if (cell[1].state != GRAPH_CELL_UNKNOWN)
		node->flows_ahead--;
	if (cell[-1].state != GRAPH_CELL_UNKNOWN)
		node->flows_behind--;
	node->flows--;
	if (!is_alive(node))
		count_node(g, node, -1);
	if (node->router == GRAPH_NONE)
		g->hops[hop].silent--;
	else
		g->hops[hop].answered--;
	g->hops[hop].out++;
	cell->node = GRAPH_NONE;
	cell->state = GRAPH_CELL_ASKED;
}

bool graph_repeat(struct graph *g, unsigned hop, unsigned router, bool is_reached)
{
	unsigned index = find_node(g, hop, router, is_reached);
	bool is_new;

	if (index == GRAPH_NONE)
		return false;
	is_new = !is_alive(&g->nodes[index]);
	if (is_new)
		count_node(g, &g->nodes[index], 1);
	g->nodes[index].repeats++;
	g->routers[router].hops |= 1ULL << (hop - 1);
	return is_new;
}

void graph_end_flow(struct graph *g, unsigned flow, unsigned hop)
{
	g->distances[flow] = (uint8_t)hop;
	for (unsigned h = hop + 1; h <= g->hop_count; h++) {
		if (g->cells[flow][h].node != GRAPH_NONE)
			graph_unsettle(g, flow, h);
		if (g->cells[flow][h].state == GRAPH_CELL_ASKED)
			graph_forget(g, flow, h);
	}
}

unsigned graph_balancers(struct graph *g)
{
	if (!g->is_balancers_stale)
		return g->balancers;
	g->is_balancers_stale = false;
	g->balancers = 0;
	for (unsigned i = 0; i < g->node_count; i++)
		g->balancers += g->nodes[i].successors > 1 && !g->hops[g->nodes[i].hop].is_per_packet;
	return g->balancers;
}
