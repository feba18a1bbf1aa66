/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Return probes that are still out, so that an answer finds its question.
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

enum owner { OWNER_UTURN, OWNER_INBAND, OWNER_REQUEST };

/*
 * First bytes of the probe that we keep, so that a relay quotes them exactly:
 * more than any client here puts into what it later looks for.
 */
enum { FLIGHT_ORIGINAL = 128 };

enum { FLIGHT_NONE = UINT32_MAX };

struct flight_links {
	uint32_t prev, next; /* indexes, FLIGHT_NONE at the ends */
};

/* In this order there are no holes: of a full table each costs half a megabyte. */
struct flight {
	uint64_t sent_ns;
	uint64_t check_ns; /* when the reach check is due; 0: none, or sent */
	struct addr prober, target; /* OWNER_REQUEST: where the probe goes, and what it comes from */
	uint8_t protocol;
	uint8_t ttl; /* of the probe as it arrived; OWNER_REQUEST: of the one sent */
	uint32_t tag; /* IPv4 id or IPv6 flow label, the same in both */
	uint16_t original_size; /* bytes of the probe that a relay may quote; OWNER_REQUEST: of the request */
	uint8_t extensions; /* bytes of IPv6 extension headers in the probe; the return probe has none */
	uint8_t owner; /* enum owner */
	uint8_t guesses; /* at its tag, see flights_is_guessed_at() */
	uint8_t expectation; /* enum pace_expectation */
	bool is_checked : 1; /* the reach check has left */
	bool check_has_option : 1; /* in the form of option_check.h */
	bool check_expired : 1; /* a router has answered it */
	uint8_t l4[QUOTE_L4_SIZE]; /* of the return probe */
	uint8_t check_l4[QUOTE_L4_SIZE]; /* of the reach check; OWNER_REQUEST: the key in a payload of UDP */
	uint8_t original[FLIGHT_ORIGINAL]; /* the probe's beginning */
	struct flight_links chain, age, due; /* the table's own */
};

/* The probe's beginning, as far as it was kept. */
static inline struct span flight_original(const struct flight *flight)
{
	return span_head(span_of(flight->original, FLIGHT_ORIGINAL), flight->original_size);
}

enum { DUE_SLOTS = 64 };

struct flights {
	struct flight *pool;
	uint32_t *buckets; /* heads of chains */
	uint32_t capacity, bucket_mask;
	uint32_t out; /* flights in use */
	uint32_t keyed; /* of them of OWNER_REQUEST */
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
 * the oldest flight gives way, and *evicted says so.
 */
struct flight *flights_add(struct flights *f, const struct flight *identity, uint64_t now_ns, bool *evicted);

/*
 * The flight that this quote is of, or NULL. The tag must agree, and all 8
 * bytes, but for a checksum that a NAT has altered; of flights that nothing
 * tells apart the oldest. Of those between two addresses and ports (for TCP
 * with one sequence number) the newest FLIGHT_ALIKE are looked at, so that
 * nobody makes it slow.
 */
enum { FLIGHT_ALIKE = 256 };
struct flight *flights_find(struct flights *f, const struct quote *q, bool *of_check);

/*
 * For a quote that is of no flight: counts it against every flight that it fits
 * but for the tag. Who knows all the rest of one, as somebody does who made
 * it by a forged probe, has so many guesses at its tag and no more; fewer
 * where less of the tag is secret.
 */
enum { FLIGHT_GUESSES = 32 };
void flights_limit_guesses(struct flights *f, uint8_t guesses);
void flights_missed(struct flights *f, const struct quote *q);
static inline bool flights_is_guessed_at(const struct flights *f, const struct flight *flight)
{
	return flight->guesses >= f->guesses;
}

/*
 * The same for flights of OWNER_REQUEST, which go by what nobody can guess: all
 * 8 bytes, and for UDP, where they hold too little of it, also the payload or
 * the IPv4 id.
 */
struct flight *flights_find_keyed(struct flights *f, const struct quote *q);

void flights_remove(struct flights *f, struct flight *flight);

/* The oldest flight if it was sent before then_ns, else NULL. */
struct flight *flights_older_than(struct flights *f, uint64_t then_ns);

/* Asks flights_check_due() to lend this flight up to 25 ms after at_ns, which is at most a second away. */
void flights_check_at(struct flights *f, struct flight *flight, uint64_t at_ns);

/* What was asked for by flights_check_at(), if anything, is not wanted any more. */
void flights_check_never(struct flights *f, struct flight *flight);

struct flight *flights_check_due(struct flights *f, uint64_t now_ns);

#endif
