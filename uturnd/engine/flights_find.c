/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/flights_find.h"

#include <string.h>

#include "engine/flights.h"
#include "engine/flights_chain.h"
#include "packet/build.h"
#include "packet/neutral.h"
#include "packet/probe.h"

/* Is there a checksum in the bytes that routers must quote, at a known place? */
static bool has_sum(uint8_t protocol)
{
	return protocol == PROTOCOL_UDP || protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMP6;
}

/* 0: another packet's; 1: all but a checksum; 2: all. */
static int likeness_but_tag(const struct quote *q, const uint8_t l4[QUOTE_L4_SIZE])
{
	size_t sum = q->protocol == PROTOCOL_UDP ? 6 : 2;

	if (memcmp(q->l4, l4, QUOTE_L4_SIZE) == 0)
		return 2;
	return has_sum(q->protocol) && memcmp(q->l4, l4, sum) == 0 &&
		memcmp(q->l4 + sum + 2, l4 + sum + 2, QUOTE_L4_SIZE - sum - 2) == 0;
}

/* The tag is what an off-path attacker cannot know. */
static int likeness(const struct flight *flight, const struct quote *q, const uint8_t l4[QUOTE_L4_SIZE])
{
	return q->tag == flight->tag ? likeness_but_tag(q, l4) : 0;
}

static bool is_between(const struct flight *flight, const struct quote *q)
{
	const struct addr from = flight_from(flight), to = flight_to(flight);

	return flight->protocol == q->protocol && addr_equal(&from, &q->from) && addr_equal(&to, &q->to);
}

static bool is_turned(const struct flight *flight, const struct quote *q)
{
	return flight->kind == FLIGHT_TURNED && is_between(flight, q);
}

/* Both lines of a flight, before the first is read. */
static struct flight *lend(const struct flights *f, uint32_t index)
{
	struct flight *flight = &f->pool[index];

	__builtin_prefetch(flight->head);
	return flight;
}

struct flight *flights_find(struct flights *f, const struct quote *q, bool *of_check)
{
	uint32_t index = flights_chain_of(f, &q->from, &q->to, q->protocol, q->l4);
	struct flight *best = NULL;
	int best_likeness = 0;

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = lend(f, index);
		int alike, alike_check;

		if (!is_turned(flight, q))
			continue;
		alike = q->has_option ? 0 : likeness(flight, q, flight->l4);
		alike_check = flight->is_checked && flight->check_has_option == q->has_option
			? likeness(flight, q, flight->check_l4)
			: 0;
		/* the two may be the same packet: then it is the return probe that is answered */
		if (alike && alike >= alike_check && alike >= best_likeness) { /* chains run from new to old */
			best = flight;
			best_likeness = alike;
			*of_check = false;
		} else if (alike_check > alike && alike_check >= best_likeness) {
			best = flight;
			best_likeness = alike_check;
			*of_check = true;
		}
	}
	if (best)
		flights_expect_removal(f, best);
	return best;
}

void flights_limit_guesses(struct flights *f, uint8_t guesses)
{
	f->guesses = guesses;
}

void flights_missed(struct flights *f, const struct quote *q)
{
	uint32_t index = flights_chain_of(f, &q->from, &q->to, q->protocol, q->l4);

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = lend(f, index);
		bool fits = likeness_but_tag(q, flight->l4) ||
			(flight->is_checked && likeness_but_tag(q, flight->check_l4));

		if (fits && is_turned(flight, q) && flight->guesses < f->guesses)
			flight->guesses++;
	}
}

static uint32_t tag_of_original(const struct flight *flight)
{
	return flight->is_six ? load_u32(flight->head) & IP_FLOW_LABEL : load_u16(flight->head + IP_ID4);
}

/*
 * Did p come of this flight? In the prober's direction it has been turned twice,
 * lost a TTL each time, and got another tag. In the other it is a check of a
 * host that we have sent something back to, or what that has made of ours.
 */
static bool has_caused(const struct flights *f, struct flight *flight, const struct short_packet *p)
{
	uint32_t ports = load_u32(p->l4), own;
	struct flight_view v;

	if (flight->kind != FLIGHT_TURNED || flight->protocol != p->protocol ||
		flight_l4_size(flight) >= UDP_SIZE + NEUTRAL_KNOWN)
		return false;
	flights_view(f, flight, &v);
	if (!addr_equal(&v.from, &p->to) || !addr_equal(&v.to, &p->from))
		return false;
	if (p->protocol != PROTOCOL_UDP && memcmp(flight->l4 + 4, p->l4 + 4, 4) != 0)
		return false;
	own = load_u32(v.room + ip_header_size(v.to.family) + flight->extensions);
	if (ports == own)
		return p->ttl + 2 <= v.ttl && p->tag != tag_of_original(flight);
	return ports == (own << 16 | own >> 16) && p->ttl <= v.ttl;
}

bool flights_has_turned_back(struct flights *f, const struct short_packet *p)
{
	uint32_t index = flights_chain_of(f, &p->to, &p->from, p->protocol, p->l4);

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next)
		if (has_caused(f, &f->pool[index], p))
			return true;
	return false;
}

/* Zeroes may stand where the payload was: quotes are filled up (RFC 4884 4.4). */
static bool has_payload(const struct flight *flight, const struct quote *q)
{
	struct span behind = span_tail(q->packet, (size_t)(q->l4 - q->packet.at) + UDP_SIZE + REQUEST_KEY_OFFSET);

	return behind.len >= QUOTE_L4_SIZE && memcmp(behind.at, flight->key, QUOTE_L4_SIZE) == 0;
}

static bool is_proved(const struct flight *flight, const struct quote *q)
{
	return q->protocol != PROTOCOL_UDP || has_payload(flight, q) || (q->from.family == 4 && q->tag == flight->tag);
}

struct flight *flights_find_keyed(struct flights *f, const struct quote *q)
{
	uint32_t index = FLIGHT_NONE;

	if (f->keyed)
		index = flights_chain_keyed(f, &q->from, &q->to, q->protocol, q->l4);
	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = lend(f, index);

		if (flight->kind == FLIGHT_REQUEST && is_between(flight, q) &&
			memcmp(q->l4, flight->l4, QUOTE_L4_SIZE) == 0 && is_proved(flight, q))
			return flight;
	}
	return NULL;
}
