/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has a return probe reached its prober? (DESIGN decision 4)
 *
 * A UDP datagram that the prober's host takes without a word never ends the
 * trace. The reach check asks once more, in a form that can't be taken
 * silently; a silent router answers neither, so a path is not cut short.
 * What was learned of a prober makes the next check come sooner, or, behind a
 * NAT box that lets no check pass, lets silence stand for the answer.
 */
#ifndef UTURN_ENGINE_REACH_H
#define UTURN_ENGINE_REACH_H

#include "engine/engine.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"

/* Shall there be a check for this probe? */
bool reach_wants_check(const struct engine *e, const struct probe *p);
void reach_plan_check(struct engine *e, struct flight *flight, const struct prober *prober, uint64_t now_ns);

/* Takes to heart who answered a flight; prober may be NULL. */
void reach_learn(struct prober *prober, const struct flight *flight, bool of_check, const struct icmp_error *error,
	uint64_t now_ns, uint64_t rtt_ns);

/*
 * A flight has ended that nobody answered. IPv6 has two forms of check: the
 * mirrored one, which stateful firewalls drop, and one with an option, which
 * some networks drop. What nobody answered in one form the next one asks in
 * the other; what was answered stays.
 */
void reach_on_silence(struct engine *e, const struct flight *flight);

/*
 * Somebody else than the prober's host has answered the check. Where it ran out
 * of TTL, so did the return probe: nothing is assumed then.
 */
void reach_on_check_stopped(struct engine *e, struct flight *flight, const struct icmp_error *error);

/*
 * The time that was planned has come. The flight has ended when this returns
 * ASSUMED; CHECKED and TOO_LARGE leave it waiting.
 */
enum reason reach_on_due(struct engine *e, struct flight *flight, uint64_t now_ns, struct writer *out);

#endif
