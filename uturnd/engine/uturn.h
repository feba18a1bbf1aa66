/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door for ordinary traceroutes: turns probes around, relays what the
 * routers on the way back say, and finds the end of it (see reach.h).
 *
 * Called by the engine only; each returns the reason that it leaves in the
 * engine's event, and writes at most one packet into *out.
 */
#ifndef UTURN_ENGINE_UTURN_H
#define UTURN_ENGINE_UTURN_H

#include "engine/engine.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"

enum reason uturn_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out);

/* The flight has ended when this returns RELAYED or ARRIVED. */
enum reason uturn_on_error(struct engine *e, struct flight *flight, bool of_check, const struct icmp_error *error,
	struct writer *out);

/* Nothing has answered it for as long as flights are kept; it ends. */
void uturn_on_silence(struct engine *e, const struct flight *flight, uint64_t now_ns);

#endif
