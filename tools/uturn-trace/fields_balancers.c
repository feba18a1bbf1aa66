/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields_balancers.h"

#include "packet/ip.h"
#include "record/trace_record.h"
#include "search/bound.h"

static const uint64_t ms_ns = 1000000, second_ns = 1000000000;

enum { BACK_RATE = 150 /* a second: with what the search has sent just now below the limit of uturnd.conf(5) */ };

bool fields_are_of_icmp(const struct ask_fields *a)
{
	return a->world.aim->protocol != PROTOCOL_UDP && a->world.aim->protocol != PROTOCOL_TCP;
}

/* Flows through the node whose next router is known: each way once first, then more. */
static unsigned find_bases(const struct graph *g, unsigned node, struct place *p)
{
	unsigned count = 0;

	for (unsigned pass = 0; pass < FIELDS_BASES; pass++)
		for (unsigned f = 0; f < g->flow_count && count < FIELDS_BASES; f++) {
			const unsigned next = g->cells[f][p->hop].node == node ? g->cells[f][p->hop + 1].node
									       : GRAPH_NONE;
			unsigned same = 0;
			bool is_taken = false;

			if (next == GRAPH_NONE || g->nodes[next].router == GRAPH_NONE || g->nodes[next].is_reached)
				continue;
			for (unsigned i = 0; i < count; i++) {
				is_taken |= p->flows[i] == f;
				same += p->next[i] == g->nodes[next].router;
			}
			if (is_taken || same != pass)
				continue;
			p->flows[count] = (uint16_t)f;
			p->next[count++] = g->nodes[next].router;
		}
	return count;
}

/* Ways that answer, and the largest share of one; with few flows it may be larger than it looks (Laplace). */
static unsigned count_ways(const struct graph *g, unsigned node, struct place *p, double *share)
{
	unsigned ways = 0, most = 0, flows = 0;

	for (unsigned i = 0; i < g->link_count; i++) {
		const struct graph_link *l = &g->links[i];

		if (l->from != node || !l->flows)
			continue;
		ways += g->nodes[l->to].router != GRAPH_NONE;
		p->has_end |= g->nodes[l->to].is_reached;
		flows += l->flows;
		most = l->flows > most ? l->flows : most;
	}
	*share = (most + 1.0) / (flows + 1.0);
	return ways;
}

static uint64_t timeout_of(const struct ask_fields *a, const struct search *s, unsigned hop)
{
	const uint64_t least_ns = 300 * ms_ns;
	uint32_t rtt_us = s->hops[hop].rtt_most_us;
	uint64_t timeout_ns;

	if (s->hops[hop + 1].rtt_most_us > rtt_us)
		rtt_us = s->hops[hop + 1].rtt_most_us;
	timeout_ns = 3000 * (uint64_t)rtt_us + 100 * ms_ns;
	timeout_ns = timeout_ns < least_ns ? least_ns : timeout_ns;
	return timeout_ns < a->world.timeout_ns ? timeout_ns : a->world.timeout_ns;
}

/* One router is asked 100 times a second, here at two hops in turn; or as often as it answers. */
static uint64_t gap_of(const struct graph *g, const struct place *p)
{
	double least = 200;

	if (g->routers[p->router].is_limited && g->routers[p->router].limit_per_s < (float)least)
		least = (double)g->routers[p->router].limit_per_s;
	for (unsigned n = g->hops[p->hop + 1].first_node; n != GRAPH_NONE; n = g->nodes[n].next)
		if (g->nodes[n].router != GRAPH_NONE && g->routers[g->nodes[n].router].is_limited &&
			g->routers[g->nodes[n].router].limit_per_s < (float)least)
			least = (double)g->routers[g->nodes[n].router].limit_per_s;
	return least > 1 ? (uint64_t)(1e9 / least) : second_ns;
}

/*
 * Flows of the searches differ in the source port, of an echo request in its
 * checksum: what an IPv4 balancer chooses by is known then. Over IPv6 they differ
 * in the label as well, so that each is to be asked alone.
 */
static void add_tests(const struct ask_fields *a, struct place *p, struct fields_balancer *b)
{
	const unsigned own = fields_are_of_icmp(a) ? RECORD_CHECKSUM : RECORD_SOURCE_PORT;
	const bool is_six = a->world.aim->target.family == 6;

	if (is_six) {
		fields_test(b, own, FIELDS_VALUES);
		fields_test(b, RECORD_LABEL, FIELDS_VALUES);
	} else {
		p->known = 1U << own;
	}
	if (!fields_are_of_icmp(a))
		fields_test(b, RECORD_DESTINATION_PORT, FIELDS_VALUES);
	/* what a u-turn host sends back has no DSCP of the probe's */
	if (p->direction == THERE)
		fields_test(b, RECORD_DSCP, FIELDS_DSCPS);
}

static void add_balancer(struct ask_fields *a, enum direction d, unsigned node)
{
	const struct search *s = a->world.searches[d];
	const struct graph *g = &s->graph;
	const struct graph_node *n = &g->nodes[node];
	struct place p = { .direction = d, .router = n->router, .hop = n->hop };
	struct fields_balancer given = { .lane = d == BACK };
	struct fields_balancer *added;

	if (n->router == GRAPH_NONE || n->is_reached || !n->flows || n->successors < 2 || n->hop >= GRAPH_HOPS ||
		g->hops[n->hop].is_per_packet || g->hops[n->hop + 1].is_per_packet ||
		count_ways(g, node, &p, &given.share) < 2)
		return;
	given.base_count = (uint8_t)find_bases(g, node, &p);
	given.timeout_ns = timeout_of(a, s, p.hop);
	given.gap_least_ns = gap_of(g, &p);
	p.is_checked = s->hops[p.hop + 1].is_check_planned && s->hops[p.hop + 1].is_check_over && !s->settings.paths &&
		!g->hops[p.hop + 1].is_limited;
	added = given.base_count ? fields_add(&a->fields, &given) : NULL;
	if (!added)
		return;
	add_tests(a, &p, added);
	a->places[added - a->fields.balancers] = p;
}

/* Of requests to a server only the return path is known, and nothing can be varied in its probes. */
static bool is_askable(const struct question_world *w, enum direction d)
{
	return w->searches[d] && (d == THERE || w->searches[d]->settings.offsets);
}

bool fields_balancers_find(struct ask_fields *a, double confidence)
{
	/* so much is stated of each, and all of it together may be wrong as seldom as was asked for */
	const unsigned tests = (fields_are_of_icmp(a) ? 1 : 2) + (a->world.aim->target.family == 6 ? 2 : 0);
	unsigned balancers = 0;

	for (enum direction d = THERE; d < DIRECTIONS; d++)
		balancers += is_askable(&a->world, d) ? a->world.searches[d]->balancers : 0;
	fields_init(&a->fields, bound_share(confidence, balancers * tests));
	a->fields.lane_gap_ns[BACK] = second_ns / BACK_RATE;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		for (unsigned n = 1; is_askable(&a->world, d) && n < a->world.searches[d]->graph.node_count; n++)
			add_balancer(a, d, n);
	return a->fields.count != 0;
}
