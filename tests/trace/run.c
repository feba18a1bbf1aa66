/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/search/flows.h"

/* Answers on their way, the next one first. */
struct coming {
	uint64_t at_ns;
	uint32_t id;
	uint16_t router;
	uint8_t ttl_left;
	bool is_reached;
};

struct heap {
	unsigned count;
	struct coming items[4096];
};

static void heap_push(struct heap *h, struct coming item)
{
	unsigned at = h->count++;

	if (at == sizeof(h->items) / sizeof(h->items[0])) {
		fputs("simulate: too many answers at once\n", stderr);
		exit(2);
	}
	for (; at && h->items[(at - 1) / 2].at_ns > item.at_ns; at = (at - 1) / 2)
		h->items[at] = h->items[(at - 1) / 2];
	h->items[at] = item;
}

static struct coming heap_pop(struct heap *h)
{
	struct coming first = h->items[0], last = h->items[--h->count];
	unsigned at = 0;

	for (;;) {
		unsigned child = 2 * at + 1;

		if (child >= h->count)
			break;
		if (child + 1 < h->count && h->items[child + 1].at_ns < h->items[child].at_ns)
			child++;
		if (h->items[child].at_ns >= last.at_ns)
			break;
		h->items[at] = h->items[child];
		at = child;
	}
	h->items[at] = last;
	return first;
}

static struct addr address_of(unsigned router)
{
	struct addr a = { .family = 4, .bytes = { 10, 0, (uint8_t)(router >> 8), (uint8_t)router } };

	return a;
}

unsigned run_router(const struct addr *addr)
{
	return (unsigned)addr->bytes[2] << 8 | addr->bytes[3];
}

static uint16_t ports[FLOWS_COUNT];

static uint16_t port_of(unsigned flow)
{
	if (!ports[0]) {
		struct addr target = address_of(NETWORK_TARGET);
		struct flows flows;

		flows_init(&flows, &target, 17);
		for (unsigned i = 0; i < FLOWS_COUNT; i++)
			ports[i] = flows_port(&flows, i);
	}
	return ports[flow];
}

static void ask(struct search *s, struct network *n, struct heap *heap, uint32_t id, uint64_t now_ns,
	unsigned first_flow)
{
	const struct search_probe *p = &s->probes[id];
	struct network_answer a = network_ask(n, now_ns, port_of(first_flow + p->flow), p->ttl);

	if (a.is_answered)
		heap_push(heap,
			(struct coming){ .at_ns = a.at_ns,
				.id = id,
				.router = (uint16_t)a.router,
				.ttl_left = (uint8_t)a.ttl_left,
				.is_reached = a.is_reached });
}

static void tell(struct search *s, const struct coming *c)
{
	struct search_answer answer = { .addr = address_of(c->router), .ttl_left = c->ttl_left, .type = 11 };

	answer.kind = c->is_reached ? SEARCH_REACHED : SEARCH_EXPIRED;
	search_on_answer(s, c->at_ns, c->id, &answer);
}

const struct graph_router *run_find(const struct search *s, const struct network *n, const char *name)
{
	for (unsigned i = 0; i < s->graph.router_count; i++) {
		if (strcmp(n->routers[run_router(&s->graph.routers[i].addr)].name, name) == 0)
			return &s->graph.routers[i];
	}
	return NULL;
}

/* The router of the network that a node stands for; NETWORK_ROUTERS: silence. */
static unsigned router_of_node(const struct search *s, unsigned node)
{
	const struct graph_node *g = &s->graph.nodes[node];

	if (!node)
		return NETWORK_SOURCE;
	return g->router == GRAPH_NONE ? NETWORK_ROUTERS : run_router(&s->graph.routers[g->router].addr);
}

static bool has_routers(const struct search *s, const struct network *n)
{
	bool is_found[NETWORK_ROUTERS + 1] = { [NETWORK_SOURCE] = true };

	for (unsigned i = 1; i < s->graph.node_count; i++) {
		if (s->graph.nodes[i].flows || s->graph.nodes[i].repeats)
			is_found[router_of_node(s, i)] = true;
	}
	for (unsigned i = 0; i < n->router_count; i++) {
		if (is_found[i] != (n->routers[i].is_reachable && !n->routers[i].is_silent))
			return false;
	}
	return true;
}

static bool is_way(const struct network_router *r, unsigned to)
{
	for (unsigned i = 0; i < r->way_count; i++) {
		if (r->ways[i] == to)
			return true;
	}
	return false;
}

/* Each link between routers that answer is there once, though several nodes may show it. */
static bool has_links(const struct search *s, const struct network *n)
{
	static bool is_found[NETWORK_ROUTERS + 1][NETWORK_ROUTERS + 1];
	unsigned count = 0, wanted = 0;

	memset(is_found, 0, sizeof(is_found));
	for (unsigned i = 0; i < s->graph.link_count; i++) {
		unsigned from = router_of_node(s, s->graph.links[i].from), to = router_of_node(s, s->graph.links[i].to);

		if (!s->graph.links[i].flows || from == NETWORK_ROUTERS || to == NETWORK_ROUTERS || is_found[from][to])
			continue;
		if (!is_way(&n->routers[from], to))
			return false;
		is_found[from][to] = true;
		count++;
	}
	for (unsigned i = 0; i < n->router_count; i++) {
		const struct network_router *r = &n->routers[i];

		for (unsigned w = 0; r->is_reachable && !r->is_silent && w < r->way_count; w++)
			wanted += !n->routers[r->ways[w]].is_silent;
	}
	return count == wanted;
}

/* Where and when the search is. */
static struct heap heap;
static struct search_rate rate;
static uint64_t now_ns;

static void run_on(struct search *s, struct network *n, unsigned first_flow)
{
	for (;;) {
		struct search_action action = search_next(s, now_ns);

		if (action.step == SEARCH_SEND) {
			ask(s, n, &heap, action.id, now_ns, first_flow);
		} else if (heap.count && (action.step == SEARCH_DONE || heap.items[0].at_ns <= action.until_ns)) {
			struct coming c = heap_pop(&heap);

			now_ns = c.at_ns > now_ns ? c.at_ns : now_ns;
			tell(s, &c);
		} else if (action.step == SEARCH_WAIT) {
			now_ns = action.until_ns;
		} else {
			return;
		}
	}
}

struct run_result run_search(struct search *s, struct network *n, const struct search_settings *settings, uint64_t seed,
	unsigned first_flow)
{
	struct search_settings own = *settings;
	const uint64_t start_ns = 1000000000;

	heap.count = 0;
	rate = (struct search_rate){ .per_s = 1000 };
	now_ns = start_ns;
	network_seed(n, seed);
	if (!own.seed)
		own.seed = seed;
	own.rate = &rate;
	search_init(s, &own);
	run_on(s, n, first_flow);
	return (struct run_result){ .probes = s->probe_count,
		.seconds = (double)(now_ns - start_ns) / 1e9,
		.has_all_routers = has_routers(s, n),
		.has_all_links = has_links(s, n) };
}

void run_sweeps(struct search *s, struct network *n, const uint16_t *flows, unsigned count, unsigned sweeps)
{
	for (unsigned i = 0; i < sweeps; i++) {
		for (unsigned f = 0; f < count; f++)
			search_sweep(s, flows[f]);
		run_on(s, n, 0);
		search_forget_probes(s);
	}
}
