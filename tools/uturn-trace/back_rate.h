/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast a u-turn host is asked for the return path: its limit (uturnd.conf(5))
 * lets so many at once, and then so many a second. What is beyond it its kernel answers as
 * if there were no u-turn; then it is asked less, and with the answers that follow
 * more again.
 */
#ifndef UTURN_TRACE_BACK_RATE_H
#define UTURN_TRACE_BACK_RATE_H

#include <stdint.h>

#include "search/search.h"

struct back_rate {
	struct search_rate rate;
	uint32_t most_per_s;
	uint32_t answers; /* since it was changed */
};

/* Of a full bucket of a host that lets in as much as uturnd does by default.. */
void back_rate_start(struct back_rate *b, struct search_rate *whole);
void back_rate_on_answer(struct back_rate *b);
void back_rate_on_refusal(struct back_rate *b);

#endif
