/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search.h"

#include "distance.h"
#include "limit.h"
#include "pace.h"
#include "plan.h"
#include "sweep.h"

static void keep(struct search *s, struct search_probe *probe, const struct search_answer *answer, uint64_t now_ns)
{
	uint64_t rtt_us = (now_ns - probe->sent_ns) / 1000;
	unsigned index = graph_router(&s->graph, &answer->addr);
	struct graph_router *router;

	probe->rtt_us = rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX;
	probe->kind = answer->kind;
	probe->type = answer->type;
	probe->code = answer->code;
	probe->ttl_left = answer->ttl_left;
	probe->ttl_received = answer->ttl_received;
	probe->marks = answer->marks;
	probe->router = (uint16_t)index;
	if (!probe->is_over)
		s->out--;
	probe->is_over = true;
	pace_learn(s, probe->hop, probe->rtt_us);
	if (index == GRAPH_NONE)
		return;
	router = &s->graph.routers[index];
	router->answers++;
	router->marks |= answer->marks;
	router->rtt_last_us = probe->rtt_us;
	router->rtt_sum_us += probe->rtt_us;
	if (probe->rtt_us < router->rtt_least_us)
		router->rtt_least_us = probe->rtt_us;
	if (probe->rtt_us > router->rtt_most_us)
		router->rtt_most_us = probe->rtt_us;
	router->is_target |= answer->kind == SEARCH_REACHED;
}

static void settle(struct search *s, unsigned flow, unsigned hop, unsigned router, bool is_end)
{
	if (graph_cell(&s->graph, flow, hop)->node != GRAPH_NONE)
		graph_unsettle(&s->graph, flow, hop);
	plan_on_settled(s, flow, hop, graph_settle(&s->graph, flow, hop, router, is_end));
}

/* Hops at which the router was met, but for those beside this one. */
static uint64_t other_hops(const struct search *s, unsigned router, unsigned hop)
{
	uint64_t near = hop > 1 ? (uint64_t)7 << (hop - 2) : 3;

	return s->graph.routers[router].hops & ~near;
}

/* The hop of the second meeting of a flow with a router that it has met before, and another in between; or 0. */
static unsigned find_loop(const struct search *s, unsigned flow, unsigned hop, unsigned router)
{
	uint64_t others = other_hops(s, router, hop);

	/* where flows are known to go round, one that was not asked at the first hop does as well */
	if (s->graph.routers[router].has_loop && others & ((1ULL << (hop - 1)) - 1))
		return hop;
	for (; others; others &= others - 1) {
		unsigned other = (unsigned)__builtin_ctzll(others) + 1;
		unsigned node = s->graph.cells[flow][other].node;

		/* one that refuses says so of all that goes further */
		if (node != GRAPH_NONE && s->graph.nodes[node].router == router && !s->graph.nodes[node].is_reached)
			return other > hop ? other : hop;
	}
	return 0;
}

static void on_router(struct search *s, const struct search_probe *probe)
{
	unsigned loop = find_loop(s, probe->flow, probe->hop, probe->router);

	settle(s, probe->flow, probe->hop, probe->router, loop == probe->hop);
	if (loop) {
		s->graph.routers[probe->router].has_loop = true;
		s->graph.loops[probe->flow] = (uint8_t)loop;
		if (loop != probe->hop)
			settle(s, probe->flow, loop, probe->router, true);
		distance_on_end(s, probe->flow, loop);
	}
	distance_on_router(s, probe->hop);
}

static void on_end(struct search *s, const struct search_probe *probe)
{
	unsigned end = probe->hop;

	if (probe->kind == SEARCH_REACHED && probe->ttl_left != SEARCH_TTL_UNKNOWN && probe->ttl_left <= probe->hop) {
		end = probe->hop - probe->ttl_left + 1u;
		s->is_distance_quoted = true;
	}
	distance_on_end(s, probe->flow, end);
	if (s->graph.distances[probe->flow] != end || end > s->settings.max_ttl)
		return;
	/* what is out to the very hop says the same, and when */
	if (end == probe->hop || graph_cell(&s->graph, probe->flow, end)->state == GRAPH_CELL_UNKNOWN)
		settle(s, probe->flow, end, probe->router, true);
}

/* A router may quote the TTL before or after it has taken one away: what it says is no more than about where. */
static void on_far(struct search *s, const struct search_probe *probe, uint64_t now_ns)
{
	const bool has_quoted = probe->ttl_left != SEARCH_TTL_UNKNOWN && probe->ttl_left <= probe->hop;

	if (probe->kind == SEARCH_REACHED && has_quoted)
		on_end(s, probe);
	else
		distance_on_far_answer(s, now_ns,
			probe->kind == SEARCH_UNREACHABLE && has_quoted ? probe->hop - probe->ttl_left + 1u : 0);
}

/* A router behind the hop has answered this flow: then the flow does not end here. */
static bool is_contradicted(const struct search *s, const struct search_probe *probe)
{
	for (unsigned h = probe->hop + 1u; h <= s->graph.hop_count; h++) {
		const struct graph_cell *cell = &s->graph.cells[probe->flow][h];

		if (cell->state == GRAPH_CELL_ANSWERED && !s->graph.nodes[cell->node].is_reached)
			return true;
	}
	return false;
}

/* The flow was answered here before. */
static void on_repeat(struct search *s, const struct search_probe *probe, const struct graph_cell *cell)
{
	struct graph_hop *hop = &s->graph.hops[probe->hop];

	/* between sweeps there may be days: another router then is another route */
	if (s->graph.nodes[cell->node].router == probe->router || probe->purpose == SEARCH_FOR_LOSS)
		return;
	graph_repeat(&s->graph, probe->hop, probe->router, probe->kind != SEARCH_EXPIRED);
	if (!hop->is_per_packet) {
		hop->is_per_packet = true;
		s->graph.is_balancers_stale = true;
	}
	plan_touch(s, probe->hop);
}

static void learn(struct search *s, struct search_probe *probe, uint64_t now_ns)
{
	struct graph_cell *cell = graph_cell(&s->graph, probe->flow, probe->hop);
	unsigned distance = s->graph.distances[probe->flow];

	if (probe->purpose == SEARCH_FOR_DISTANCE) {
		on_far(s, probe, now_ns);
		return;
	}
	if (distance && probe->hop > distance)
		return;
	if (cell->state == GRAPH_CELL_ANSWERED) {
		on_repeat(s, probe, cell);
	} else if (probe->kind == SEARCH_EXPIRED) {
		on_router(s, probe);
	} else if (cell->asked < SEARCH_ATTEMPTS && is_contradicted(s, probe)) {
		if (cell->state == GRAPH_CELL_ASKED && pace_push(s, probe->flow, probe->hop, SEARCH_FOR_FLOWS))
			return;
		on_end(s, probe);
	} else {
		on_end(s, probe);
	}
	limit_on_answer(s, probe, now_ns);
}

static void ask_for_queries(struct search *s, const struct search_probe *probe)
{
	if (probe->purpose == SEARCH_FOR_FLOWS && s->settings.queries > 1)
		pace_push_times(s, probe->flow, probe->hop, SEARCH_FOR_QUERIES, s->settings.queries - 1u);
}

enum search_verdict search_on_answer(struct search *s, uint64_t now_ns, uint32_t id, const struct search_answer *answer)
{
	struct search_probe *probe;
	bool is_late;

	if (id >= s->probe_count)
		return SEARCH_FOREIGN;
	probe = &s->probes[id];
	if (probe->kind != SEARCH_UNANSWERED) {
		if (probe->duplicates < UINT8_MAX)
			probe->duplicates++;
		return SEARCH_DUPLICATE;
	}
	is_late = probe->is_late;
	keep(s, probe, answer, now_ns);
	s->is_reached |= answer->kind == SEARCH_REACHED;
	if (probe->router != GRAPH_NONE) {
		learn(s, probe, now_ns);
		ask_for_queries(s, probe);
	}
	if (probe->purpose == SEARCH_FOR_LIMIT && !is_late)
		limit_on_test(s, probe, true);
	if (probe->purpose == SEARCH_FOR_PER_PACKET && !is_late)
		plan_on_check(s, probe->hop);
	if (probe->purpose == SEARCH_FOR_LOSS && !is_late)
		sweep_on_over(s, probe, true);
	return is_late ? SEARCH_LATE : SEARCH_FRESH;
}
