/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of uturnd.conf(5): one row each. */
#ifndef UTURN_CONFIG_CONFIG_KEYWORDS_H
#define UTURN_CONFIG_CONFIG_KEYWORDS_H

#include <stddef.h>

#include "common/keywords.h"
#include "config/config_types.h"

enum slot {
	SLOT_NONE,
	SLOT_QUEUE,
	SLOT_MAX_TTL,
	SLOT_TURN,
	SLOT_ANSWER_FROM,
	SLOT_ANSWER_FROM4,
	SLOT_ANSWER_FROM6,
	SLOT_INFLECTION,
	SLOT_INFLECTION4,
	SLOT_INFLECTION6,
	SLOT_TCP_ANSWER,
	SLOT_REACH_CHECK,
	SLOT_PACE,
	SLOT_OTHER_PROTOCOLS,
	SLOT_IN_FLIGHT,
	SLOT_KEEP,
	SLOT_LIMIT_PER_PROBER,
	SLOT_LIMIT_PER_NETWORK,
	SLOT_LIMIT_TOTAL,
	SLOT_INTERFACE,
	SLOT_CONTROL,
	SLOT_USER,
	SLOT_OPERATOR_GROUP,
	SLOT_MARK,
	SLOT_CONTACT,
	SLOT_REQUEST,
	SLOT_REQUIRE_PADDING,
	SLOT_INBAND,
	SLOT_INBAND_PORTS,
	SLOT_LOG_TRACES,
	SLOT_PEER_LISTEN4,
	SLOT_PEER_LISTEN6,
	SLOT_PEER_KEY,
	SLOT_PEER_LIMIT,
	SLOT_COUNT
};

/* What the setters fill: r->config points to one. */
struct config_draft {
	struct config config; /* first: FIELD() counts from here */
	unsigned access_seen[CONFIG_PREFIXES]; /* line of each config.access; 0: a default */
	unsigned peer_seen[CONFIG_PEERS]; /* line of each config.peers */
};

const struct keyword *config_keywords(size_t *count);

#endif
