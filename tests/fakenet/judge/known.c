/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/judge/known.h"

#include "tests/fakenet/expand.h"
#include "tests/fakenet/walk.h"

enum { PAYLOAD_PROOF = 8 + 14 }; /* bytes of a datagram that prove it to who sees no header */

static struct place place_of(const struct network *n, const struct link *l)
{
	const bool has_more = n->routers[l->to].has_interfaces && l->to > NETWORK_TARGET;

	return (struct place){ l->to, has_more ? l->interface : 0 };
}

bool known_answers(const struct known *k, unsigned router)
{
	const struct router *r = &k->network->routers[router];

	if (router == NETWORK_SOURCE)
		return true;
	if (r->is_silent || (k->plan->is_plain && !k->is_back && r->quote_bytes && r->quote_bytes < PAYLOAD_PROOF))
		return false;
	if (router != NETWORK_TARGET)
		return true;
	return (k->plan->protocol == PLAN_UDP                  ? r->udp
			       : k->plan->protocol == PLAN_TCP ? r->tcp
							       : r->icmp) != HOST_SILENT;
}

static void see(void *owner, unsigned hop, const struct spot *s)
{
	struct known *k = owner;
	const struct place at = place_of(k->network, &k->network->links[s->link]);
	const uint64_t bit = UINT64_C(1) << (hop - 1);
	uint64_t *hops = &k->hops[at.router][at.interface];

	/* a router that is met again, with others in between */
	k->has_loop |= *hops && !(*hops & (bit | bit >> 1));
	*hops |= bit |
		(k->network->routers[s->router].refuse_code ? bit << 1 : 0); /* what goes further is refused there */
	if (!known_answers(k, s->router))
		k->silent |= bit;
}

/* ---- links, across what does not answer for itself ---- */

static bool is_same(struct place a, struct place b)
{
	return a.router == b.router && a.interface == b.interface;
}

static void add_link(struct known *k, struct place from, struct place to, bool is_needed)
{
	for (unsigned i = 0; i < k->link_count; i++)
		if (is_same(k->links[i].from, from) && is_same(k->links[i].to, to))
			return;
	if (k->link_count < NETWORK_LINKS)
		k->links[k->link_count++] = (struct known_link){ from, to, is_needed, false };
}

static void follow(struct known *k, struct place from, uint16_t at, unsigned depth)
{
	const struct network *n = k->network;
	uint16_t links[NETWORK_WAYS];
	const unsigned count = at == k->end || depth == 16 ? 0 : walk_links(n, at, k->end, links);

	for (unsigned i = 0; i < count; i++) {
		const struct place to = place_of(n, &n->links[links[i]]);
		const struct router *r = &n->routers[to.router];

		if (r->is_hidden || r->is_zero_ttl)
			follow(k, from, to.router, depth + 1);
		else
			add_link(k, from, to,
				from.router != k->begin && known_answers(k, from.router) &&
					known_answers(k, to.router) && k->hops[to.router][to.interface]);
		if (n->routers[at].is_zero_ttl)
			add_link(k, to, to, false); /* met by two TTLs in a row */
	}
}

static void learn_links(struct known *k)
{
	const struct network *n = k->network;

	follow(k, (struct place){ k->begin, 0 }, k->begin, 0);
	for (unsigned i = NETWORK_TARGET + 1; i < n->router_count; i++) {
		for (unsigned j = 0; j <= NETWORK_INTERFACES; j++) {
			const struct place at = { (uint16_t)i, j };

			if (k->hops[i][j] && n->routers[i].refuse_code)
				add_link(k, at, at, false);
			else if (k->hops[i][j])
				follow(k, at, (uint16_t)i, 0);
		}
	}
}

/* ---- times ---- */

static void learn_times(struct known *k)
{
	const struct network *n = k->network;
	bool is_less = true;

	for (unsigned i = 0; i < n->router_count; i++)
		k->least_ms[i] = i == NETWORK_SOURCE ? 0 : 1e9;
	while (is_less) {
		is_less = false;
		for (unsigned i = 0; i < n->link_count; i++) {
			const struct link *l = &n->links[i];
			const double ms = k->least_ms[l->from] + 2 * (l->delay_ms >= 0 ? l->delay_ms : n->delay_ms);

			if (!l->is_back && ms < k->least_ms[l->to]) {
				k->least_ms[l->to] = ms;
				is_less = true;
			}
		}
	}
	for (unsigned i = 0; i < n->router_count; i++)
		k->least_ms[i] += n->routers[i].slow_ms;
}

/* ---- per packet: the hop behind such a balancer ---- */

static void learn_per_packet(struct known *k)
{
	const struct network *n = k->network;

	for (unsigned i = NETWORK_TARGET + 1; i < n->router_count; i++) {
		uint16_t links[NETWORK_WAYS];

		if (n->routers[i].fields >> FIELD_PACKET & 1 && walk_links(n, (uint16_t)i, k->end, links) > 1)
			k->per_packet |= k->hops[i][0] << 1;
	}
}

void known_learn(struct known *k, const struct network *n, const struct plan *p, bool is_back)
{
	memset(k, 0, sizeof(*k));
	k->is_back = is_back;
	k->begin = is_back ? NETWORK_TARGET : NETWORK_SOURCE;
	k->end = is_back ? NETWORK_SOURCE : NETWORK_TARGET;
	k->network = n;
	k->plan = p;
	expand_network(n, is_back, (struct look){ 0 }, see, k);
	if (n->loss > 0)
		k->silent = UINT64_MAX;
	for (unsigned i = 0; i < n->router_count; i++)
		k->has_limit |= n->routers[i].limit.burst != 0;
	learn_links(k);
	learn_times(k);
	learn_per_packet(k);
}

bool known_may_be_silent(const struct known *k, unsigned hop)
{
	uint64_t last = k->hops[k->end][0];

	/* behind the last router that there is */
	if (!last || !known_answers(k, k->end) || hop > 64u - (unsigned)__builtin_clzll(last))
		return true;
	return k->silent >> (hop - 1) & 1;
}

struct place known_place(const struct known *k, const struct addr *a)
{
	const struct addr source = network_address(k->network, NETWORK_SOURCE, 0, k->plan->family);
	struct place at = { NETWORK_SOURCE, 0 };

	if (addr_equal(&source, a))
		return at;
	at.router = a->family == k->plan->family ? network_owner(k->network, a, &at.interface) : NETWORK_NONE;
	if (at.router == NETWORK_NONE)
		at.interface = 0;
	return at;
}

bool known_find_link(struct known *k, struct place from, struct place to)
{
	for (unsigned i = 0; i < k->link_count; i++) {
		struct known_link *l = &k->links[i];

		if (l->from.router == from.router && l->from.interface == from.interface && l->to.router == to.router &&
			l->to.interface == to.interface) {
			l->is_found = true;
			return true;
		}
	}
	return false;
}
