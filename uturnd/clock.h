/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a clock says, in ns. */
#ifndef UTURN_CLOCK_H
#define UTURN_CLOCK_H

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

#endif
