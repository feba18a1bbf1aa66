/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine did last, for those who watch. Plain memory; the engine
 * overwrites it at the next event.
 */
#ifndef UTURN_ENGINE_EVENT_H
#define UTURN_ENGINE_EVENT_H

#include <stdint.h>

#include "packet/addr.h"
#include "packet/reason.h"

struct event {
	uint64_t at_ns; /* time of the event, CLOCK_MONOTONIC */
	uint64_t rtt_ns; /* return probe out to answer in; 0 where there is none */
	enum reason reason; /* INFLECTION, SILENT, TURNED, RELAYED, ARRIVED, CHECKED, EXPIRED, or a refusal */
	struct addr prober, target;
	struct addr router; /* who answered; family 0: nobody */
	uint16_t prober_port, target_port; /* 0 for ICMP */
	uint8_t protocol; /* IANA number */
	uint8_t ttl; /* arrival TTL of the probe */
	uint8_t icmp_type, icmp_code; /* of the router's answer */
};

#endif
