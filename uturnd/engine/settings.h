/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine reads of the configuration, with the meaning that
 * uturnd.conf(5) gives it: no paths, users or queues. Plain memory without
 * pointers. settings.c is the only file here that knows struct config.
 */
#ifndef UTURN_ENGINE_SETTINGS_H
#define UTURN_ENGINE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/choices.h"
#include "packet/addr.h"

struct config;

struct engine_settings {
	uint32_t in_flight; /* capacity of the table of flights; the sizes of all other tables follow from it */
	uint64_t keep_ns; /* how long a flight waits for its answer */
	uint8_t max_ttl; /* of a probe as it arrives */
	enum turn turn;
	enum tcp_answer tcp_answer;
	enum answer_from answer_from4, answer_from6;
	uint8_t contact[CONFIG_CONTACT_SIZE], contact_size; /* bytes, without the zero behind them; 0: none */
	enum inflection inflection; /* where the family has no address of its own below */
	struct addr inflection4, inflection6; /* family 0: none */
	bool reach_check;
	bool pace; /* repeated probes for rate-limited routers are refused */
	bool turns_others; /* UDP-Lite, DCCP and whatever else is not UDP, TCP or ICMP */
	bool request, require_padding;
	uint32_t limit_per_prober, limit_per_network, limit_total; /* probes a second */
	/* longest prefix first: the first that contains a prober decides */
	struct access access[CONFIG_PREFIXES];
	unsigned access_count;
	/* requesters that may name another host, and the hosts that they may name */
	struct prefix request_from[CONFIG_REQUEST_PREFIXES], request_target[CONFIG_REQUEST_PREFIXES];
	unsigned request_from_count, request_target_count;
};

struct engine_settings engine_settings_of(const struct config *config);

/* Is this the target's address, or the inflection point's? No packet from outside may have it as its source. */
bool engine_settings_is_ours(const struct engine_settings *s, const struct addr *a, const struct addr *target);

#endif
