/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The front end for the ICMP reverse-traceroute protocol, uturn-request(7): a
 * probe of ours for each request, and its answer in a response to the requester.
 *
 * A flight each, which keeps the request; its probe carries a key that cannot
 * be guessed. Called by the engine only.
 */
#ifndef UTURN_ENGINE_REQUEST_H
#define UTURN_ENGINE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/state.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"
#include "packet/reply.h"

/* p: of PROBE_REQUEST. */
enum reason request_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out);
/* Both return false where that is no answer to a probe of this front end; else *why is the outcome. */
bool request_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct writer *out,
	enum reason *why);
bool request_on_reply(struct engine *e, const struct reply *reply, uint64_t now_ns, struct writer *out,
	enum reason *why);
/* Nothing has answered its probe; the caller removes the flight. */
void request_on_expiry(struct engine *e, const struct flight *flight, struct writer *out);

#endif
