/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the scheduler for low latency: a short time slice.
 *
 * With EEVDF (Linux 6.12) a process that has a short slice runs as soon as it is
 * woken. Its share of the processor stays the same, so no other process loses by
 * it. Older kernels accept the request and ignore it.
 */
#ifndef UTURN_PROCESS_SCHEDULING_H
#define UTURN_PROCESS_SCHEDULING_H

/* For the calling thread and the processes that it starts. Returns 0 or a negative errno; needs no privilege. */
int scheduling_shorten(void);

#endif
