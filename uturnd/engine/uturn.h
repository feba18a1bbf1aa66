/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The front end for ordinary traceroutes: turns probes around, relays what the
 * routers on the return path say, and finds the end of it (see reach.h).
 *
 * Called by the engine only. Each function tells the event whom it is about,
 * writes at most one packet into *out, and names the outcome.
 */
#ifndef UTURN_ENGINE_UTURN_H
#define UTURN_ENGINE_UTURN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/state.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"

enum reason uturn_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out);

/* Returns false where the error is about no flight of this front end; else *why is the outcome. */
bool uturn_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct writer *out,
	enum reason *why);

/* flights_check_due() has lent this flight, which may end now. */
enum reason uturn_on_due(struct engine *e, struct flight *flight, uint64_t now_ns, struct writer *out);

/* Nothing has answered it for as long as flights are kept; the caller removes it. */
void uturn_on_expiry(struct engine *e, struct flight *flight, uint64_t now_ns);

#endif
