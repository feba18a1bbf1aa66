/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"

#include <math.h>

#include "bound.h"
#include "pace.h"

enum { LINK_FLOWS = 2, LINK_FLOWS_LIMITED = 1, CHECK_ASKS = 6 };

void plan_touch(struct search *s, unsigned hop)
{
	s->dirty_hops |= (uint64_t)7 << (hop - 1);
}

void plan_start(struct search *s)
{
	s->log_e = log(bound_share(s->settings.confidence, s->balancers + s->balancers_elsewhere));
	memset(s->flows_needed, 0, sizeof(s->flows_needed));
	s->dirty_hops = ~0ULL;
}

unsigned plan_flows_needed(struct search *s, unsigned k)
{
	unsigned most = sizeof(s->flows_needed) / sizeof(s->flows_needed[0]);

	if (k < 2)
		k = 2;
	if (k >= most)
		return bound_flows(s->log_e, k);
	if (!s->flows_needed[k])
		s->flows_needed[k] = (uint16_t)bound_flows(s->log_e, k);
	return s->flows_needed[k];
}

/* Flows that are known to end before this hop: they count for it, as if its end were one more router. */
static unsigned ended_before(const struct search *s, unsigned hop)
{
	unsigned ended = 0;

	for (unsigned h = 1; h < hop; h++)
		ended += s->ends_at[h];
	return ended;
}

/* Is it known with which TTL the flow is to be asked? */
static bool is_aligned(const struct search *s, unsigned flow)
{
	return s->has_all_offsets || s->settings.offsets[flow];
}

bool plan_ask(struct search *s, unsigned flow, unsigned hop)
{
	unsigned distance = s->graph.distances[flow];

	if (!hop || hop > s->last_hop || (distance && hop > distance) || !is_aligned(s, flow))
		return false;
	if (graph_cell(&s->graph, flow, hop)->state != GRAPH_CELL_UNKNOWN)
		return false;
	if (s->settings.ahead && hop > s->answered_to + s->settings.ahead)
		return false;
	if (!pace_room(s, hop)) {
		s->full_hops |= 1ULL << hop;
		return false;
	}
	if (!pace_push(s, flow, hop, SEARCH_FOR_FLOWS))
		return false;
	graph_ask(&s->graph, flow, hop);
	return true;
}

/* --- flows of a hop --- */

/* Nothing is known of the flow at this hop, and there is something to know. */
static bool is_open(struct search *s, unsigned flow, unsigned hop)
{
	unsigned distance = s->graph.distances[flow];

	return graph_cell(&s->graph, flow, hop)->state == GRAPH_CELL_UNKNOWN && (!distance || hop <= distance);
}

/* The next flow of which nothing is known at this hop, a new one if need be; -1: there is none, or not yet. */
static int next_flow(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];

	for (unsigned flow = h->next_flow;; flow++) {
		if (s->settings.paths && flow >= s->settings.paths)
			return -1;
		if (flow >= s->graph.flow_count)
			return flow == GRAPH_FLOWS || is_aligned(s, flow) ? graph_add_flow(&s->graph) : -1;
		if (!is_open(s, flow, hop))
			h->next_flow += flow == h->next_flow;
		else if (is_aligned(s, flow))
			return (int)flow;
	}
}

static void ask_flows(struct search *s, unsigned hop, unsigned count)
{
	while (count--) {
		int flow = next_flow(s, hop);

		if (flow < 0 || !plan_ask(s, (unsigned)flow, hop))
			return;
	}
}

static void plan_flows(struct search *s, unsigned hop)
{
	const struct graph_hop *g = &s->graph.hops[hop];
	unsigned ended = ended_before(s, hop);
	unsigned ways = g->routers + (g->silent > 0) + (ended > 0);
	unsigned known = g->answered + g->silent + g->out + ended;
	unsigned needed = s->settings.paths ? s->settings.paths : plan_flows_needed(s, ways + 1);

	if (s->settings.least_flows && s->settings.least_flows[hop - 1] > needed)
		needed = s->settings.least_flows[hop - 1];
	if (known < needed)
		ask_flows(s, hop, needed - known);
}

/* --- links between a hop and the next --- */

static bool is_router(const struct graph_node *node)
{
	return node->router != GRAPH_NONE && (node->flows || node->repeats);
}

/* Have flows of one router of several come to different ones, or from there? */
static void find_mesh(struct search *s, unsigned hop)
{
	const struct graph *g = &s->graph;
	struct search_hop *near = &s->hops[hop], *far = &s->hops[hop + 1];
	unsigned near_routers = g->hops[hop].routers, far_routers = g->hops[hop + 1].routers;

	near->is_meshed_ahead = far->is_meshed_behind = false;
	if (near_routers < 2 || !near->is_check_over || g->hops[hop].is_per_packet || g->hops[hop + 1].is_per_packet ||
		(far_routers > 1 && !far->is_check_over))
		return;
	for (unsigned n = g->hops[hop].first_node; n != GRAPH_NONE; n = g->nodes[n].next)
		near->is_meshed_ahead |= is_router(&g->nodes[n]) && g->nodes[n].successors > 1;
	if (near_routers <= far_routers || far_routers < 2)
		return;
	for (unsigned n = g->hops[hop + 1].first_node; n != GRAPH_NONE; n = g->nodes[n].next)
		far->is_meshed_behind |= is_router(&g->nodes[n]) && g->nodes[n].predecessors > 1;
}

static unsigned link_flows(struct search *s, unsigned hop)
{
	const struct graph_hop *near = &s->graph.hops[hop], *far = near + 1;

	if (near->is_limited || far->is_limited || near->is_per_packet || far->is_per_packet)
		return LINK_FLOWS_LIMITED;
	return LINK_FLOWS;
}

/* How many flows each router needs at the hop behind it (ahead) or before it; true: some that are known can be asked. */
static bool set_needs(struct search *s, unsigned hop, bool is_ahead, bool is_meshed, unsigned base)
{
	bool has_more = false;

	for (unsigned n = s->graph.hops[hop].first_node; n != GRAPH_NONE; n = s->graph.nodes[n].next) {
		struct graph_node *node = &s->graph.nodes[n];
		unsigned ways = is_ahead ? node->successors : node->predecessors;
		unsigned need = is_meshed ? plan_flows_needed(s, ways + 1) : base;
		unsigned have = is_ahead ? node->flows_ahead : node->flows_behind;

		if (!is_router(node) || (is_ahead && node->is_reached))
			need = 0;
		if (is_ahead)
			node->need_ahead = (uint16_t)need;
		else
			node->need_behind = (uint16_t)need;
		has_more |= have < need && have < node->flows;
	}
	return has_more;
}

/* The flows of routers that have too few at the other hop are asked there. */
static void ask_for_links(struct search *s, unsigned hop, bool is_ahead)
{
	unsigned other = is_ahead ? hop + 1 : hop - 1;

	for (unsigned f = 0; f < s->graph.flow_count; f++) {
		unsigned n = graph_cell(&s->graph, f, hop)->node;
		const struct graph_node *node;

		if (n == GRAPH_NONE)
			continue;
		node = &s->graph.nodes[n];
		if (is_ahead ? node->flows_ahead < node->need_ahead : node->flows_behind < node->need_behind)
			plan_ask(s, f, other);
	}
}

static void plan_links(struct search *s, unsigned hop)
{
	unsigned base = link_flows(s, hop), base_ahead = base;

	if (s->settings.paths)
		return;
	find_mesh(s, hop);
	if (base == LINK_FLOWS && s->graph.hops[hop].routers > 1 && s->graph.hops[hop + 1].routers > 1)
		base_ahead = plan_flows_needed(s, 2); /* with two, one of several ways on would often be missed */
	if (set_needs(s, hop, true, s->hops[hop].is_meshed_ahead, base_ahead))
		ask_for_links(s, hop, true);
	if (set_needs(s, hop + 1, false, s->hops[hop + 1].is_meshed_behind, base))
		ask_for_links(s, hop + 1, false);
}

/* Where links cross: new flows, as many as should bring each router those that it lacks. */
static void plan_own_flows(struct search *s, unsigned hop)
{
	const struct graph_hop *g = &s->graph.hops[hop];
	unsigned most = 0;

	if ((!s->hops[hop].is_meshed_ahead && !s->hops[hop].is_meshed_behind) || g->out)
		return;
	for (unsigned n = g->first_node; n != GRAPH_NONE; n = s->graph.nodes[n].next) {
		const struct graph_node *node = &s->graph.nodes[n];
		unsigned need = s->hops[hop].is_meshed_ahead ? node->need_ahead : 0, lacks;

		if (s->hops[hop].is_meshed_behind && node->need_behind > need)
			need = node->need_behind;
		if (!node->flows || node->flows >= need)
			continue;
		lacks = ((need - node->flows) * g->answered + node->flows - 1) / node->flows;
		most = lacks > most ? lacks : most;
	}
	ask_flows(s, hop, most);
}

/* --- per packet --- */

static void plan_check(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];
	const struct graph_hop *g = &s->graph.hops[hop];

	if (h->is_check_planned || g->routers < 2 || s->settings.paths)
		return;
	for (unsigned f = 0; f < s->graph.flow_count; f++) {
		if (graph_cell(&s->graph, f, hop)->state != GRAPH_CELL_ANSWERED)
			continue;
		for (unsigned i = 1; i < CHECK_ASKS && !g->is_limited; i++)
			h->check_out += pace_push(s, f, hop, SEARCH_FOR_PER_PACKET);
		break;
	}
	h->is_check_planned = true;
	h->is_check_over = !h->check_out;
}

void plan_on_check(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];

	if (!h->check_out || --h->check_out)
		return;
	h->is_check_over = true;
	plan_touch(s, hop);
}

static void count_balancers(struct search *s)
{
	unsigned balancers = graph_balancers(&s->graph);

	if (balancers == s->balancers)
		return;
	s->balancers = balancers;
	plan_start(s);
}

static void plan_hop(struct search *s, unsigned hop)
{
	if (hop < s->last_hop)
		plan_links(s, hop);
	plan_flows(s, hop);
	plan_check(s, hop);
	plan_own_flows(s, hop);
}

void plan_pass(struct search *s)
{
	uint64_t hops;

	if (s->graph.is_balancers_stale)
		count_balancers(s);
	hops = s->is_resting ? 0 : s->dirty_hops;
	s->dirty_hops = 0;
	for (hops &= ~1ULL; hops; hops &= hops - 1) {
		unsigned hop = (unsigned)__builtin_ctzll(hops);

		if (hop > s->last_hop)
			break;
		plan_hop(s, hop);
	}
}

void plan_on_settled(struct search *s, unsigned flow, unsigned hop, bool is_new)
{
	unsigned n = graph_cell(&s->graph, flow, hop)->node;
	const struct graph_node *node;

	if (n == GRAPH_NONE)
		return;
	node = &s->graph.nodes[n];
	if (is_new || !s->graph.hops[hop].out)
		plan_touch(s, hop);
	if (s->settings.paths || node->router == GRAPH_NONE)
		return;
	if (node->flows_ahead < node->need_ahead)
		plan_ask(s, flow, hop + 1);
	if (node->flows_behind < node->need_behind)
		plan_ask(s, flow, hop - 1);
}
