/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks made by chance, with everything that can be wrong with one: does the
 * search end in time, and do its counts agree with what it counts?
 */
#ifndef UTURN_TESTS_TRACE_CHAOS_H
#define UTURN_TESTS_TRACE_CHAOS_H

#include <stdbool.h>

#include "tools/uturn-trace/search/search.h"

/* Prints a line ok or not ok. */
bool chaos_run(struct search *s, unsigned runs);

#endif
