/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chains of flights that an answer is looked for in, newest first: one for
 * all that have addresses, protocol and ports (for TCP also the sequence number,
 * for ICMP identifier and sequence) in common, or only their hash.
 *
 * A flight enters its chain a little later than the table, see FLIGHT_UNCHAINED;
 * before a chain is looked at all have.
 */
#ifndef UTURN_ENGINE_FLIGHTS_CHAIN_H
#define UTURN_ENGINE_FLIGHTS_CHAIN_H

#include <stdint.h>

#include "engine/flight.h"

/* Stands before the first of a chain, with its bucket, so that it need not be computed again to remove one. */
#define FLIGHT_CHAIN_HEAD (UINT32_C(1) << 31)

void flights_chain_add(struct flights *f, struct flight *flight);
void flights_chain_remove(struct flights *f, const struct flight *flight);
/* Puts all into their chains. */
void flights_chain_settle(struct flights *f);

/* The index of the first one, FLIGHT_NONE: the chain is empty. */
uint32_t flights_chain_of(struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE]);
/* The same for flights of FLIGHT_REQUEST. */
uint32_t flights_chain_keyed(struct flights *f, const struct addr *from, const struct addr *to, uint8_t protocol,
	const uint8_t l4[QUOTE_L4_SIZE]);

#endif
