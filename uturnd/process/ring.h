/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last events, kept for SIGUSR2: what happened just before somebody asked.
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
void ring_log(const struct ring *r, uint64_t now_ns); /* oldest first, at level info */

#endif
