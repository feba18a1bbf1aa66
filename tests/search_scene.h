/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One search of uturn-trace, in tests: answers by hand, and time that goes as it is told. */
#ifndef UTURN_TESTS_SEARCH_SCENE_H
#define UTURN_TESTS_SEARCH_SCENE_H

#include <stdint.h>

#include "tools/uturn-trace/search/search.h"

static const uint64_t ms_ns = 1000000, begin_ns = 5000000000;

extern struct search s;
extern struct search_rate rate;
extern struct search_settings settings;
extern uint64_t time_ns;

int begin_search(void **state); /* the settings, which a test may change before start() */
void start(void);
/* The next probe, waiting for it if need be, but at most so long; -1: none. */
int64_t next_probe(uint64_t most_ms);
enum search_verdict answer(uint32_t id, unsigned router, enum search_kind kind, unsigned ttl_left);
/* Answers at once: the target is at this hop, each hop before has one router. */
void answer_path(uint32_t id, unsigned distance);
/* The same until nothing is asked any more. */
void run_path(unsigned distance);

#endif
