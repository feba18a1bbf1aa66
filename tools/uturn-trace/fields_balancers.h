/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The balancers that the searches have found, and what ask_fields.c keeps of each. */
#ifndef UTURN_TRACE_FIELDS_BALANCERS_H
#define UTURN_TRACE_FIELDS_BALANCERS_H

#include <stdbool.h>
#include <stdint.h>

#include "question.h"
#include "search/fields.h"

enum { FIELDS_DSCPS = 17, FIELDS_VALUES = 64 /* of other fields */ };

/* What the balancer has quoted of a base, as it has come there. */
struct seen {
	uint8_t dscp;
	uint16_t from_port, sum_delta;
	uint32_t label;
	unsigned nat; /* QUOTE_NAT bits */
};

/* One balancer, as the search knows it; same place as in the fields. */
struct place {
	enum direction direction;
	uint16_t router; /* of the graph */
	uint8_t hop;
	uint16_t flows[FIELDS_BASES], next[FIELDS_BASES]; /* of its bases: the search's flow, and the router behind */
	struct seen seen[FIELDS_BASES];
	unsigned known; /* bits by enum record_field: the search has found that it chooses by these */
	bool is_checked; /* the search has found that it does not choose by packet */
	bool has_end; /* the target is one of its ways */
};

struct ask_fields {
	struct question_world world;
	struct fields fields;
	struct place places[FIELDS_BALANCERS];
};

bool fields_are_of_icmp(const struct ask_fields *a);
/* Fills *a, whose world is set; false: there are none. */
bool fields_balancers_find(struct ask_fields *a, double confidence);

#endif
