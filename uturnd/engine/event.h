/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine did last, for logs and watching clients. Plain memory; the
 * engine overwrites it at the next event.
 */
#ifndef UTURN_ENGINE_EVENT_H
#define UTURN_ENGINE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/reason.h"

/* The way into the engine. */
enum front_end { FRONT_UTURN, FRONT_INBAND, FRONT_REQUEST, FRONT_ENDS };

struct event {
	uint64_t at_ns; /* time of the event, CLOCK_MONOTONIC */
	uint64_t rtt_ns; /* from our probe sent to its answer received; 0 where there is none */
	enum reason reason; /* how it ended */
	struct addr prober, target;
	struct addr router; /* the source of the answer; family 0: none */
	uint16_t prober_port, target_port; /* 0 for ICMP */
	uint8_t protocol; /* IANA number */
	uint8_t ttl; /* arrival TTL of the probe; of requests and TCP connections: the TTL that ours left with */
	uint8_t icmp_type, icmp_code; /* of the router's answer */
	uint8_t front; /* enum front_end; of ICMP errors that match nothing FRONT_UTURN */
	bool is_end; /* the end of the path has answered, or is assumed to be reached */
	bool is_limited; /* of the trace of a TCP connection: a limit has ended it */
};

#endif
