/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask_fields.h"

#include <stdlib.h>

#include "packet/ip.h"
#include "search/bound.h"
#include "search/fields.h"

static const uint64_t ms_ns = 1000000, second_ns = 1000000000;

enum {
	BACK_RATE = 150, /* a second: with what the search has sent just now below the limit of uturnd.conf(5) */
	PORT_FIRST = 33435, /* of those that traceroutes use, which hosts have closed */
	VALUES = 64,
};

/* Values that a network gives no priority to: lower effort, CS1 to CS4 and assured forwarding (RFC 4594, RFC 8622). */
static const uint8_t harmless[] = { 1, 8, 16, 24, 32, 10, 12, 14, 18, 20, 22, 26, 28, 30, 34, 36, 38 };

/* What the balancer has quoted of a base, as it has come there. */
struct seen {
	uint8_t dscp;
	uint16_t from_port, sum_delta;
	uint32_t label;
	unsigned nat; /* QUOTE_NAT bits */
};

/* One balancer, as the search knows it; same place as in the fields. */
struct place {
	enum direction direction;
	uint16_t router; /* of the graph */
	uint8_t hop;
	uint16_t flows[FIELDS_BASES], next[FIELDS_BASES]; /* of its bases: the search's flow, and the router behind */
	struct seen seen[FIELDS_BASES];
	unsigned known; /* bits by enum record_field: the search has found that it chooses by these */
	bool is_checked; /* the search has found that it does not choose by packet */
	bool has_end; /* the target is one of its ways */
};

struct ask_fields {
	struct question_world world;
	struct fields fields;
	struct place places[FIELDS_BALANCERS];
};

static bool is_icmp(const struct ask_fields *a)
{
	return a->world.aim->protocol != PROTOCOL_UDP && a->world.aim->protocol != PROTOCOL_TCP;
}

static const struct graph *graph_of(const struct ask_fields *a, const struct place *p)
{
	return &a->world.searches[p->direction]->graph;
}

/* --- which balancers there are --- */

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
	const unsigned own = is_icmp(a) ? RECORD_CHECKSUM : RECORD_SOURCE_PORT;
	const bool is_six = a->world.aim->target.family == 6;

	if (is_six) {
		fields_test(b, own, VALUES);
		fields_test(b, RECORD_LABEL, VALUES);
	} else {
		p->known = 1U << own;
	}
	if (!is_icmp(a))
		fields_test(b, RECORD_DESTINATION_PORT, VALUES);
	/* what a u-turn host sends back has no DSCP of the probe's */
	if (p->direction == THERE)
		fields_test(b, RECORD_DSCP, sizeof(harmless));
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

/* --- probes --- */

static uint8_t ttl_of(const struct search *s, const struct place *p, unsigned base, bool is_next_hop)
{
	const uint8_t *offsets = s->settings.offsets;
	const uint8_t offset = !offsets                     ? 0
		: offsets[p->flows[base]] ? offsets[p->flows[base]]
					  : offsets[0];

	return (uint8_t)(p->hop + is_next_hop + offset);
}

static uint16_t port_of(const struct aim *aim, unsigned value)
{
	const uint16_t port = (uint16_t)(PORT_FIRST + value);

	return port == aim->port ? PORT_FIRST - 1 : port;
}

static uint8_t tos_of(const struct aim *aim, unsigned value)
{
	const uint8_t dscp = harmless[value] == aim->tos >> 2 ? 0 : harmless[value];

	return (uint8_t)(dscp << 2 | (aim->tos & 3));
}

static void vary(const struct ask_fields *a, const struct fields_probe *f, struct question_probe *p)
{
	const struct aim *aim = a->world.aim;
	const uint16_t base = p->flow;

	switch (f->test) {
	case RECORD_SOURCE_PORT:
	case RECORD_CHECKSUM:
		p->variation.has_label = true;
		p->variation.label = identity_label(aim, base);
		p->flow = (uint16_t)((base + 1 + f->value) % FLOWS_COUNT);
		break;
	case RECORD_DESTINATION_PORT:
		p->variation.port = port_of(aim, f->value);
		break;
	case RECORD_DSCP:
		p->variation.has_tos = true;
		p->variation.tos = tos_of(aim, f->value);
		break;
	case RECORD_LABEL:
		p->variation.has_label = true;
		p->variation.label = (0x1f3a7U * (f->value + 1)) & IP_FLOW_LABEL;
		break;
	default:
		break; /* the control */
	}
}

static enum search_step next(void *state, uint64_t now_ns, struct question_probe *p, uint64_t *until_ns)
{
	struct ask_fields *a = state;
	const struct place *place;
	struct fields_probe f;
	const enum fields_step step = fields_next(&a->fields, now_ns, &f, until_ns);

	if (step != FIELDS_SEND)
		return step == FIELDS_DONE ? SEARCH_DONE : SEARCH_WAIT;
	place = &a->places[f.balancer];
	p->reference = f.reference;
	p->flow = (uint16_t)((a->world.flow_base + place->flows[f.base]) % FLOWS_COUNT);
	p->ttl = ttl_of(a->world.searches[place->direction], place, f.base, f.is_next_hop);
	vary(a, &f, p);
	return SEARCH_SEND;
}

static void refused(void *state, uint32_t reference)
{
	struct ask_fields *a = state;

	fields_on_refusal(&a->fields, reference);
}

/* --- answers --- */

static struct seen seen_of(const struct ask_fields *a, const struct answer *answer)
{
	const struct quote_changes *c = &answer->note.changes;
	const bool has_sum = c->fields & QUOTE_SUM;

	return (struct seen){
		.dscp = c->dscp,
		.label = c->label,
		.from_port = is_icmp(a) ? 0 : c->from_port, /* an echo request has its identity there */
		.sum_delta = has_sum ? c->sum_delta : 0,
		.nat = c->fields & QUOTE_NAT,
	};
}

/* Did the balancer see a packet that differs from the base in this field and no other? A NAT may have made more of it. */
static bool is_visible(unsigned test, const struct seen *base, const struct seen *s)
{
	const bool is_own = test == RECORD_SOURCE_PORT || test == RECORD_CHECKSUM;

	if ((base->dscp != s->dscp) != (test == RECORD_DSCP) || (base->label != s->label) != (test == RECORD_LABEL))
		return false;
	if (test == RECORD_DESTINATION_PORT && s->nat & QUOTE_TO_PORT)
		return false;
	if (test == RECORD_SOURCE_PORT && base->from_port == s->from_port)
		return false;
	return is_own || (base->from_port == s->from_port && base->sum_delta == s->sum_delta && base->nat == s->nat);
}

/* Routers of the return path may be named by the u-turn host: `answer-from self` of uturnd.conf(5). */
static const struct addr *router_of(const struct ask_fields *a, const struct place *p, const struct answer *answer)
{
	return p->direction == BACK && answer->interface.family && addr_equal(&answer->from, &a->world.aim->target)
		? &answer->interface
		: &answer->from;
}

static enum fields_outcome at_balancer(struct ask_fields *a, struct place *p, const struct fields_probe *f,
	const struct answer *answer)
{
	const struct seen s = seen_of(a, answer);

	if (answer->form != ANSWER_IS_EXPIRED ||
		!addr_equal(router_of(a, p, answer), &graph_of(a, p)->routers[p->router].addr))
		return FIELDS_MISSED;
	if (f->test == FIELDS_CONTROL) {
		p->seen[f->base] = s;
		return FIELDS_SAME;
	}
	return is_visible(f->test, &p->seen[f->base], &s) ? FIELDS_SAME : FIELDS_HIDDEN;
}

static enum fields_outcome behind_balancer(const struct ask_fields *a, const struct place *p,
	const struct fields_probe *f, const struct answer *answer)
{
	const struct graph *g = graph_of(a, p);
	const struct addr *router = router_of(a, p, answer);

	/* a firewall refuses what does not fit, in its own name or in that of the target */
	if (answer->form != ANSWER_IS_EXPIRED)
		return p->has_end && addr_equal(router, &a->world.aim->target) ? FIELDS_OTHER : FIELDS_MISSED;
	if (addr_equal(router, &g->routers[p->router].addr))
		return FIELDS_MISSED;
	return addr_equal(router, &g->routers[p->next[f->base]].addr) ? FIELDS_SAME : FIELDS_OTHER;
}

static void answered(void *state, uint64_t at_ns, uint32_t reference, const struct answer *answer)
{
	struct ask_fields *a = state;
	struct fields_probe f;
	struct place *p;

	(void)at_ns;
	if (!fields_find(&a->fields, reference, &f))
		return;
	p = &a->places[f.balancer];
	fields_on_answer(&a->fields, reference,
		f.is_next_hop ? behind_balancer(a, p, &f, answer) : at_balancer(a, p, &f, answer));
}

/* --- what is known --- */

/* What the balancer forwards on the return path has the ports of the probes swapped. */
static unsigned as_forwarded(enum direction d, unsigned field)
{
	if (d == THERE || (field != RECORD_SOURCE_PORT && field != RECORD_DESTINATION_PORT))
		return field;
	return field == RECORD_SOURCE_PORT ? RECORD_DESTINATION_PORT : RECORD_SOURCE_PORT;
}

static void fill_balancer(const struct ask_fields *a, unsigned index, struct record_router *router)
{
	const struct place *p = &a->places[index];
	const bool has_control = fields_verdict(&a->fields, index, FIELDS_CONTROL) == FIELDS_NO;

	if (fields_is_unstable(&a->fields, index))
		return;
	for (unsigned field = 0; field < RECORD_FIELDS; field++) {
		const enum fields_verdict verdict = fields_verdict(&a->fields, index, field);
		const uint8_t bit = (uint8_t)(1U << as_forwarded(p->direction, field));

		if (verdict == FIELDS_YES || (p->known >> field & 1 && (has_control || p->is_checked)))
			router->balances |= bit;
		else if (verdict == FIELDS_NO)
			router->balances_not |= bit;
	}
	/* a router that is met at two hops has two places */
	router->balances_not &= (uint8_t)~router->balances;
}

static bool fill(const void *state, struct trace_record *record)
{
	const struct ask_fields *a = state;

	for (unsigned i = 0; i < a->fields.count; i++) {
		const struct place *p = &a->places[i];
		const struct addr *addr = &graph_of(a, p)->routers[p->router].addr;

		for (size_t j = 0; j < record->router_count; j++)
			if (record->routers[j].direction == p->direction &&
				addr_equal(&record->routers[j].addr, addr))
				fill_balancer(a, i, &record->routers[j]);
	}
	return true;
}

static void close(void *state)
{
	free(state);
}

bool ask_fields_open(struct question *q, const struct question_world *w, const struct trace_options *o)
{
	struct ask_fields *a = o->wants_fields ? calloc(1, sizeof(*a)) : NULL;
	unsigned balancers = 0;

	if (!a)
		return false;
	a->world = *w;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		balancers += is_askable(w, d) ? w->searches[d]->balancers : 0;
	fields_init(&a->fields, bound_share(o->confidence, balancers));
	a->fields.lane_gap_ns[BACK] = second_ns / BACK_RATE;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		for (unsigned n = 1; is_askable(w, d) && n < w->searches[d]->graph.node_count; n++)
			add_balancer(a, d, n);
	if (!a->fields.count) {
		free(a);
		return false;
	}
	*q = (struct question){ a, next, refused, answered, fill, close };
	return true;
}
