/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a planned probe may leave, and how long its answer may take.
 *
 * Probes that are due wait in a queue of their hop. Which hop is next is left
 * to chance, so that no router gets its probes in one piece; a hop has its turn
 * only if its routers are not asked too much: each 32 probes at once, then 100
 * a second, or what a limited one was found to answer. All of them together are
 * kept to the rate of the settings.
 */
#ifndef UTURN_TRACE_SEARCH_PACE_H
#define UTURN_TRACE_SEARCH_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* False where the queue of the hop is full. */
bool pace_push(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose);
bool pace_push_first(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose);
/* So many, at the same place. */
bool pace_push_times(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose, unsigned times);

/*
 * The queue of a hop has so many places left for what is new; what is asked again
 * may use all. Where there are further queries each flow that is out needs another.
 */
unsigned pace_room(const struct search *s, unsigned hop);

/* What is to be sent now, or 0 and until when there is nothing; UINT64_MAX: nothing is due. Else the hop. */
unsigned pace_pop(struct search *s, uint64_t now_ns, struct search_due *due, uint64_t *until_ns);

/* When a rate lets the next probe leave, now_ns or later, and that it has left. */
uint64_t pace_rate_free_ns(const struct search_rate *rate, uint64_t now_ns);
void pace_rate_take(struct search_rate *rate, uint64_t now_ns);
/* The same of the search's own. */
uint64_t pace_free_ns(const struct search *s, uint64_t now_ns);
void pace_on_sent(struct search *s, uint64_t now_ns);

/* Before the first answer, and with each. */
void pace_start(struct search *s);
void pace_learn(struct search *s, unsigned hop, uint32_t rtt_us);

#endif
