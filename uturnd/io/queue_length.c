/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/queue_length.h"

enum {
	WAIT_MS = 150, /* of the last packet in a full queue; this process may sleep for as long and lose none */
	SHORTEST = 512, /* thirty traceroutes that send sixteen probes at once */
	LONGEST = 16384, /* some 20 MB of the kernel's */
	MEASURE_NS = 100 * 1000 * 1000,
};

static uint32_t clamp(uint64_t packets)
{
	if (packets < SHORTEST)
		return SHORTEST;
	return packets < LONGEST ? (uint32_t)packets : LONGEST;
}

bool queue_length_fit(struct queue_length *l, uint64_t now_ns, unsigned served, bool is_more)
{
	uint32_t fit;

	if (!is_more || !l->busy_ns) {
		l->busy_ns = is_more ? now_ns : 0;
		l->served = 0;
		return false;
	}
	l->served += served;
	if (now_ns - l->busy_ns < MEASURE_NS)
		return false;
	fit = clamp((uint64_t)l->served * WAIT_MS * 1000000 / (now_ns - l->busy_ns));
	l->busy_ns = now_ns;
	l->served = 0;
	if (fit < l->packets + l->packets / 4 && fit > l->packets - l->packets / 4)
		return false; /* not worth a message */
	l->packets = fit;
	return true;
}
