/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes of ours that are still out, so that an answer finds its question: the
 * return probes of turned probes, and the probes of requests.
 *
 * Fixed capacity, in memory handed over once. A flight is found by what every
 * router must quote: addresses, protocol and the first 8 bytes behind the IP
 * header. Oldest first it expires, and makes room when the table is full.
 * Pointers are lent until the flight is removed or the table added to.
 * Nothing here reads a clock: times are the caller's, in ns, and only grow.
 */
#ifndef UTURN_ENGINE_FLIGHTS_H
#define UTURN_ENGINE_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"

enum flight_kind {
	FLIGHT_TURNED, /* a return probe */
	FLIGHT_REQUEST, /* the probe of a request */
};

/*
 * First bytes of the packet that caused the flight that are kept: a relay quotes
 * a probe's exactly, and they are more than any client here puts into what it
 * later looks for.
 */
enum { FLIGHT_ORIGINAL = 128 };

enum { FLIGHT_NONE = UINT32_MAX };

struct flight_links {
	uint32_t prev, next; /* indexes, FLIGHT_NONE at the ends */
};

/* A probe that was turned around: its return probe is out, later perhaps a reach check as well. */
struct flight_turned {
	uint16_t quotable; /* bytes of the probe that a relay may quote */
	uint8_t ttl; /* of the probe as it arrived */
	uint8_t expectation; /* enum pace_expectation */
	uint8_t guesses; /* at its tag, see flights_is_guessed_at() */
	bool is_checked : 1; /* the reach check has left */
	bool check_has_option : 1; /* in the form of option_check.h */
	bool check_expired : 1; /* a router has answered it */
	uint8_t check_l4[QUOTE_L4_SIZE]; /* of the reach check */
};

/* A request, uturn-request(7): the probe that it asks for is out. */
struct flight_request {
	uint16_t size; /* of the request */
	uint8_t ttl; /* that the probe left with */
	uint8_t key[QUOTE_L4_SIZE]; /* in the payload of a UDP probe */
};

/* In this order there is one hole of a byte. Every 8 bytes more cost half a megabyte for a full table. */
struct flight {
	uint64_t sent_ns;
	uint64_t check_ns; /* when flights_check_due() lends it; 0: never */
	struct addr from, to; /* of our packet: an address of ours; the prober, or the host that a request names */
	uint8_t protocol;
	uint8_t kind; /* enum flight_kind */
	uint32_t tag; /* IPv4 id or IPv6 flow label that our packet left with, its reach check as well */
	uint8_t extensions; /* bytes of IPv6 extension headers in the original; our packet has none */
	union {
		struct flight_turned turned;
		struct flight_request request;
	};
	uint8_t l4[QUOTE_L4_SIZE]; /* of our packet */
	uint8_t original[FLIGHT_ORIGINAL]; /* the beginning of the packet that caused it */
	struct flight_links chain, age, due; /* the table's own */
};

/* What is kept of a probe that was turned. */
static inline struct span flight_original(const struct flight *flight)
{
	return span_head(span_of(flight->original, FLIGHT_ORIGINAL), flight->turned.quotable);
}

/* Bytes behind the IP header and its extensions in the packet that caused it. */
static inline size_t flight_l4_size(const struct flight *flight)
{
	const uint8_t *at = flight->original;

	if (flight->to.family == 4)
		return load_u16(at + IP_LENGTH4) - (size_t)HEADER_SIZE4;
	return (size_t)load_u16(at + IP_LENGTH6) - flight->extensions;
}

/* How long it has been out; an answer may have been captured before the flight was added. */
static inline uint64_t flight_age_ns(const struct flight *flight, uint64_t now_ns)
{
	return now_ns > flight->sent_ns ? now_ns - flight->sent_ns : 0;
}

enum { DUE_SLOTS = 64 };

struct flights {
	struct flight *pool;
	uint32_t *buckets; /* heads of chains */
	uint32_t capacity, bucket_mask;
	uint32_t out; /* flights in use */
	uint32_t keyed; /* of them of FLIGHT_REQUEST */
	uint32_t free; /* head of the unused ones, by age.next */
	struct flight_links age; /* next: oldest, prev: newest */
	uint32_t due[DUE_SLOTS]; /* heads, by time slot of check_ns */
	uint64_t due_slot; /* slots before this one have been looked at */
	uint8_t guesses; /* that are allowed, see flights_is_guessed_at() */
	uint64_t key[2];
};

size_t flights_bytes(uint32_t capacity);
/* memory: flights_bytes(capacity) of it, aligned for any type; key: random. */
void flights_init(struct flights *f, void *memory, uint32_t capacity, const uint64_t key[2]);

/*
 * A flight for this identity, everything else zero. Where the table is full
 * the oldest flight is evicted, and *evicted says so.
 */
struct flight *flights_add(struct flights *f, const struct flight *identity, uint64_t now_ns, bool *evicted);

/*
 * The FLIGHT_TURNED that this quote is of, or NULL. The tag must agree, and all 8
 * bytes, but for a checksum that a NAT has altered; of flights that nothing
 * tells apart the oldest. Of those between two addresses and ports (for TCP
 * with one sequence number) only the newest FLIGHT_ALIKE are looked at, so that
 * an attacker cannot make it slow.
 */
enum { FLIGHT_ALIKE = 256 };
struct flight *flights_find(struct flights *f, const struct quote *q, bool *of_check);

/*
 * For a quote that is of no flight: counts it against every flight that it fits
 * but for the tag. An attacker that knows all the rest of one, having caused
 * it by a forged probe, has so many guesses at its tag and no more; fewer
 * where less of the tag is secret.
 */
enum { FLIGHT_GUESSES = 32 };
void flights_limit_guesses(struct flights *f, uint8_t guesses);
void flights_missed(struct flights *f, const struct quote *q);
static inline bool flights_is_guessed_at(const struct flights *f, const struct flight *flight)
{
	return flight->turned.guesses >= f->guesses;
}

/*
 * Has this packet, too short for the words of neutral.h, been caused by the
 * return probe or the reach check of a flight that is out, and was as short?
 * Another uturn host that could not recognise them has turned them around, and
 * asked after what it sent; or that is its check of what we sent back. Ports may
 * come either way around.
 */
struct short_packet {
	struct addr from, to; /* of the packet: the prober, an address of ours */
	uint8_t protocol, ttl;
	uint32_t tag;
	const uint8_t *l4; /* QUOTE_L4_SIZE bytes behind the IP header */
};
bool flights_has_turned_back(const struct flights *f, const struct short_packet *p);

/*
 * The FLIGHT_REQUEST that this quote is of, or NULL. Its key cannot be guessed:
 * all 8 bytes have to agree, and for UDP, where they hold too little of the key,
 * also the payload or the IPv4 id. Turned flights that are alike may lie in the
 * same chain: no more than FLIGHT_ALIKE are looked at here either.
 */
struct flight *flights_find_keyed(struct flights *f, const struct quote *q);

void flights_remove(struct flights *f, struct flight *flight);

/* The oldest flight if it was sent before then_ns, else NULL. */
struct flight *flights_older_than(struct flights *f, uint64_t then_ns);

/* Asks flights_check_due() to lend this flight up to 25 ms after at_ns, which is at most a second away. */
void flights_check_at(struct flights *f, struct flight *flight, uint64_t at_ns);

/* Cancels flights_check_at(), if that was called. */
void flights_check_never(struct flights *f, struct flight *flight);

struct flight *flights_check_due(struct flights *f, uint64_t now_ns);

#endif
