/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring of the last events, which SIGUSR2 logs. Plain memory, to be zeroed.
 */
#ifndef UTURN_PROCESS_RING_H
#define UTURN_PROCESS_RING_H

#include "engine/event.h"

enum { RING_EVENTS = 256 };

struct ring {
	struct event events[RING_EVENTS];
	uint64_t count; /* ever kept */
};

void ring_keep(struct ring *r, const struct event *e);
/* Logs them at level info, the oldest first. now_ns: CLOCK_MONOTONIC. */
void ring_log(const struct ring *r, uint64_t now_ns);

#endif
