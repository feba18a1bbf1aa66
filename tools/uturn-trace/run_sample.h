/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run tells of its sweeps. */
#ifndef UTURN_TRACE_RUN_SAMPLE_H
#define UTURN_TRACE_RUN_SAMPLE_H

#include <stdint.h>

#include "packet/addr.h"
#include "sent.h"

/* A probe of a sweep, told when it is sent and when it is answered. Borrowed. */
struct run_sample {
	enum direction direction;
	uint16_t flow; /* of the searches */
	uint8_t hop;
	struct addr expected; /* the router that the flow met here before; family 0: none that answered */
	struct addr from; /* family 0: it was sent */
	uint32_t sent_ms; /* of CLOCK_MONOTONIC: names the probe */
	uint32_t rtt_us;
};
typedef void run_swept(void *owner, const struct run_sample *s);

#endif
