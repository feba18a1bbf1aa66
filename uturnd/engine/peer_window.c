/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/peer_window.h"

#include <string.h>

#include "packet/peer_datagram.h"

enum { WORDS = PEER_WINDOW_SIZE / 64 };

/* In ns: when all of the last epoch are outside the window of time, whichever of both clocks is ahead. */
static const uint64_t forgotten_ns = UINT64_C(2000000000) * PEER_WINDOW_S;

static uint64_t *word_of(struct peer_window *w, uint64_t count)
{
	return &w->bits[count / 64 % WORDS];
}

/* Makes room up to count, the highest from now on: what falls out of the window behind it is cleared. */
static void advance(struct peer_window *w, uint64_t count)
{
	uint64_t from = w->highest / 64, to = count / 64;

	if (to - from >= WORDS)
		memset(w->bits, 0, sizeof(w->bits));
	else
		while (from < to)
			w->bits[++from % WORDS] = 0;
	w->highest = count;
}

bool peer_window_take(struct peer_window *w, uint64_t epoch, uint64_t count, uint64_t now_ns)
{
	const uint64_t bit = UINT64_C(1) << count % 64;

	if (!count)
		return false;
	if (w->highest && epoch < w->epoch && now_ns - w->heard_ns < forgotten_ns)
		return false;
	if (!w->highest || epoch != w->epoch)
		*w = (struct peer_window){ .epoch = epoch };
	/* the oldest word of the ring holds counts of both ends: only those of whole words are known */
	if (count / 64 + WORDS <= w->highest / 64)
		return false;
	if (count > w->highest)
		advance(w, count);
	if (*word_of(w, count) & bit)
		return false;
	*word_of(w, count) |= bit;
	w->heard_ns = now_ns;
	return true;
}
