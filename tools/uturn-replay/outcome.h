/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine did at one event: one outcome for a packet, any number for
 * the passing of time.
 */
#ifndef UTURN_REPLAY_OUTCOME_H
#define UTURN_REPLAY_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

struct outcome {
	enum reason reason;
	enum act act; /* of a probe */
	uint8_t *packet; /* sent; heap memory */
	size_t packet_len; /* 0: none */
	bool is_expected; /* a `sends` has compared it */
};

struct outcomes {
	struct outcome *at;
	size_t count;
	bool of_probe, of_time;
};

void outcomes_add(struct outcomes *o, struct outcome added); /* takes the packet over */
void outcomes_clear(struct outcomes *o);

/* As statements of a recording, one per line. */
void outcomes_print(const struct outcomes *o);

/* "FILE:LINE: message" on standard error: both packets, and the first byte that differs. */
struct script;
void outcome_complain_packet(const struct script *script, unsigned line, struct span expected, struct span got);

#endif
