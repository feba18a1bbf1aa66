/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/walk.h"

#include <string.h>

#include "packet/ip.h"

enum { NAT_PORTS = 20000 };

/*
 * To the target and the source all links of that direction; to a router those
 * on a shortest path to it.
 */
unsigned walk_links(const struct network *n, uint16_t router, uint16_t to, uint16_t links[NETWORK_WAYS])
{
	const struct router *r = &n->routers[router];
	unsigned count = 0, least = NETWORK_NONE;

	for (unsigned i = 0; i < r->link_count; i++) {
		const struct link *l = &n->links[r->links[i]];
		const unsigned hops = to <= NETWORK_TARGET ? l->is_back != (to == NETWORK_SOURCE) ? NETWORK_NONE : 0
							   : n->hops_to[to][l->to];

		if (hops == NETWORK_NONE || hops > least)
			continue;
		if (hops < least)
			count = 0;
		least = hops;
		links[count++] = r->links[i];
	}
	return count;
}

static uint64_t add(uint64_t hash, uint64_t value)
{
	return network_mix(hash ^ value * 0x9e3779b97f4a7c15) + 0x632be59bd9b4e019;
}

static uint64_t hash_of(struct network *n, const struct router *r, struct bytes packet)
{
	const struct span whole = span_of(packet.at, packet.len);
	uint64_t hash = r->hash_seed;
	struct ip_header h;
	struct cursor c;
	uint16_t first, second;
	bool has_ports;

	if (!ip_read(whole, &h))
		return hash;
	c = cursor_of(span_tail(whole, h.size));
	first = cursor_u16(&c);
	second = cursor_u16(&c);
	has_ports = h.protocol == PROTOCOL_UDP || h.protocol == PROTOCOL_TCP;
	for (enum field f = 0; f < FIELDS; f++) {
		if (!(r->fields >> f & 1))
			continue;
		hash = add(hash, f);
		if (f == FIELD_FROM || f == FIELD_TO) {
			const struct addr *a = f == FIELD_FROM ? &h.from : &h.to;

			hash = add(add(hash, load_u64(a->bytes)), load_u64(a->bytes + 8));
		} else {
			const uint64_t values[FIELDS] = {
				[FIELD_PROTOCOL] = h.protocol,
				[FIELD_SPORT] = first,
				[FIELD_DPORT] = has_ports ? second : 0,
				[FIELD_ICMP] = has_ports ? 0 : second,
				[FIELD_DSCP] = h.tos >> 2,
				[FIELD_LABEL] = h.from.family == 6 ? h.tag : 0,
				[FIELD_PACKET] = f == FIELD_PACKET ? network_random(n) : 0,
			};

			hash = add(hash, values[f]);
		}
	}
	return network_mix(hash);
}

const struct link *walk_choose(struct network *n, uint16_t router, uint16_t to, struct bytes packet)
{
	uint16_t links[NETWORK_WAYS];
	const unsigned count = walk_links(n, router, to, links);
	uint64_t hash;

	if (count < 2)
		return count ? &n->links[links[0]] : NULL;
	hash = hash_of(n, &n->routers[router], packet);
	return &n->links[links[(hash >> 32) * count >> 32]];
}

/* What a router does to what it forwards. */
static void change(struct network *n, struct walk *w, const struct router *r)
{
	const uint16_t port = packet_port(w->packet);
	struct addr own;
	struct ip_header h;

	if (r->dscp >= 0)
		rewrite_tos(w->packet, 0xfc, (uint8_t)(r->dscp << 2));
	if (r->ecn >= 0)
		rewrite_tos(w->packet, 0x03, (uint8_t)r->ecn);
	if (r->label >= 0)
		rewrite_label(w->packet, (uint32_t)r->label);
	if (r->mss)
		rewrite_mss(w->packet, (uint16_t)r->mss);
	if (!r->nat || w->nat_count == WALK_NATS || !ip_read(span_of(w->packet.at, w->packet.len), &h))
		return;
	w->nats[w->nat_count++] = (struct translation){ h.from, port, r->nat };
	own = network_address(n, w->at, 0, w->family);
	rewrite_source(w->packet, &own, (uint16_t)(port + NAT_PORTS), true);
}

/* Answers take the way on which the router was met first. */
static void visit(struct walk *w)
{
	unsigned i = 0;

	while (i < w->visit_count && w->visits[i].router != w->at)
		i++;
	if (i == w->visit_count)
		w->visits[w->visit_count++] = (struct visit){ w->at, w->hops, w->delay_ns };
	w->back_hops = w->visits[i].hops;
	w->back_delay_ns = w->visits[i].delay_ns;
}

static bool may_be_fragmented(struct bytes packet)
{
	return packet.at[0] >> 4 == 4 && !(load_u16(packet.at + IP_FRAGMENT4) & IP_DONT_FRAGMENT);
}

/* Along a link; false where it ends in front of it, or on it. */
static bool cross(struct network *n, struct walk *w, const struct link *l)
{
	const unsigned mtu = l->mtu ? l->mtu : n->mtu;
	const double delay_ms = (l->delay_ms >= 0 ? l->delay_ms : n->delay_ms) +
		(double)(network_random(n) >> 40) / (1 << 24) * n->jitter_ms;

	if (w->packet.len > mtu && !may_be_fragmented(w->packet)) {
		w->fate = l->mtu && !l->is_reported ? FATE_DROPPED : FATE_TOO_BIG;
		w->mtu = mtu;
		return false;
	}
	w->delay_ns += (uint64_t)(delay_ms * 1e6);
	w->at = l->to;
	w->by = l;
	w->hops += !n->routers[l->to].is_hidden;
	visit(w);
	w->fate = FATE_DROPPED;
	return !network_chance(n, l->loss >= 0 ? l->loss : 0);
}

/* False where it ends at this router. */
static bool pass(struct network *n, struct walk *w)
{
	const struct router *r = &n->routers[w->at];
	const uint8_t ttl = packet_ttl(w->packet.at);

	if (w->at == w->to) {
		w->fate = FATE_ARRIVED;
		return false;
	}
	if (r->is_hidden) {
		change(n, w, r);
		return true;
	}
	if (ttl == 0 || (ttl == 1 && !r->is_zero_ttl)) {
		w->fate = FATE_EXPIRED;
		return false;
	}
	if (r->refuse_code) {
		w->fate = FATE_REFUSED;
		return false;
	}
	rewrite_ttl(w->packet, ttl - 1);
	change(n, w, r);
	return true;
}

bool walk_run(struct network *n, struct walk *w, struct span packet, uint16_t from)
{
	struct ip_header h;
	struct addr source;

	if (packet.len > sizeof(w->room) || !ip_read(packet, &h))
		return false;
	source = network_address(n, NETWORK_SOURCE, 0, h.to.family);
	memcpy(w->room, packet.at, packet.len);
	w->packet = (struct bytes){ w->room, packet.len };
	w->family = h.to.family;
	w->to = addr_equal(&h.to, &source) ? NETWORK_SOURCE : network_owner(n, &h.to, &w->to_interface);
	if (w->to == NETWORK_NONE)
		return false;
	w->at = from;
	w->by = NULL;
	w->fate = FATE_DROPPED;
	w->hops = w->nat_count = w->visit_count = 0;
	w->delay_ns = 0;
	for (unsigned step = 0; step < WALK_STEPS; step++) {
		const struct link *l = walk_choose(n, w->at, w->to, w->packet);

		if (!l || !cross(n, w, l) || !pass(n, w))
			break;
	}
	return true;
}
