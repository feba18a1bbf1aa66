/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/flights.h"

#include <string.h>

#include "common/siphash.h"
#include "packet/build.h"
#include "packet/neutral.h"
#include "packet/probe.h"

enum { DUE_SLOT_NS = 25 * 1000 * 1000 };

/* Stands before the first of a chain: the chain's bucket, so that it need not be computed again to remove one. */
static const uint32_t chain_head = UINT32_C(1) << 31;

static struct flight *at(struct flights *f, uint32_t index)
{
	return index == FLIGHT_NONE ? NULL : &f->pool[index];
}

static uint32_t index_of(const struct flights *f, const struct flight *flight)
{
	return (uint32_t)(flight - f->pool);
}

static uint32_t bucket_by(const struct flights *f, const struct addr *from, const struct addr *to, uint64_t what,
	uint64_t which)
{
	const uint64_t words[6] = {
		what,
		which,
		load_u64(from->bytes),
		load_u64(to->bytes),
		load_u64(from->bytes + 8),
		load_u64(to->bytes + 8),
	};

	/* IPv4 has no second halves */
	return (uint32_t)siphash(f->key, words, from->family == 6 ? 6 : 4) & f->bucket_mask;
}

/*
 * What an answer is found by: for ICMP identifier and sequence, else the two
 * ports in either order, for TCP the sequence number as well, so that the return
 * probe, its mirror image and the reach check all lie in one chain.
 */
static uint32_t bucket_of(const struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE])
{
	bool has_ports = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;
	uint32_t a = load_u16(l4 + (has_ports ? 0 : 4)), b = load_u16(l4 + (has_ports ? 2 : 6));

	return bucket_by(f, from, to, (uint64_t)protocol << 32 | (a < b ? a << 16 | b : b << 16 | a),
		protocol == PROTOCOL_TCP ? load_u32(l4 + 4) : 0); /* the sequence number, the same in every form */
}

/* All of what tells keyed flights apart: thousands may have their ports in common. */
static uint32_t bucket_keyed(const struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE])
{
	return bucket_by(f, from, to, UINT64_C(1) << 40 | protocol, load_u64(l4));
}

static uint32_t bucket_of_flight(const struct flights *f, const struct flight *flight)
{
	if (flight->kind == FLIGHT_REQUEST)
		return bucket_keyed(f, &flight->from, &flight->to, flight->protocol, flight->l4);
	return bucket_of(f, &flight->from, &flight->to, flight->protocol, flight->l4);
}

static uint32_t buckets_for(uint32_t capacity)
{
	uint32_t buckets = 1;

	while (buckets < capacity && buckets < 1U << 31)
		buckets *= 2;
	return buckets;
}

size_t flights_bytes(uint32_t capacity)
{
	return sizeof(struct flight) * capacity + sizeof(uint32_t) * buckets_for(capacity);
}

void flights_init(struct flights *f, void *memory, uint32_t capacity, const uint64_t key[2])
{
	uint32_t buckets = buckets_for(capacity);

	*f = (struct flights){
		.pool = memory,
		.capacity = capacity,
		.bucket_mask = buckets - 1,
		.guesses = FLIGHT_GUESSES,
	};
	f->buckets = (uint32_t *)(f->pool + capacity);
	f->key[0] = key[0];
	f->key[1] = key[1];
	f->age = (struct flight_links){ FLIGHT_NONE, FLIGHT_NONE };
	f->free = FLIGHT_NONE;
	memset(f->buckets, 0xff, sizeof(uint32_t) * buckets);
	memset(f->due, 0xff, sizeof(f->due));
}

/* A flight's memory is first touched when it is first needed. */
static uint32_t take_free(struct flights *f)
{
	uint32_t index = f->free;

	if (index != FLIGHT_NONE)
		f->free = f->pool[index].age.next;
	else if (f->out < f->capacity)
		index = f->out; /* none was ever freed: the first `out` are in use */
	return index;
}

static void chain_add(struct flights *f, struct flight *flight)
{
	uint32_t bucket = bucket_of_flight(f, flight), index = index_of(f, flight);
	uint32_t next = f->buckets[bucket];

	flight->chain = (struct flight_links){ chain_head | bucket, next };
	if (next != FLIGHT_NONE)
		f->pool[next].chain.prev = index;
	f->buckets[bucket] = index;
}

static void chain_remove(struct flights *f, const struct flight *flight)
{
	if (flight->chain.next != FLIGHT_NONE)
		f->pool[flight->chain.next].chain.prev = flight->chain.prev;
	if (flight->chain.prev & chain_head)
		f->buckets[flight->chain.prev & ~chain_head] = flight->chain.next;
	else
		f->pool[flight->chain.prev].chain.next = flight->chain.next;
}

static void age_add(struct flights *f, struct flight *flight)
{
	uint32_t index = index_of(f, flight);

	flight->age = (struct flight_links){ f->age.prev, FLIGHT_NONE };
	if (f->age.prev != FLIGHT_NONE)
		f->pool[f->age.prev].age.next = index;
	else
		f->age.next = index;
	f->age.prev = index;
}

static void age_remove(struct flights *f, const struct flight *flight)
{
	if (flight->age.next != FLIGHT_NONE)
		f->pool[flight->age.next].age.prev = flight->age.prev;
	else
		f->age.prev = flight->age.prev;
	if (flight->age.prev != FLIGHT_NONE)
		f->pool[flight->age.prev].age.next = flight->age.next;
	else
		f->age.next = flight->age.next;
}

static uint32_t *due_head(struct flights *f, uint64_t check_ns)
{
	return &f->due[check_ns / DUE_SLOT_NS % DUE_SLOTS];
}

void flights_check_never(struct flights *f, struct flight *flight)
{
	if (!flight->check_ns)
		return;
	if (flight->due.next != FLIGHT_NONE)
		f->pool[flight->due.next].due.prev = flight->due.prev;
	if (flight->due.prev != FLIGHT_NONE)
		f->pool[flight->due.prev].due.next = flight->due.next;
	else
		*due_head(f, flight->check_ns) = flight->due.next;
	flight->check_ns = 0;
}

void flights_remove(struct flights *f, struct flight *flight)
{
	chain_remove(f, flight);
	age_remove(f, flight);
	flights_check_never(f, flight);
	flight->age.next = f->free;
	f->free = index_of(f, flight);
	f->out--;
	f->keyed -= flight->kind == FLIGHT_REQUEST;
}

struct flight *flights_add(struct flights *f, const struct flight *identity, uint64_t now_ns, bool *evicted)
{
	struct flight *flight;

	*evicted = f->out == f->capacity;
	if (*evicted)
		flights_remove(f, at(f, f->age.next));
	flight = at(f, take_free(f));
	*flight = *identity;
	flight->sent_ns = now_ns;
	flight->check_ns = 0;
	chain_add(f, flight);
	age_add(f, flight);
	f->out++;
	f->keyed += flight->kind == FLIGHT_REQUEST;
	return flight;
}

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
	return flight->protocol == q->protocol && addr_equal(&flight->from, &q->from) &&
		addr_equal(&flight->to, &q->to);
}

static bool is_turned(const struct flight *flight, const struct quote *q)
{
	return flight->kind == FLIGHT_TURNED && is_between(flight, q);
}

struct flight *flights_find(struct flights *f, const struct quote *q, bool *of_check)
{
	uint32_t index = f->buckets[bucket_of(f, &q->from, &q->to, q->protocol, q->l4)];
	struct flight *best = NULL;
	int best_likeness = 0;

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = &f->pool[index];
		int alike, alike_check;

		if (!is_turned(flight, q))
			continue;
		alike = q->has_option ? 0 : likeness(flight, q, flight->l4);
		alike_check = flight->turned.is_checked && flight->turned.check_has_option == q->has_option
			? likeness(flight, q, flight->turned.check_l4)
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
	return best;
}

void flights_limit_guesses(struct flights *f, uint8_t guesses)
{
	f->guesses = guesses;
}

void flights_missed(struct flights *f, const struct quote *q)
{
	uint32_t index = f->buckets[bucket_of(f, &q->from, &q->to, q->protocol, q->l4)];

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = &f->pool[index];
		bool fits = likeness_but_tag(q, flight->l4) ||
			(flight->turned.is_checked && likeness_but_tag(q, flight->turned.check_l4));

		if (fits && is_turned(flight, q) && flight->turned.guesses < f->guesses)
			flight->turned.guesses++;
	}
}

static uint32_t tag_of_original(const struct flight *flight)
{
	const uint8_t *at = flight->original;

	return flight->to.family == 4 ? load_u16(at + IP_ID4) : load_u32(at) & IP_FLOW_LABEL;
}

/*
 * Did p come of this flight? In the prober's direction it has been turned twice,
 * lost a TTL each time, and got another tag. In the other it is a check of a
 * host that we have sent something back to, or what that has made of ours.
 */
static bool has_caused(const struct flight *flight, const struct short_packet *p)
{
	uint32_t ports = load_u32(p->l4);
	uint32_t own = load_u32(flight->original + ip_header_size(flight->to.family) + flight->extensions);

	if (flight->kind != FLIGHT_TURNED || flight->protocol != p->protocol ||
		flight_l4_size(flight) >= UDP_SIZE + NEUTRAL_KNOWN || !addr_equal(&flight->from, &p->to) ||
		!addr_equal(&flight->to, &p->from))
		return false;
	if (p->protocol != PROTOCOL_UDP && memcmp(flight->l4 + 4, p->l4 + 4, 4) != 0)
		return false;
	if (ports == own)
		return p->ttl + 2 <= flight->turned.ttl && p->tag != tag_of_original(flight);
	return ports == (own << 16 | own >> 16) && p->ttl <= flight->turned.ttl;
}

bool flights_has_turned_back(const struct flights *f, const struct short_packet *p)
{
	uint32_t index = f->buckets[bucket_of(f, &p->to, &p->from, p->protocol, p->l4)];

	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next)
		if (has_caused(&f->pool[index], p))
			return true;
	return false;
}

/* Zeroes may stand where the payload was: quotes are filled up (RFC 4884 4.4). */
static bool has_payload(const struct flight *flight, const struct quote *q)
{
	struct span behind = span_tail(q->packet, (size_t)(q->l4 - q->packet.at) + UDP_SIZE + REQUEST_KEY_OFFSET);

	return behind.len >= QUOTE_L4_SIZE && memcmp(behind.at, flight->request.key, QUOTE_L4_SIZE) == 0;
}

static bool is_proved(const struct flight *flight, const struct quote *q)
{
	return q->protocol != PROTOCOL_UDP || has_payload(flight, q) || (q->from.family == 4 && q->tag == flight->tag);
}

struct flight *flights_find_keyed(struct flights *f, const struct quote *q)
{
	uint32_t index = FLIGHT_NONE;

	if (f->keyed)
		index = f->buckets[bucket_keyed(f, &q->from, &q->to, q->protocol, q->l4)];
	for (int i = 0; i < FLIGHT_ALIKE && index != FLIGHT_NONE; i++, index = f->pool[index].chain.next) {
		struct flight *flight = &f->pool[index];

		if (flight->kind == FLIGHT_REQUEST && is_between(flight, q) &&
			memcmp(q->l4, flight->l4, QUOTE_L4_SIZE) == 0 && is_proved(flight, q))
			return flight;
	}
	return NULL;
}

struct flight *flights_older_than(struct flights *f, uint64_t then_ns)
{
	struct flight *oldest = at(f, f->age.next);

	return oldest && oldest->sent_ns < then_ns ? oldest : NULL;
}

void flights_check_at(struct flights *f, struct flight *flight, uint64_t at_ns)
{
	uint32_t *head = due_head(f, at_ns);

	flight->check_ns = at_ns;
	flight->due = (struct flight_links){ FLIGHT_NONE, *head };
	if (*head != FLIGHT_NONE)
		f->pool[*head].due.prev = index_of(f, flight);
	*head = index_of(f, flight);
}

struct flight *flights_check_due(struct flights *f, uint64_t now_ns)
{
	uint64_t now_slot = now_ns / DUE_SLOT_NS;

	if (now_slot - f->due_slot > DUE_SLOTS)
		f->due_slot = now_slot - DUE_SLOTS; /* once around sees every slot */
	for (; f->due_slot < now_slot; f->due_slot++) {
		struct flight *flight = at(f, f->due[f->due_slot % DUE_SLOTS]);

		while (flight && flight->check_ns / DUE_SLOT_NS >= now_slot)
			flight = at(f, flight->due.next); /* asked for since the last call: the wheel is behind */
		if (flight) {
			flights_check_never(f, flight);
			return flight;
		}
	}
	return NULL;
}
