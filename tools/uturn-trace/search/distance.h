/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far it is: flow 0 finds the hop at which the paths end, so that nothing is
 * sent behind it.
 *
 * A first probe arrives for sure, and the error that quotes it tells how much of
 * its TTL was left. Nothing else is sent until it is answered, or for the longest
 * of usual round-trip times: a host that answers six probes at once (icmp(7),
 * icmp_ratelimit) has five left for the other flows, and what a wave sends too far
 * would take them. Where nothing is quoted, the least hop that arrived is the
 * distance; where nothing arrives, some silent hops in a row are the end. Other
 * flows may turn out to be longer or shorter.
 */
#ifndef UTURN_TRACE_SEARCH_DISTANCE_H
#define UTURN_TRACE_SEARCH_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Before anything is planned: lets the wave go on, and finds a silent end. */
void distance_widen(struct search *s);

/* Is a probe of the first wave to be sent? And when, at the earliest: hops are a ms apart, or as answers come. */
bool distance_has_wave(const struct search *s);
uint64_t distance_wave_ns(const struct search *s);

/* The far probe was sent; and answered, though its answer quotes nothing: how far a router let it come, or 0. */
void distance_on_far(struct search *s, uint64_t now_ns);
void distance_on_far_answer(struct search *s, uint64_t now_ns, unsigned refused_at);

/* Silence at this hop is not worth a second attempt as long as none nearer has answered. */
bool distance_is_too_far(const struct search *s, unsigned hop);

/* The flow ends at this hop, or before it. */
void distance_on_end(struct search *s, unsigned flow, unsigned hop);

/* A router has answered at this hop: the paths are at least one hop longer. */
void distance_on_router(struct search *s, unsigned hop);

#endif
