/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routers that limit the rate of their ICMP errors.
 *
 * A Linux router sends one host (for return probes that is this host, whoever
 * the prober is) six ICMP errors at once, and then one a second. Three queries
 * per hop from two probers leave nothing for a third. Where a router is known to
 * be limited, a prober's second and third query for it are refused while few
 * answers are left, so that the first query of every prober gets one.
 *
 * How many answers a router has left is computed with Linux' figures, for all
 * probers together. If it answers although it should have none left, it is not
 * limited; if it does not, it is, for a while. A first query is never refused,
 * so there is always something to learn from, and nothing is refused for a
 * router that has answered every query, however often it is asked.
 *
 * An attacker may forge probers, and, on the path, routers. All it gains is that
 * others' repeated queries are refused while it uses up a router's answers, and
 * every true answer to a first query lowers the suspicion again.
 *
 * Tables are of fixed size; what does not fit is forgotten. Times are in ns and
 * only grow.
 */
#ifndef UTURN_ENGINE_PACE_H
#define UTURN_ENGINE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/settings.h"
#include "packet/addr.h"
#include "packet/reason.h"

/* What was expected when a flight left. */
enum pace_expectation {
	EXPECT_UNKNOWN, /* it is not known which router will answer */
	EXPECT_ANSWER, /* a router that has answers left */
	EXPECT_TEST, /* a router that has none left, if it is limited */
};

struct pace_router;
struct pace_place;

struct pace {
	const struct engine_settings *settings;
	struct pace_router *routers;
	struct pace_place *places;
	uint32_t router_mask, place_mask; /* numbers of sets less one */
	uint64_t key[2];
};

/* Which hop: the one that the return probes of probes with this arrival TTL expire at. */
struct pace_hop {
	const struct addr *prober, *target;
	uint8_t ttl;
};

size_t pace_bytes(uint32_t in_flight);
/* memory: pace_bytes(in_flight) of zeroes, aligned for any type; settings are borrowed for good and may change. */
void pace_init(struct pace *p, void *memory, uint32_t in_flight, const struct engine_settings *settings,
	const uint64_t key[2]);

/* The prober begins a trace: for each hop its next query is a first one. */
void pace_begin(struct pace *p, const struct addr *prober, const struct addr *target, uint64_t now_ns);

/* May this query leave? If so it counts as sent, and *expectation goes with its flight. */
enum reason pace_ask(struct pace *p, const struct pace_hop *hop, uint64_t now_ns, enum pace_expectation *expectation);

/* A flight was answered by this router, or its reach check was (then expectation is EXPECT_UNKNOWN and is_check true). */
void pace_on_answer(struct pace *p, const struct pace_hop *hop, enum pace_expectation expectation, bool is_check,
	const struct addr *router, uint64_t now_ns);
/* A flight was not answered. */
void pace_on_silence(struct pace *p, const struct pace_hop *hop, enum pace_expectation expectation, uint64_t now_ns);

#endif
