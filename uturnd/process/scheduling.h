/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How we share the processor: short turns, and at once.
 *
 * A scheduler that gives each its slice lets the one with a short slice run as
 * soon as it is woken (EEVDF, Linux 6.12). Our answers take microseconds, and
 * nobody loses by it: the share of the processor stays the same. Older kernels
 * take the request and do not use it.
 */
#ifndef UTURN_PROCESS_SCHEDULING_H
#define UTURN_PROCESS_SCHEDULING_H

/* For the calling thread, and those it starts. Returns 0 or a negative errno; needs no privilege. */
int scheduling_shorten(void);

#endif
