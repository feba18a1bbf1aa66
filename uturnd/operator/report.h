/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events and counters of the engine, as JSON for the control socket. Names of
 * fields are an interface (uturn-control(7)): add, do not rename. Both return a new
 * reference, or NULL if out of memory.
 */
#ifndef UTURN_OPERATOR_REPORT_H
#define UTURN_OPERATOR_REPORT_H

#include <jansson.h>
#include <stdint.h>

#include "packet/reason.h"

struct event;

/*
 * {"event":"relayed","time_ns":CLOCK_MONOTONIC,"prober":"A","target":"A",
 *  "protocol":"udp|tcp|icmp","ttl":K,"prober_port":N,"target_port":N,
 *  "router":"A","icmp_type":N,"icmp_code":N,"rtt_ms":N.NNN}
 * What an event does not have is left out: ports for icmp, the last four
 * without an answer.
 */
json_t *report_event(const struct event *e);

/* udp, tcp, icmp, or its number, which is written to number. */
const char *report_protocol(uint8_t protocol, char number[4]);

/* {"inflection":N, ...}: every counter, in the table's order. */
json_t *report_counters(const uint64_t counters[REASON_COUNT]);

#endif
