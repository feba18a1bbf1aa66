/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The front end for TCP connections of this host: probes that look like the
 * connection's own segments, and so follow the same path.
 *
 * on_error, on_segment and on_time are called by the engine only, inband_start()
 * by the operator's side. What there is to report is in e->inband.report, valid
 * until the next event of the engine.
 */
#ifndef UTURN_ENGINE_INBAND_H
#define UTURN_ENGINE_INBAND_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/state.h"
#include "packet/bytes.h"
#include "packet/icmp_error.h"
#include "packet/reason.h"

struct inband_parameters {
	struct flow flow;
	uint8_t max_ttl, attempts; /* 1.. */
	uint64_t sent_bytes; /* on the connection and acknowledged, at least */
	uint64_t rtt_ns, rtt_var_ns; /* SRTT and RTTVAR of the connection; 0: unknown */
};

/* A new trace's index, or -1 with words in *why. No packet leaves before the next engine_on_time(). */
int inband_start(struct engine *e, const struct inband_parameters *p, uint64_t now_ns, const char **why);

/* These return false where there is nothing that counts; else *why is the outcome. */

/* A segment of any connection of this host. */
bool inband_on_segment(struct engine *e, const struct tcp_segment *s, bool is_ours, uint64_t now_ns, enum reason *why);
/* False: the error is about no probe of this front end. */
bool inband_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, enum reason *why);
/* False: nothing is to be done now. */
bool inband_on_time(struct engine *e, uint64_t now_ns, struct writer *out, enum reason *why);

#endif
