/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times, counted in buckets 1/16 of a power of two wide: from 1 ns to a
 * minute, within 6 %, in memory of fixed size.
 */
#ifndef UTURN_TESTS_BENCH_HISTOGRAM_H
#define UTURN_TESTS_BENCH_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 16 * 33 };

struct histogram {
	uint64_t buckets[HISTOGRAM_BUCKETS];
	uint64_t count, max_ns;
};

static inline unsigned histogram_bucket(uint64_t ns)
{
	unsigned power, bucket;

	if (ns < 32)
		return (unsigned)ns;
	power = 63 - (unsigned)__builtin_clzll(ns);
	bucket = (power - 3) * 16 + (unsigned)(ns >> (power - 4) & 15);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* The middle of a bucket. */
static inline uint64_t histogram_ns(unsigned bucket)
{
	unsigned power = bucket / 16 + 3;

	if (bucket < 32)
		return bucket;
	return (16 + bucket % 16) * (1ULL << (power - 4)) + (1ULL << (power - 4)) / 2;
}

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
	h->buckets[histogram_bucket(ns)]++;
	h->count++;
	if (ns > h->max_ns)
		h->max_ns = ns;
}

static inline void histogram_merge(struct histogram *into, const struct histogram *h)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->buckets[i] += h->buckets[i];
	into->count += h->count;
	if (h->max_ns > into->max_ns)
		into->max_ns = h->max_ns;
}

/* The time that `share` (0..1) of all stayed below. */
static inline uint64_t histogram_quantile(const struct histogram *h, double share)
{
	uint64_t left = (uint64_t)((double)h->count * share);

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (h->buckets[i] > left)
			return histogram_ns(i);
		left -= h->buckets[i];
	}
	return h->max_ns;
}

#endif
