/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Round-trip times of one place that is asked again and again: the last ones,
 * and the best and worst of all. Pure; a series that is all zero is empty.
 */
#ifndef UTURN_TRACE_SERIES_H
#define UTURN_TRACE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

enum { SERIES_KEPT = 64 };

enum series_state { SERIES_NONE, SERIES_SENT, SERIES_ANSWERED };

struct series_sample {
	uint32_t sent_ms; /* when it was sent: names the probe */
	uint32_t rtt_us; /* where it is answered */
	uint8_t state; /* enum series_state */
};

struct series {
	struct series_sample kept[SERIES_KEPT]; /* ring */
	uint32_t sent, answered; /* sent: how many were added */
	uint32_t last_us, best_us, worst_us; /* where answered is not 0 */
};

void series_on_sent(struct series *s, uint32_t sent_ms);
/* A probe that was not sent by series_on_sent(), or too long ago, is added. */
void series_on_answer(struct series *s, uint32_t sent_ms, uint32_t rtt_us);
/* It was answered by another one. */
void series_take_back(struct series *s, uint32_t sent_ms);

/* Of those that are kept, in us; 0: none is answered. */
uint32_t series_median(const struct series *s);

/* The samples as they were sent, the newest last: at most so many. Returns how many. */
unsigned series_last(const struct series *s, struct series_sample *out, unsigned most);

#endif
