/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has a return probe reached its prober? (doc/architecture.md, "How a trace ends")
 *
 * A UDP datagram that the prober's host accepts without an answer never ends
 * the trace. The reach check asks once more, in a form that cannot be accepted
 * silently; a silent router answers neither, so a path is not cut short.
 * What was learned of a prober makes the next check come sooner, or, behind a
 * NAT box that lets no check pass, lets silence stand for the answer.
 */
#ifndef UTURN_ENGINE_REACH_H
#define UTURN_ENGINE_REACH_H

#include "engine/state.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"

/* Is there to be a check for this probe? */
bool reach_wants_check(const struct engine *e, const struct probe *p);
void reach_plan_check(struct engine *e, struct flight *flight, const struct prober *prober, uint64_t now_ns);

/* Keeps what this answer to a flight, or to its check, says about the prober. */
void reach_learn(struct engine *e, const struct flight_view *v, bool of_check, const struct icmp_error *error,
	uint64_t now_ns);

/*
 * A flight has ended without an answer. IPv6 has two forms of check: the
 * mirrored one, which stateful firewalls drop, and one with an option, which
 * some networks drop. Where one form was not answered, the next check has the
 * other; one that was answered is kept.
 */
void reach_on_silence(struct engine *e, const struct flight_view *v);

/*
 * Not the prober's host but a router has answered the check. Where its TTL
 * expired, so did the return probe's: nothing is assumed then.
 */
void reach_on_check_stopped(struct engine *e, const struct flight_view *v, const struct icmp_error *error);

/*
 * The time that was planned has come. The flight has ended when this returns
 * ASSUMED; CHECKED, CHECK_PAUSED and TOO_LARGE leave it waiting.
 */
enum reason reach_on_due(struct engine *e, const struct flight_view *v, uint64_t now_ns, struct writer *out);

#endif
