/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairs of runs, with and without a change between them: what is it said to be?
 */
#ifndef UTURN_TESTS_TRACE_PAIRS_H
#define UTURN_TESTS_TRACE_PAIRS_H

#include <stdbool.h>

#include "tools/uturn-trace/search/search.h"

/* Prints a line ok or not ok for each kind of pair. */
bool pairs_compare(struct search *s);

#endif
