/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "back_rate.h"

enum {
	MOST_PER_S = 180, /* and as many at once: below the limit of 200, with some room */
	LEAST_PER_S = 5,
	ANSWERS = 16, /* that make it faster by an eighth */
};

void back_rate_start(struct back_rate *b, struct search_rate *whole)
{
	b->most_per_s = whole->per_s < MOST_PER_S ? whole->per_s : MOST_PER_S;
	b->answers = 0;
	b->rate = (struct search_rate){ .per_s = b->most_per_s, .burst = MOST_PER_S, .whole = whole };
}

void back_rate_on_answer(struct back_rate *b)
{
	struct search_rate *r = &b->rate;

	if (r->per_s == b->most_per_s || ++b->answers < ANSWERS)
		return;
	b->answers = 0;
	r->per_s += r->per_s / 8 + 1;
	if (r->per_s > b->most_per_s)
		r->per_s = b->most_per_s;
}

void back_rate_on_refusal(struct back_rate *b)
{
	struct search_rate *r = &b->rate;

	b->answers = 0;
	r->burst = 0;
	r->per_s = r->per_s * 2 / 3;
	if (r->per_s < LEAST_PER_S)
		r->per_s = LEAST_PER_S;
}
