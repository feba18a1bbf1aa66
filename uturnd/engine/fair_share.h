/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rate that many share: the more one has had in the last minutes, the less of
 * it is open to it, down to one half. One that asks little is served first, a
 * flood from many leaves room for those that ask less than each of them, and
 * shares the rest alike. One not heard of before does not come first, so that
 * many that are seen once do not crowd out those that go on.
 *
 * What each has had is kept in a table of fixed size, in sets of four; a newcomer
 * takes the place of the one that had least lately in its set. Times are in ns
 * and only grow.
 */
#ifndef UTURN_ENGINE_FAIR_SHARE_H
#define UTURN_ENGINE_FAIR_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One that had so many may use three quarters of the rate; and a new one counts as having had. */
enum { FAIR_SHARE_HALF_WAY = 1024, FAIR_SHARE_NEW = 4096 };
enum { FAIR_SHARE_WAYS = 4, FAIR_SHARE_ONE = 256 };
enum { FAIR_SHARE_TICK_BITS = 20, FAIR_SHARE_HALF_LIFE_BITS = 17 }; /* 2^17 ticks of 2^20 ns: 137 s */

struct fair_share {
	uint64_t hash; /* of whose it is; 0: unused */
	uint32_t had, had_tick; /* 256ths, half of which are forgotten in 137 s; and when that was so */
};

static inline uint32_t fair_share_tick(uint64_t now_ns)
{
	return (uint32_t)(now_ns >> FAIR_SHARE_TICK_BITS);
}

/* What it had in 256ths, the older the less: a straight line from one halving to the next. */
static inline uint32_t fair_share_had(const struct fair_share *f, uint64_t now_ns)
{
	uint32_t age = fair_share_tick(now_ns) - f->had_tick, halvings = age >> FAIR_SHARE_HALF_LIFE_BITS;
	uint32_t rest = age - (halvings << FAIR_SHARE_HALF_LIFE_BITS);
	uint64_t had = halvings < 32 ? f->had >> halvings : 0;

	return (uint32_t)(had - (had * rest >> (FAIR_SHARE_HALF_LIFE_BITS + 1)));
}

static inline void fair_share_remember(struct fair_share *f, uint64_t now_ns)
{
	uint32_t had = fair_share_had(f, now_ns);

	f->had = had < UINT32_MAX - FAIR_SHARE_ONE ? had + FAIR_SHARE_ONE : had;
	f->had_tick = fair_share_tick(now_ns);
}

/*
 * The place of hash among the FAIR_SHARE_WAYS of its set, or the one that it may
 * take there; *had: what it had. set: the first, each a struct fair_share at the
 * start of an element of `size` bytes.
 */
static inline void *fair_share_place(void *set, size_t size, uint64_t hash, uint64_t now_ns, uint32_t *had)
{
	uint8_t *at = set, *idle = set;
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < FAIR_SHARE_WAYS; i++, at += size)
		if (((const struct fair_share *)(const void *)at)->hash == hash) {
			*had = fair_share_had((const struct fair_share *)(const void *)at, now_ns);
			return at;
		}
	at = set;
	for (int i = 0; i < FAIR_SHARE_WAYS; i++, at += size) {
		*had = fair_share_had((const struct fair_share *)(const void *)at, now_ns);
		if (*had < least) {
			least = *had;
			idle = at;
		}
	}
	*had = FAIR_SHARE_NEW * FAIR_SHARE_ONE;
	return idle;
}

/* Of a bucket of whole_ns: all for one that had nothing lately, down to half for one that had most. */
static inline uint64_t fair_share_ns(uint64_t whole_ns, uint32_t had)
{
	const uint64_t half_way = (uint64_t)FAIR_SHARE_HALF_WAY * FAIR_SHARE_ONE;

	return whole_ns - whole_ns / 2 * had / (had + half_way);
}

#endif
