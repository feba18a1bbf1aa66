/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flows are to be asked at which hop.
 *
 * A hop that shows r routers needs n(r + 1) flows. Each router needs flows that
 * are known at both neighbouring hops, so that its links are. Where links cross,
 * each router needs as many flows of its own as show all its links. A hop is
 * planned anew when something was found that may change its needs, and not at
 * every answer.
 */
#ifndef UTURN_TRACE_SEARCH_PLAN_H
#define UTURN_TRACE_SEARCH_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* n(k) for the balancers that are known. */
unsigned plan_flows_needed(struct search *s, unsigned k);

/* The balancers were counted anew: how much each may miss. */
void plan_start(struct search *s);

/* Plans all hops that need it. */
void plan_pass(struct search *s);

/* The flow is settled at the hop; is_new: with a node or link that was not known. */
void plan_on_settled(struct search *s, unsigned flow, unsigned hop, bool is_new);

/* A probe of the check for per-packet balancing is over. */
void plan_on_check(struct search *s, unsigned hop);

/* All of a flow: nothing is known of it at this hop, and now it is asked. False: it need not or cannot be. */
bool plan_ask(struct search *s, unsigned flow, unsigned hop);

/* The hop and its neighbours are to be planned anew. */
void plan_touch(struct search *s, unsigned hop);

#endif
