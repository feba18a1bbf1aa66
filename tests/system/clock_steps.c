/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded (LD_PRELOAD): a wall clock that jumps a day ahead and back, every other second. */
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static time_t step(void)
{
	static int (*real)(clockid_t, struct timespec *);
	struct timespec now;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	real(CLOCK_MONOTONIC, &now);
	return now.tv_sec % 2 ? 86400 : 0;
}

int clock_gettime(clockid_t clock_id, struct timespec *tp)
{
	static int (*real)(clockid_t, struct timespec *);
	int status;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	status = real(clock_id, tp);
	if (clock_id == CLOCK_REALTIME)
		tp->tv_sec += step();
	return status;
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	struct timespec now;

	(void)tz;
	clock_gettime(CLOCK_REALTIME, &now);
	tv->tv_sec = now.tv_sec;
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *timer)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (timer)
		*timer = now.tv_sec;
	return now.tv_sec;
}
