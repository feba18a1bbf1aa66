/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flows that together take every link of a graph: few of them, so that all
 * links can be watched without asking all flows again.
 */
#ifndef UTURN_TRACE_SEARCH_COVER_H
#define UTURN_TRACE_SEARCH_COVER_H

#include <stdint.h>

#include "graph.h"

/* Fills flows, at most so many, those that cover most first, and returns how many. Links that no flow takes are left out. */
unsigned cover_flows(const struct graph *g, uint16_t *flows, unsigned most);

#endif
