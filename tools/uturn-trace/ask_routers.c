/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask_routers.h"

#include <stdlib.h>

#include "packet/icmp.h"
#include "packet/special.h"
#include "search/alias.h"

static const uint64_t ms_ns = 1000000;

enum { CLOSED_PORT = 33434 /* the first of those that traceroutes use */ };

/* Where an address was met, in bits of hop - 1: on each path, and of the return path as hops from here. */
struct met {
	uint64_t hops[DIRECTIONS];
	uint64_t mirrored;
};

struct ask_routers {
	struct question_world world;
	struct alias alias;
	struct met met[ALIAS_ADDRESSES];
	int index_of[DIRECTIONS][GRAPH_ROUTERS]; /* of the graph's routers; -1: not asked */
};

/* --- which addresses may be one router --- */

/* The hop at which this graph's paths end; 0: they do not. */
static unsigned end_of(const struct graph *g)
{
	for (unsigned i = 1; i < g->node_count; i++)
		if (g->nodes[i].is_reached && g->nodes[i].flows)
			return g->nodes[i].hop;
	return 0;
}

/* Routers alone: the target is one for sure, and this host is known. What cannot be a host's address is not asked. */
static bool is_candidate(const struct ask_routers *a, const struct graph_router *r)
{
	return !r->is_target && r->flows && addr_is_unicast_host(&r->addr) &&
		!addr_equal(&r->addr, &a->world.aim->target) && !addr_equal(&r->addr, &a->world.aim->source);
}

static void add_node(struct ask_routers *a, enum direction d, const struct graph_node *n)
{
	const struct graph *g = &a->world.searches[d]->graph;
	int index;

	if (n->router == GRAPH_NONE || !n->flows || !is_candidate(a, &g->routers[n->router]))
		return;
	index = alias_add(&a->alias, &g->routers[n->router].addr);
	a->index_of[d][n->router] = index;
	if (index >= 0)
		a->met[index].hops[d] |= UINT64_C(1) << (n->hop - 1);
}

/* In the order of hops, so that where there are too many those of both paths have their places. */
static void add_addresses(struct ask_routers *a)
{
	for (unsigned hop = 1; hop <= GRAPH_HOPS; hop++)
		for (enum direction d = THERE; d < DIRECTIONS; d++) {
			const struct graph *g = a->world.searches[d] ? &a->world.searches[d]->graph : NULL;

			for (unsigned n = g ? g->hops[hop].first_node : GRAPH_NONE; n != GRAPH_NONE;
				n = g->nodes[n].next)
				add_node(a, d, &g->nodes[n]);
		}
}

/* Hop k of the return path, seen from here: as far from this host, or from the target, as a path of that length says. */
static uint64_t mirror(uint64_t hops, unsigned end)
{
	uint64_t mirrored = 0;

	for (unsigned hop = 1; hop < end && hop <= GRAPH_HOPS; hop++)
		if (hops >> (hop - 1) & 1)
			mirrored |= UINT64_C(1) << (end - hop - 1);
	return mirrored;
}

static bool is_near(uint64_t one, uint64_t other)
{
	return one & (other | other << 1 | other >> 1);
}

static bool may_be_one(const struct met *one, const struct met *other)
{
	return is_near(one->hops[THERE], other->hops[THERE]) || is_near(one->hops[BACK], other->hops[BACK]) ||
		is_near(one->hops[THERE], other->mirrored) || is_near(other->hops[THERE], one->mirrored);
}

/* A packet that leaves a router for another does not stay there. */
static void add_links(struct ask_routers *a, enum direction d)
{
	const struct graph *g = &a->world.searches[d]->graph;

	for (unsigned i = 0; i < g->link_count; i++) {
		const unsigned from = g->nodes[g->links[i].from].router, to = g->nodes[g->links[i].to].router;
		int one, other;

		if (from == GRAPH_NONE || to == GRAPH_NONE || !g->links[i].flows)
			continue;
		one = a->index_of[d][from];
		other = a->index_of[d][to];
		if (one >= 0 && other >= 0)
			alias_pair(&a->alias, (unsigned)one, (unsigned)other, true);
	}
}

static void add_pairs(struct ask_routers *a)
{
	const struct search *back = a->world.searches[BACK];

	for (unsigned i = 0; i < a->alias.address_count && back; i++)
		a->met[i].mirrored = mirror(a->met[i].hops[BACK], end_of(&back->graph)) |
			mirror(a->met[i].hops[BACK], end_of(&a->world.searches[THERE]->graph));
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		if (a->world.searches[d])
			add_links(a, d);
	for (unsigned i = 0; i < a->alias.address_count; i++)
		for (unsigned j = 0; j < i; j++)
			if (may_be_one(&a->met[i], &a->met[j]))
				alias_pair(&a->alias, j, i, false);
}

/* RFC 5837: what routers have said of their interfaces when the searches asked. */
static void add_claims(struct ask_routers *a)
{
	const struct sent *sent = a->world.sent;

	for (unsigned i = 0; i < sent->count; i++) {
		const struct sent_probe *p = &sent->probes[i];
		const struct search *s = a->world.searches[p->direction];

		if (!p->note.interface_addr.family || p->question || !s || p->id >= s->probe_count ||
			s->probes[p->id].router == GRAPH_NONE || a->index_of[p->direction][s->probes[p->id].router] < 0)
			continue;
		alias_claim(&a->alias, (unsigned)a->index_of[p->direction][s->probes[p->id].router],
			&p->note.interface_addr);
	}
}

static uint64_t timeout_of(const struct question_world *w)
{
	const uint64_t least_ns = 300 * ms_ns;
	uint32_t rtt_us = 0;
	uint64_t timeout_ns;

	for (enum direction d = THERE; d < DIRECTIONS; d++)
		for (unsigned i = 0; w->searches[d] && i < w->searches[d]->graph.router_count; i++)
			if (w->searches[d]->graph.routers[i].rtt_most_us > rtt_us)
				rtt_us = w->searches[d]->graph.routers[i].rtt_most_us;
	timeout_ns = 3000 * (uint64_t)rtt_us + 100 * ms_ns;
	timeout_ns = timeout_ns < least_ns ? least_ns : timeout_ns;
	return timeout_ns < w->timeout_ns ? timeout_ns : w->timeout_ns;
}

/* --- the question --- */

static enum search_step next(void *state, uint64_t now_ns, struct question_probe *p, uint64_t *until_ns)
{
	struct ask_routers *a = state;
	struct alias_probe probe;
	const enum alias_step step = alias_next(&a->alias, now_ns, &probe, until_ns);

	if (step != ALIAS_SEND)
		return step == ALIAS_DONE ? SEARCH_DONE : SEARCH_WAIT;
	p->reference = probe.reference;
	p->flow = (uint16_t)sent_flow(a->world.sent, 0);
	p->ttl = probe.ttl;
	p->is_udp = p->is_short = true;
	p->variation.to = a->alias.addresses[probe.address].addr;
	p->variation.port = CLOSED_PORT;
	return SEARCH_SEND;
}

static void refused(void *state, uint32_t reference)
{
	struct ask_routers *a = state;

	alias_on_refusal(&a->alias, reference);
}

static bool is_closed_port(const struct ask_routers *a, const struct answer *answer)
{
	const bool is_four = answer->from.family == 4;

	return answer->type == (is_four ? ICMP_UNREACHABLE4 : ICMP_UNREACHABLE6) &&
		answer->code == (is_four ? ICMP_PORT_UNREACHABLE4 : ICMP_PORT_UNREACHABLE6) &&
		!addr_equal(&answer->from, &a->world.aim->target) && !addr_equal(&answer->from, &a->world.aim->source);
}

static void answered(void *state, uint64_t at_ns, uint32_t reference, const struct answer *answer)
{
	struct ask_routers *a = state;
	struct alias_answer told = {
		.from = answer->from,
		.is_closed_port = is_closed_port(a, answer),
		.id = answer->id,
	};
	unsigned address;
	uint8_t ttl;

	if (reference >= a->alias.probe_count)
		return;
	address = a->alias.sent[reference].address;
	ttl = a->alias.sent[reference].ttl;
	if (answer->ttl_left && answer->ttl_left <= ttl)
		told.distance = (uint8_t)(ttl - answer->ttl_left + 1);
	alias_on_answer(&a->alias, at_ns, reference, &told);
	if (told.is_closed_port && answer->interface.family)
		alias_claim(&a->alias, address, &answer->interface);
}

/* --- what is known --- */

/* The group of a router of the record; -1: it was not asked about. */
static int group_of(const struct alias *a, const struct record_router *r)
{
	for (unsigned i = 0; i < a->address_count; i++)
		if (addr_equal(&a->addresses[i].addr, &r->addr))
			return a->addresses[i].group;
	return -1;
}

static bool fill(const void *state, struct trace_record *record)
{
	const struct ask_routers *from = state;
	struct alias *a = malloc(sizeof(*a));

	if (!a)
		return false;
	*a = from->alias;
	alias_resolve(a);
	record->has_aliases = true;
	for (uint32_t i = 0; i < record->router_count; i++) {
		const int group = record->routers[i].same_as ? -1 : group_of(a, &record->routers[i]);

		for (uint32_t j = i + 1; j < record->router_count && group >= 0; j++)
			if (group_of(a, &record->routers[j]) == group)
				record_join(record, i, j);
	}
	free(a);
	return true;
}

static void close(void *state)
{
	free(state);
}

bool ask_routers_open(struct question *q, const struct question_world *w, const struct trace_options *o)
{
	struct ask_routers *a = o->wants_routers ? calloc(1, sizeof(*a)) : NULL;

	if (!a)
		return false;
	a->world = *w;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		for (unsigned i = 0; i < GRAPH_ROUTERS; i++)
			a->index_of[d][i] = -1;
	alias_init(&a->alias, w->aim->target.family == 4, timeout_of(w));
	add_addresses(a);
	add_pairs(a);
	add_claims(a);
	*q = (struct question){ a, next, refused, answered, fill, close };
	return true;
}
