/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/scheduling.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SLICE_NS = 100000 }; /* the shortest that the kernel grants */

/* glibc has no names for these two calls before 2.41. */
int scheduling_shorten(void)
{
	struct sched_attr attributes = { .size = sizeof(attributes) };

	if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0))
		return -errno;
	if (attributes.sched_policy != SCHED_NORMAL)
		return 0; /* another policy was chosen by the operator, with chrt(1) for instance */
	attributes.sched_runtime = SLICE_NS;
	if (syscall(SYS_sched_setattr, 0, &attributes, 0))
		return -errno;
	return 0;
}
