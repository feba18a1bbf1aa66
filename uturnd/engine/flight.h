/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flight, which is a probe of ours that is still out, and the table of them,
 * whose functions are in flights.h, flights_chain.h and flights_find.h.
 *
 * A table of many is larger than the processor's caches, so a flight is two
 * lines of 64 bytes: the first is all that the lists need, the second begins
 * what is kept of the packet that caused it, in which the addresses are. The
 * rest of that packet is in blocks, as many as it takes.
 */
#ifndef UTURN_ENGINE_FLIGHT_H
#define UTURN_ENGINE_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/blocks.h"
#include "packet/addr.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"

enum flight_kind {
	FLIGHT_TURNED, /* a return probe */
	FLIGHT_REQUEST, /* the probe of a request */
};

/*
 * First bytes of a turned probe that are kept: a relay quotes them exactly, and
 * they are more than any client here puts into what it later looks for.
 */
enum { FLIGHT_ORIGINAL = 128, FLIGHT_HEAD = 64 };

enum { FLIGHT_NONE = UINT32_MAX };

struct flight_links {
	uint32_t prev, next; /* indexes, FLIGHT_NONE at the ends */
};

/* A request, uturn-request(7): the probe that it asks for is out. Addresses are of the flight's family. */
struct flight_request {
	uint8_t from[16], to[16]; /* of the probe: ours, and that of the host that the request names */
	uint8_t requester[16];
	uint16_t room; /* bytes behind the IP header and its extensions in the request */
	uint16_t id; /* its identifier */
	uint8_t ttl; /* that the probe left with */
};

struct flight {
	struct flight_links chain, age, due; /* the table's own */
	uint64_t sent_ns;
	uint32_t check_slot; /* when flights_check_due() lends it, the table's own; 0: never */
	uint32_t tag; /* IPv4 id or IPv6 flow label that our packet left with, its reach check as well */
	uint8_t l4[QUOTE_L4_SIZE]; /* of our packet */
	union {
		uint8_t check_l4[QUOTE_L4_SIZE]; /* of the reach check */
		uint8_t key[QUOTE_L4_SIZE]; /* of a request, in the payload of a UDP probe */
	};
	uint32_t rest; /* the blocks of what is behind head */
	uint8_t protocol;
	uint8_t extensions; /* bytes of IPv6 extension headers in the original; our packet has none */
	uint8_t guesses; /* at its tag, see flights_is_guessed_at() */
	uint8_t kind : 1; /* enum flight_kind */
	uint8_t is_six : 1; /* the family of all its addresses */
	uint8_t expectation : 2; /* enum pace_expectation */
	uint8_t is_checked : 1; /* the reach check has left */
	uint8_t check_has_option : 1; /* in the form of option_check.h */
	uint8_t check_expired : 1; /* a router has answered it */
	union {
		uint8_t head[FLIGHT_HEAD]; /* the beginning of a turned probe */
		struct flight_request request;
	};
};

_Static_assert(sizeof(struct flight) == 128, "a flight is two lines of the cache");

static inline uint8_t flight_family(const struct flight *flight)
{
	return flight->is_six ? 6 : 4;
}

/* Of our packet: an address of ours. */
static inline struct addr flight_from(const struct flight *flight)
{
	if (flight->kind == FLIGHT_REQUEST)
		return addr_from(flight_family(flight), flight->request.from);
	return flight->is_six ? addr_from(6, flight->head + IP_TO6) : addr_from(4, flight->head + IP_TO4);
}

/* The prober, or the host that a request names. */
static inline struct addr flight_to(const struct flight *flight)
{
	if (flight->kind == FLIGHT_REQUEST)
		return addr_from(flight_family(flight), flight->request.to);
	return flight->is_six ? addr_from(6, flight->head + IP_FROM6) : addr_from(4, flight->head + IP_FROM4);
}

/* The TTL of the probe as it arrived; of a request, that its probe left with. */
static inline uint8_t flight_ttl(const struct flight *flight)
{
	if (flight->kind == FLIGHT_REQUEST)
		return flight->request.ttl;
	return flight->head[flight->is_six ? IP_TTL6 : IP_TTL4];
}

/* Bytes behind the IP header and its extensions in the probe that was turned. */
static inline size_t flight_l4_size(const struct flight *flight)
{
	if (!flight->is_six)
		return load_u16(flight->head + IP_LENGTH4) - (size_t)HEADER_SIZE4;
	return (size_t)load_u16(flight->head + IP_LENGTH6) - flight->extensions;
}

/* How long it has been out; an answer may have been captured before the flight was added. */
static inline uint64_t flight_age_ns(const struct flight *flight, uint64_t now_ns)
{
	return now_ns > flight->sent_ns ? now_ns - flight->sent_ns : 0;
}

enum { FLIGHT_GUESSES = 32 }; /* at a flight's tag, see flights_missed() */
enum { DUE_SLOTS = 64 };
/* A flight enters its chain when so many have been added after it: by then the memory is in the cache. */
enum { FLIGHT_UNCHAINED = 8 };

struct flights {
	struct flight *pool;
	uint32_t *buckets; /* heads of chains */
	uint32_t capacity, bucket_mask;
	uint32_t out; /* flights in use */
	uint32_t keyed; /* of them of FLIGHT_REQUEST */
	uint32_t free; /* head of the unused ones, by age.next */
	struct blocks rests;
	struct flight_links age; /* next: oldest, prev: newest */
	uint32_t due[DUE_SLOTS]; /* heads, by time slot */
	uint64_t due_slot; /* slots before this one have been looked at */
	uint8_t guesses; /* that are allowed, see flights_is_guessed_at() */
	uint64_t key[2];
	uint32_t unchained[FLIGHT_UNCHAINED]; /* a ring: added, and in no chain yet */
	uint32_t unchained_from, unchained_to; /* counts; the first of the ring, and behind its last */
};

#endif
