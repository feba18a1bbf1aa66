/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/graph.h"

static struct graph g;

static struct addr address(unsigned n)
{
	return (struct addr){ .family = 4, .bytes = { 10, 0, (uint8_t)(n >> 8), (uint8_t)n } };
}

static unsigned router(unsigned n)
{
	struct addr a = address(n);

	return graph_router(&g, &a);
}

/* Flow, hop and router; 0: silence. */
static bool meet(unsigned flow, unsigned hop, unsigned n)
{
	while (g.flow_count <= flow)
		graph_add_flow(&g);
	return graph_settle(&g, flow, hop, n ? router(n) : GRAPH_NONE, false);
}

static const struct graph_node *node_of(unsigned flow, unsigned hop)
{
	return &g.nodes[graph_cell(&g, flow, hop)->node];
}

static unsigned flows_from_to(unsigned flow, unsigned hop)
{
	for (unsigned i = 0; i < g.link_count; i++) {
		if (g.links[i].from == graph_cell(&g, flow, hop)->node &&
			g.links[i].to == graph_cell(&g, flow, hop + 1)->node)
			return g.links[i].flows;
	}
	return 0;
}

static void a_diamond(void **state)
{
	(void)state;
	graph_init(&g);
	assert_true(meet(0, 1, 1));
	assert_true(meet(0, 2, 2));
	assert_true(meet(0, 3, 4));
	assert_false(meet(1, 1, 1));
	assert_true(meet(1, 3, 4) == false);
	assert_true(meet(1, 2, 3));
	assert_false(meet(2, 2, 3));
	assert_int_equal(g.router_count, 4);
	assert_int_equal(g.hops[2].routers, 2);
	assert_int_equal(node_of(0, 1)->successors, 2);
	assert_int_equal(node_of(0, 3)->predecessors, 2);
	assert_int_equal(node_of(1, 2)->flows, 2);
	assert_int_equal(node_of(1, 2)->flows_behind, 1);
	assert_int_equal(flows_from_to(0, 0), 2);
	assert_int_equal(flows_from_to(1, 1), 1);
	assert_int_equal(graph_balancers(&g), 1);
}

static void asked_is_counted_by_neighbours(void **state)
{
	(void)state;
	graph_init(&g);
	meet(0, 1, 1);
	meet(0, 3, 3);
	graph_ask(&g, 0, 2);
	assert_int_equal(node_of(0, 1)->flows_ahead, 1);
	assert_int_equal(node_of(0, 3)->flows_behind, 1);
	assert_int_equal(g.hops[2].out, 1);
	graph_forget(&g, 0, 2);
	assert_int_equal(node_of(0, 1)->flows_ahead, 0);
	assert_int_equal(node_of(0, 3)->flows_behind, 0);
	assert_int_equal(g.hops[2].out, 0);
}

/* A late answer after silence: nothing of the silence stays. */
static void silence_that_was_none(void **state)
{
	(void)state;
	graph_init(&g);
	meet(0, 1, 1);
	meet(0, 2, 0);
	meet(0, 3, 3);
	assert_int_equal(g.hops[2].silent, 1);
	assert_int_equal(g.hops[2].routers, 0);
	graph_unsettle(&g, 0, 2);
	assert_int_equal(g.hops[2].out, 1);
	assert_int_equal(node_of(0, 1)->successors, 0);
	meet(0, 2, 2);
	assert_int_equal(g.hops[2].silent, 0);
	assert_int_equal(g.hops[2].out, 0);
	assert_int_equal(g.hops[2].routers, 1);
	assert_int_equal(node_of(0, 1)->successors, 1);
	assert_int_equal(node_of(0, 3)->predecessors, 1);
	assert_int_equal(node_of(0, 1)->flows_ahead, 1);
}

static void one_router_at_two_hops(void **state)
{
	(void)state;
	graph_init(&g);
	meet(0, 2, 7);
	meet(1, 3, 7);
	meet(0, 3, 7);
	assert_int_equal(g.router_count, 1);
	assert_int_equal(g.routers[0].hops, 6);
	assert_int_equal(g.routers[0].flows, 2);
	assert_int_not_equal(graph_cell(&g, 0, 2)->node, graph_cell(&g, 0, 3)->node);
}

static void a_flow_ends(void **state)
{
	(void)state;
	graph_init(&g);
	meet(0, 1, 1);
	meet(0, 2, 2);
	meet(0, 3, 2);
	graph_ask(&g, 0, 4);
	graph_end_flow(&g, 0, 2);
	assert_int_equal(g.distances[0], 2);
	assert_int_equal(graph_cell(&g, 0, 3)->state, GRAPH_CELL_UNKNOWN);
	assert_int_equal(graph_cell(&g, 0, 4)->state, GRAPH_CELL_UNKNOWN);
	assert_int_equal(g.hops[3].routers, 0);
	assert_int_equal(g.hops[3].out, 0);
	assert_int_equal(g.hops[4].out, 0);
	assert_int_equal(node_of(0, 2)->successors, 0);
	assert_int_equal(node_of(0, 2)->flows_ahead, 0);
}

static void a_repeat_makes_no_balancer(void **state)
{
	(void)state;
	graph_init(&g);
	meet(0, 1, 1);
	meet(0, 2, 2);
	meet(1, 1, 1);
	meet(1, 2, 3);
	meet(0, 3, 4);
	meet(1, 3, 4);
	assert_true(graph_repeat(&g, 2, router(5), false));
	assert_false(graph_repeat(&g, 2, router(5), false));
	assert_int_equal(g.hops[2].routers, 3);
	g.hops[2].is_per_packet = g.is_balancers_stale = true;
	assert_int_equal(graph_balancers(&g), 1);
}

static void a_full_graph_says_so(void **state)
{
	(void)state;
	graph_init(&g);
	for (unsigned n = 1; n <= GRAPH_ROUTERS; n++)
		assert_int_equal(router(n), n - 1);
	assert_false(g.is_full);
	assert_int_equal(router(GRAPH_ROUTERS + 1), GRAPH_NONE);
	assert_int_equal(router(5), 4);
	assert_true(g.is_full);
	graph_init(&g);
	for (unsigned f = 0; f < GRAPH_FLOWS; f++)
		assert_int_equal(graph_add_flow(&g), f);
	assert_int_equal(graph_add_flow(&g), -1);
	assert_true(g.is_full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_diamond),
		cmocka_unit_test(asked_is_counted_by_neighbours),
		cmocka_unit_test(silence_that_was_none),
		cmocka_unit_test(one_router_at_two_hops),
		cmocka_unit_test(a_flow_ends),
		cmocka_unit_test(a_repeat_makes_no_balancer),
		cmocka_unit_test(a_full_graph_says_so),
	};

	return cmocka_run_group_tests_name("trace graph", tests, NULL, NULL);
}
