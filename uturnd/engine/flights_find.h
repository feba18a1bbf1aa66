/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flight an answer is about.
 *
 * Flights are lent until they are removed or the table is added to.
 */
#ifndef UTURN_ENGINE_FLIGHTS_FIND_H
#define UTURN_ENGINE_FLIGHTS_FIND_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/flight.h"
#include "packet/addr.h"
#include "packet/icmp_error.h"

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
void flights_limit_guesses(struct flights *f, uint8_t guesses);
void flights_missed(struct flights *f, const struct quote *q);
static inline bool flights_is_guessed_at(const struct flights *f, const struct flight *flight)
{
	return flight->guesses >= f->guesses;
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
bool flights_has_turned_back(struct flights *f, const struct short_packet *p);

/*
 * The FLIGHT_REQUEST that this quote is of, or NULL. Its key cannot be guessed:
 * all 8 bytes have to agree, and for UDP, where they hold too little of the key,
 * also the payload or the IPv4 id. Turned flights that are alike may lie in the
 * same chain: no more than FLIGHT_ALIKE are looked at here either.
 */
struct flight *flights_find_keyed(struct flights *f, const struct quote *q);

#endif
