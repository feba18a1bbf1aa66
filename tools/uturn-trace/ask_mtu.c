/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask_mtu.h"

#include <stdlib.h>

#include "packet/ip.h"
#include "search/mtu.h"

static const uint64_t ms_ns = 1000000;

enum {
	FIRST_UNKNOWN = 1500, /* bytes, where the interface is not known: Ethernet's */
	BACK_MOST = 1500, /* a larger datagram that comes back is not captured as a whole */
	LEAST_WAIT_MS = 300,
	DIRECTION_BIT = 1,
};

/* Of the first flow, in one direction after the other. */
struct ask_mtu {
	struct question_world world;
	struct mtu ways[DIRECTIONS];
	bool is_asked[DIRECTIONS];
	enum direction direction;
};

static const struct graph *graph_of(const struct ask_mtu *q, enum direction d)
{
	return &q->world.searches[d]->graph;
}

/* The router that flow 0 met at this hop; NULL: nobody answered. */
static const struct graph_router *router_at(const struct graph *g, unsigned hop)
{
	const struct graph_cell *cell = &g->cells[0][hop];

	if (cell->state != GRAPH_CELL_ANSWERED || cell->node == GRAPH_NONE || g->nodes[cell->node].router == GRAPH_NONE)
		return NULL;
	return &g->routers[g->nodes[cell->node].router];
}

/*
 * The target's answer tells only where it is as small whatever was sent, and is
 * sent whatever that was: an echo reply is as large as the request, and data in a
 * SYN, or a DNS query of more than 1,232 bytes, is a reason to drop it.
 */
static bool is_asked_at(const struct ask_mtu *q, enum direction d, unsigned hop)
{
	const struct graph_router *router = router_at(graph_of(q, d), hop);
	const uint8_t distance = graph_of(q, d)->distances[0];
	const bool is_told = q->world.aim->protocol == PROTOCOL_UDP && q->world.aim->payload != PAYLOAD_DNS;

	/* the probe that told the distance may be the only one that a host with a limit has answered */
	if (distance && hop == distance && search_is_reached(q->world.searches[d]) && (!router || router->is_target))
		return is_told;
	return router && (!distance || hop <= distance) && (is_told || !router->is_target);
}

static uint64_t wait_of(const struct ask_mtu *q, const struct graph *g)
{
	uint64_t wait_ns = 0;

	for (unsigned i = 0; i < g->router_count; i++)
		if (g->routers[i].rtt_most_us * UINT64_C(3000) + 100 * ms_ns > wait_ns)
			wait_ns = g->routers[i].rtt_most_us * UINT64_C(3000) + 100 * ms_ns;
	if (wait_ns < LEAST_WAIT_MS * ms_ns)
		wait_ns = LEAST_WAIT_MS * ms_ns;
	return wait_ns < q->world.timeout_ns ? wait_ns : q->world.timeout_ns;
}

/* Bytes of the smallest probe, and of the smallest that the target answers. */
static uint16_t least_of(const struct aim *aim, bool is_target)
{
	enum { LEAST4 = 68 };
	const unsigned payload = aim->payload == PAYLOAD_DNS ? PAYLOAD_DNS_SIZE
		: aim->payload != PAYLOAD_QUIC               ? 0
		: is_target                                  ? PAYLOAD_QUIC_ANSWERED
							     : PAYLOAD_QUIC_SIZE;
	const unsigned size = (unsigned)ip_header_size(aim->target.family) + UDP_SIZE + payload;

	return (uint16_t)(size > LEAST4 ? size : LEAST4);
}

/* False: no hop answers. */
static bool start(struct ask_mtu *q, enum direction d, uint16_t first)
{
	const struct graph *g = graph_of(q, d);
	struct mtu_settings s = {
		.first = first,
		.least = least_of(q->world.aim, false),
		.least_last = least_of(q->world.aim, d == THERE),
		.wait_ns = wait_of(q, g),
		.family = q->world.aim->target.family,
	};

	for (unsigned hop = 1; hop < GRAPH_HOPS; hop++)
		if (is_asked_at(q, d, hop))
			s.answering |= UINT64_C(1) << (hop - 1);
	q->direction = d;
	q->is_asked[d] = s.answering != 0;
	if (q->is_asked[d])
		mtu_init(&q->ways[d], &s);
	return q->is_asked[d];
}

/* As far as the path is known to go? */
static bool is_whole(const struct ask_mtu *q, enum direction d)
{
	const uint8_t distance = graph_of(q, d)->distances[0];

	return !mtu_is_cut_off(&q->ways[d]) && distance && q->ways[d].hop >= distance;
}

/* The return path begins where the forward path ends, with what comes through that. */
static bool start_back(struct ask_mtu *q)
{
	const struct mtu *there = &q->ways[THERE];

	if (q->direction == BACK || !q->world.searches[BACK] || !q->world.has_uturn || !is_whole(q, THERE))
		return false;
	return start(q, BACK, there->size < BACK_MOST ? there->size : BACK_MOST);
}

static enum search_step next(void *state, uint64_t now_ns, struct question_probe *p, uint64_t *until_ns)
{
	struct ask_mtu *q = state;
	const uint8_t distance = graph_of(q, THERE)->distances[0];
	struct mtu_probe probe;
	enum search_step step = mtu_next(&q->ways[q->direction], now_ns, &probe, until_ns);

	if (step == SEARCH_DONE && start_back(q))
		step = mtu_next(&q->ways[q->direction], now_ns, &probe, until_ns);
	if (step != SEARCH_SEND)
		return step;
	p->reference = probe.reference << DIRECTION_BIT | q->direction;
	p->flow = q->world.flow_base;
	p->direction = (uint8_t)q->direction;
	p->variation.size = probe.size;
	if (q->direction == BACK)
		p->ttl = (uint8_t)(distance + probe.hop);
	else
		p->ttl = probe.hop == distance ? SEARCH_FAR_HOP : probe.hop; /* as reverse_prepare() has it */
	return SEARCH_SEND;
}

static void refused(void *state, uint32_t reference)
{
	struct ask_mtu *q = state;

	(void)reference;
	mtu_on_refusal(&q->ways[q->direction]);
}

/* The hop of flow 0 that has this address; of a router that answers with another one, what the TTL says. */
static uint8_t hop_of(const struct ask_mtu *q, enum direction d, const struct answer *a)
{
	const struct graph *g = graph_of(q, d);
	const uint8_t asked = q->ways[d].trial.hop;
	uint8_t ttl;

	for (unsigned hop = 1; hop < GRAPH_HOPS; hop++) {
		const struct graph_router *router = router_at(g, hop);

		if (router && addr_equal(&router->addr, a->interface.family ? &a->interface : &a->from))
			return (uint8_t)hop;
	}
	if (d == BACK && addr_equal(&q->world.aim->target, &a->from))
		return 0;
	ttl = asked == g->distances[0] ? SEARCH_FAR_HOP : asked;
	/* RFC 1812 4.3.2.3: as the router got it */
	if (d == THERE && a->ttl_left && a->ttl_left <= ttl && ttl - a->ttl_left + 1 < asked)
		return (uint8_t)(ttl - a->ttl_left + 1);
	return MTU_HOP_UNKNOWN;
}

/*
 * Has the probe arrived at its hop? A router that refuses it on the way has another
 * reason than its size. That a return path ends here uturnd may know by its reach
 * check, which is a small packet: only the datagram itself says that it has come.
 */
static bool has_arrived(const struct ask_mtu *q, enum direction d, const struct answer *a)
{
	if (a->form == ANSWER_IS_EXPIRED || a->form == ANSWER_IS_RETURN)
		return true;
	return d == THERE &&
		(a->form == ANSWER_IS_REPLY ||
			(a->form == ANSWER_IS_UNREACHABLE && addr_equal(&a->from, &q->world.aim->target)));
}

static void answered(void *state, uint64_t at_ns, uint32_t reference, const struct answer *a)
{
	struct ask_mtu *q = state;
	const enum direction d = reference & 1;
	struct mtu *way = &q->ways[d];

	(void)at_ns;
	if (!q->is_asked[d])
		return;
	if (answer_is_too_big(a))
		mtu_on_too_big(way, reference >> DIRECTION_BIT, &a->from, hop_of(q, d, a), a->mtu);
	else if (has_arrived(q, d, a))
		mtu_on_arrival(way, reference >> DIRECTION_BIT);
}

/* The router of the record in front of the narrower link; of the return path's first one the target. */
static struct record_router *router_before(struct trace_record *record, const struct ask_mtu *q, enum direction d,
	const struct mtu_fall *fall)
{
	const struct graph_router *known = fall->hop == MTU_HOP_UNKNOWN ? NULL
		: fall->hop                                             ? router_at(graph_of(q, d), fall->hop)
									: NULL;
	const struct addr *addr = known ? &known->addr : d == BACK && !fall->hop ? &q->world.aim->target : &fall->from;
	const enum direction of = d == BACK && !fall->hop ? THERE : d;

	for (size_t i = 0; i < record->router_count; i++)
		if (record->routers[i].direction == of && addr_equal(&record->routers[i].addr, addr))
			return &record->routers[i];
	return NULL;
}

static void fill_way(const struct ask_mtu *q, enum direction d, struct trace_record *record)
{
	const struct mtu *way = &q->ways[d];
	struct record_mtu *mtu = &record->mtu[d];

	mtu->first = way->settings.first;
	mtu->path = way->size;
	mtu->hops = way->hop;
	mtu->is_cut_off = !is_whole(q, d);
	for (unsigned i = 0; i < way->fall_count; i++) {
		const struct mtu_fall *fall = &way->falls[i];
		struct record_router *router = router_before(record, q, d, fall);

		mtu->falls[mtu->fall_count++] = (struct record_fall){
			.hop = fall->hop == MTU_HOP_UNKNOWN ? 0 : fall->hop,
			.has_hop = fall->hop != MTU_HOP_UNKNOWN,
			.is_black_hole = fall->is_black_hole,
			.mtu = fall->mtu,
			.from = fall->from,
		};
		if (router)
			record_mark(router, fall->is_black_hole ? "black hole above %u" : "mtu %u", fall->mtu);
	}
}

static bool fill(const void *state, struct trace_record *record)
{
	const struct ask_mtu *q = state;

	for (enum direction d = THERE; d < DIRECTIONS; d++)
		if (q->is_asked[d])
			fill_way(q, d, record);
	return true;
}

bool mtu_open(struct question *question, const struct question_world *w, const struct trace_options *o)
{
	struct ask_mtu *q = o->has_mtu ? calloc(1, sizeof(*q)) : NULL;

	if (!q)
		return false;
	q->world = *w;
	if (!start(q, THERE, w->aim->mtu ? w->aim->mtu : FIRST_UNKNOWN)) {
		free(q);
		return false;
	}
	*question = (struct question){ q, next, refused, answered, fill, free };
	return true;
}
