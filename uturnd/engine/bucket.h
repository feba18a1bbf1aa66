/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rate limit as the time at which a bucket would be full again (generic cell
 * rate algorithm): one number, of which zero is a full bucket. All amounts are
 * the time that it takes to refill them, in ns; times only grow.
 */
#ifndef UTURN_ENGINE_BUCKET_H
#define UTURN_ENGINE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	uint64_t full_ns;
};

/* How much has been taken and not refilled. */
static inline uint64_t bucket_used_ns(const struct bucket *b, uint64_t now_ns)
{
	return b->full_ns > now_ns ? b->full_ns - now_ns : 0;
}

/* May `cost` more be taken from a bucket of this size? */
static inline bool bucket_has(const struct bucket *b, uint64_t cost_ns, uint64_t size_ns, uint64_t now_ns)
{
	uint64_t used_ns = bucket_used_ns(b, now_ns);

	return !used_ns || used_ns + cost_ns <= size_ns;
}

static inline void bucket_take(struct bucket *b, uint64_t cost_ns, uint64_t now_ns)
{
	b->full_ns = now_ns + bucket_used_ns(b, now_ns) + cost_ns;
}

#endif
