/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every probe that a run has sent, by its index (identity.h): of which search
 * it is, and what its answer has shown beside what the search keeps.
 *
 * Fixed capacity; the pages of probes that are never sent are never touched.
 */
#ifndef UTURN_TRACE_SENT_H
#define UTURN_TRACE_SENT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "identity.h"
#include "packet/extension.h"
#include "packet/quote_compare.h"
#include "variation.h"

enum direction { THERE, BACK, DIRECTIONS };
enum { NOTE_LABELS = 4 };

/* What an answer says of the path, kept of the first one. */
struct note {
	struct quote_changes changes; /* fields 0: none */
	struct mpls_label labels[NOTE_LABELS];
	uint8_t label_count;
	bool has_rtt;
	uint32_t rtt_us; /* has_rtt: as the server of a request has measured it */
	char interface[INTERFACE_NAME_SIZE]; /* its name or address; "": not said */
	struct addr interface_addr; /* family 0: not said */
};

struct sent_probe {
	uint32_t id; /* of its search, or the reference of its question; SEARCH_NONE of search/state.h: of none */
	uint16_t flow; /* of the run: sent_flow() of the one of its search */
	uint8_t hop, ttl;
	uint8_t direction; /* enum direction */
	uint8_t question; /* 0: of a search, else 1 + which of the run's questions */
	uint16_t variation; /* in variations; 0: none */
	bool is_request;
	bool is_udp; /* whatever the run sends else, and with nothing that a server answers */
	bool is_short; /* as in identity.h */
	bool is_neutral; /* as in identity.h */
	bool is_trial; /* of the forward path, at the target: a u-turn host would turn it */
	bool is_answered, is_by_datagram; /* the first answer was a datagram, which the kernel's own error follows */
	struct note note;
};

struct sent {
	unsigned count;
	uint16_t flow_base;
	const uint16_t *flows; /* of the run, by those of its searches; NULL: flow_base more, and all there are */
	unsigned flow_count; /* of flows */
	struct variations variations;
	struct sent_probe probes[IDENTITY_COUNT];
};

/* The run's flow of a search's. */
static inline unsigned sent_flow(const struct sent *s, unsigned own)
{
	return s->flows ? s->flows[own < s->flow_count ? own : 0] : s->flow_base + own;
}

/* The search's flow of a run's; UINT_MAX: its searches do not ask it. */
static inline unsigned sent_own(const struct sent *s, unsigned flow)
{
	if (!s->flows)
		return flow >= s->flow_base ? flow - s->flow_base : UINT_MAX;
	for (unsigned own = 0; own < s->flow_count; own++)
		if (s->flows[own] == flow)
			return own;
	return UINT_MAX;
}

#endif
