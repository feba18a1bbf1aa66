/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/flights_chain.h"

#include "common/siphash.h"

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
	const struct addr from = flight_from(flight), to = flight_to(flight);

	if (flight->kind == FLIGHT_REQUEST)
		return bucket_keyed(f, &from, &to, flight->protocol, flight->l4);
	return bucket_of(f, &from, &to, flight->protocol, flight->l4);
}

/* In place of the next one in its chain: the flight is in none yet. */
static const uint32_t not_chained = UINT32_MAX - 1;

static void chain_link(struct flights *f, uint32_t index)
{
	struct flight *flight = &f->pool[index];
	uint32_t *head = &f->buckets[flight->chain.prev & ~FLIGHT_CHAIN_HEAD];

	flight->chain.next = *head;
	if (*head != FLIGHT_NONE)
		f->pool[*head].chain.prev = index;
	*head = index;
}

void flights_chain_settle(struct flights *f)
{
	while (f->unchained_from != f->unchained_to)
		chain_link(f, f->unchained[f->unchained_from++ % FLIGHT_UNCHAINED]);
}

/*
 * The bucket comes from memory while half of FLIGHT_UNCHAINED others are added,
 * the first of its chain while the other half are.
 */
void flights_chain_add(struct flights *f, struct flight *flight)
{
	uint32_t bucket = bucket_of_flight(f, flight), half;

	flight->chain = (struct flight_links){ FLIGHT_CHAIN_HEAD | bucket, not_chained };
	__builtin_prefetch(&f->buckets[bucket], 1);
	if (f->unchained_to - f->unchained_from == FLIGHT_UNCHAINED)
		chain_link(f, f->unchained[f->unchained_from++ % FLIGHT_UNCHAINED]);
	f->unchained[f->unchained_to++ % FLIGHT_UNCHAINED] = (uint32_t)(flight - f->pool);
	if (f->unchained_to - f->unchained_from > FLIGHT_UNCHAINED / 2) {
		half = f->unchained[(f->unchained_to - FLIGHT_UNCHAINED / 2 - 1) % FLIGHT_UNCHAINED];
		half = f->buckets[f->pool[half].chain.prev & ~FLIGHT_CHAIN_HEAD];
		if (half != FLIGHT_NONE)
			__builtin_prefetch(&f->pool[half], 1);
	}
}

void flights_chain_remove(struct flights *f, const struct flight *flight)
{
	if (flight->chain.next == not_chained)
		flights_chain_settle(f);
	if (flight->chain.next != FLIGHT_NONE)
		f->pool[flight->chain.next].chain.prev = flight->chain.prev;
	if (flight->chain.prev & FLIGHT_CHAIN_HEAD)
		f->buckets[flight->chain.prev & ~FLIGHT_CHAIN_HEAD] = flight->chain.next;
	else
		f->pool[flight->chain.prev].chain.next = flight->chain.next;
}

uint32_t flights_chain_of(struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE])
{
	flights_chain_settle(f);
	return f->buckets[bucket_of(f, from, to, protocol, l4)];
}

uint32_t flights_chain_keyed(struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE])
{
	flights_chain_settle(f);
	return f->buckets[bucket_keyed(f, from, to, protocol, l4)];
}
