/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks, in nanoseconds (clock_gettime(2)). */
#ifndef UTURN_COMMON_CLOCK_H
#define UTURN_COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_of(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
}

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return clock_of(&now);
}

/*
 * The age of a packet by the kernel's time stamp, in ns; both times are of
 * CLOCK_REALTIME. That clock may be set, so an age of a second or more, or in
 * the future, counts as 0.
 */
static inline uint64_t clock_age_ns(uint64_t stamp_ns, uint64_t now_ns)
{
	return stamp_ns <= now_ns && now_ns - stamp_ns < 1000000000 ? now_ns - stamp_ns : 0;
}

#endif
