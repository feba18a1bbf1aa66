/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/peer_window.h"

#include <string.h>

#include "packet/peer_datagram.h"

enum { WORDS = PEER_WINDOW_SIZE / 64 };

/* In ns: when all of the last epoch are outside the window of time, whichever of both clocks is ahead. */
static const uint64_t forgotten_ns = UINT64_C(2000000000) * PEER_WINDOW_S;

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

bool peer_window_is_new(const struct peer_window *w, uint64_t epoch, uint64_t count, uint64_t now_ns)
{
	if (!count)
		return false;
	if (!w->highest || epoch > w->epoch)
		return true;
	if (epoch < w->epoch)
		return now_ns - w->heard_ns >= forgotten_ns;
	/* the oldest word of the ring holds counts of both ends: only those of whole words are known */
	if (count / 64 + WORDS <= w->highest / 64)
		return false;
	return count > w->highest || !(w->bits[count / 64 % WORDS] & UINT64_C(1) << count % 64);
}

bool peer_window_take(struct peer_window *w, uint64_t epoch, uint64_t count, uint64_t now_ns)
{
	if (!peer_window_is_new(w, epoch, count, now_ns))
		return false;
	if (!w->highest || epoch != w->epoch)
		*w = (struct peer_window){ .epoch = epoch };
	if (count > w->highest)
		advance(w, count);
	w->bits[count / 64 % WORDS] |= UINT64_C(1) << count % 64;
	w->heard_ns = now_ns;
	return true;
}
