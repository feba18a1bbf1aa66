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

#include "engine/flight.h"
#include "packet/bytes.h"

/* All that is known of a flight, put together. */
struct flight_view {
	struct flight *flight;
	struct addr from, to; /* of our packet: an address of ours; the prober, or the host that a request names */
	/* FLIGHT_TURNED only: */
	uint8_t ttl; /* of the probe as it arrived */
	size_t size; /* bytes of the probe that a relay may quote: all of an echo request, of others what is kept */
	struct span original; /* what is kept of the probe, in room */
	uint8_t room[FLIGHT_ORIGINAL]; /* zeroes behind it */
};

size_t flights_bytes(uint32_t capacity);
/* memory: flights_bytes(capacity) of it, aligned for any type; key: random. */
void flights_init(struct flights *f, void *memory, uint32_t capacity, const uint64_t key[2]);

/*
 * A flight for this identity: all that is above but for lists, times and rest.
 * original: of FLIGHT_TURNED the probe, of which the first FLIGHT_ORIGINAL bytes
 * are kept, in place of identity's head; else empty. Where the table is full
 * the oldest flight is evicted, and *evicted says so.
 */
struct flight *flights_add(struct flights *f, const struct flight *identity, struct span original, uint64_t now_ns,
	bool *evicted);

/* Puts together what is known of a flight, into memory of the caller's. */
void flights_view(const struct flights *f, struct flight *flight, struct flight_view *view);

/* Has the processor read ahead what flights_remove() of this one will change. */
void flights_expect_removal(const struct flights *f, const struct flight *flight);
void flights_remove(struct flights *f, struct flight *flight);

/* The oldest flight if it was sent before then_ns, else NULL. */
struct flight *flights_older_than(struct flights *f, uint64_t then_ns);

/* Asks flights_check_due() to lend this flight up to 25 ms after at_ns, which is at most a second away. */
void flights_check_at(struct flights *f, struct flight *flight, uint64_t at_ns);

/* Cancels flights_check_at(), if that was called. */
void flights_check_never(struct flights *f, struct flight *flight);

struct flight *flights_check_due(struct flights *f, uint64_t now_ns);

#endif
