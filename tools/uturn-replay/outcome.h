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
	uint8_t *packet; /* what left */
	size_t packet_len; /* 0: nothing did */
	bool is_expected; /* `sends` has named the packet */
};

struct outcomes {
	struct outcome *at;
	size_t count;
	bool of_probe, of_time;
};

void outcomes_add(struct outcomes *o, struct outcome added); /* takes the packet over */
void outcomes_clear(struct outcomes *o);

/* The way recordings write them, a statement a line. */
void outcomes_print(const struct outcomes *o);

/* "FILE:LINE: words" on stderr: what was expected, what came, and where they part. */
struct script;
void outcome_complain_packet(const struct script *script, unsigned line, struct span expected, struct span got);

#endif
