/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series.h"

#include <stdlib.h>

static struct series_sample *find(struct series *s, uint32_t sent_ms)
{
	for (unsigned i = 0; i < SERIES_KEPT; i++)
		if (s->kept[i].state == SERIES_SENT && s->kept[i].sent_ms == sent_ms)
			return &s->kept[i];
	return NULL;
}

static struct series_sample *add(struct series *s, uint32_t sent_ms)
{
	struct series_sample *sample = &s->kept[s->sent++ % SERIES_KEPT];

	*sample = (struct series_sample){ .sent_ms = sent_ms, .state = SERIES_SENT };
	return sample;
}

void series_on_sent(struct series *s, uint32_t sent_ms)
{
	add(s, sent_ms);
}

void series_on_answer(struct series *s, uint32_t sent_ms, uint32_t rtt_us)
{
	struct series_sample *sample = find(s, sent_ms);

	if (!sample)
		sample = add(s, sent_ms);
	sample->state = SERIES_ANSWERED;
	sample->rtt_us = rtt_us;
	s->last_us = rtt_us;
	if (!s->answered || rtt_us < s->best_us)
		s->best_us = rtt_us;
	if (rtt_us > s->worst_us)
		s->worst_us = rtt_us;
	s->answered++;
}

void series_take_back(struct series *s, uint32_t sent_ms)
{
	struct series_sample *sample = find(s, sent_ms);

	if (sample)
		sample->state = SERIES_NONE;
}

static int compare(const void *a, const void *b)
{
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

uint32_t series_median(const struct series *s)
{
	uint32_t times[SERIES_KEPT] = { 0 };
	unsigned count = 0;

	for (unsigned i = 0; i < SERIES_KEPT; i++)
		if (s->kept[i].state == SERIES_ANSWERED)
			times[count++] = s->kept[i].rtt_us;
	qsort(times, count, sizeof(*times), compare);
	return count ? times[(count - 1) / 2] : 0;
}

unsigned series_last(const struct series *s, struct series_sample *out, unsigned most)
{
	const unsigned kept = s->sent < SERIES_KEPT ? s->sent : SERIES_KEPT;
	const unsigned count = kept < most ? kept : most;
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct series_sample *sample = &s->kept[(s->sent - count + i) % SERIES_KEPT];

		if (sample->state != SERIES_NONE)
			out[found++] = *sample;
	}
	return found;
}
