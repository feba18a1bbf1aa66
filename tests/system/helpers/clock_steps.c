/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded (LD_PRELOAD): a wall clock that jumps a day ahead and back, every
 * other second, for libraries such as libev. Our own code compares it with the
 * kernel's time stamps, whose clock would have jumped as well.
 */
#include <dlfcn.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static int real(clockid_t id, struct timespec *t)
{
	static int (*function)(clockid_t, struct timespec *);

	if (!function)
		function = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	return function(id, t);
}

static time_t step(const void *caller)
{
	struct timespec now;
	Dl_info who;

	real(CLOCK_MONOTONIC, &now);
	if (dladdr(caller, &who) && strstr(who.dli_fname, "uturnd"))
		return 0;
	return now.tv_sec % 2 ? 86400 : 0;
}

int clock_gettime(clockid_t clock_id, struct timespec *tp)
{
	int status = real(clock_id, tp);

	if (clock_id == CLOCK_REALTIME)
		tp->tv_sec += step(__builtin_return_address(0));
	return status;
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	struct timespec now;

	(void)tz;
	real(CLOCK_REALTIME, &now);
	tv->tv_sec = now.tv_sec + step(__builtin_return_address(0));
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *timer)
{
	struct timespec now;

	real(CLOCK_REALTIME, &now);
	now.tv_sec += step(__builtin_return_address(0));
	if (timer)
		*timer = now.tv_sec;
	return now.tv_sec;
}
