/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door for the ICMP reverse-traceroute protocol, uturn-request(7): a probe
 * of our own for each request, and who answered it for the requester.
 *
 * A flight each, which keeps the request; its probe carries a key that nobody
 * can guess. Called by the engine only.
 */
#ifndef UTURN_ENGINE_REQUEST_H
#define UTURN_ENGINE_REQUEST_H

#include <stdint.h>

#include "engine/engine.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"
#include "packet/reply.h"

/* p: of PROBE_REQUEST. */
enum reason request_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out);
/* REASON_NO_FLIGHT: about no probe of ours. */
enum reason request_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct writer *out);
/* REASON_OK: none of our business. */
enum reason request_on_reply(struct engine *e, const struct reply *reply, uint64_t now_ns, struct writer *out);
/* A flight that nothing answered; the caller removes it. */
void request_on_expiry(struct engine *e, const struct flight *flight, struct writer *out);

#endif
