/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps that are under way: one flow, all its hops, once.
 */
#ifndef UTURN_TRACE_SEARCH_SWEEP_H
#define UTURN_TRACE_SEARCH_SWEEP_H

#include <stdbool.h>

#include "state.h"

void sweep_only(struct search *s);
bool sweep_start(struct search *s, unsigned flow);

/* A probe of a sweep is over. */
void sweep_on_over(struct search *s, const struct search_probe *probe, bool is_answered);

#endif
