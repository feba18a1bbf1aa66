/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked when the searches are done: by which field a balancer chooses,
 * which addresses are one router, how large a packet may be. A run asks its
 * questions one after another, within the rate and the deadline of the run.
 *
 * A question sees no packets: it says which probe is due, and is told what the
 * answer was. Times are CLOCK_MONOTONIC in ns, and the caller's.
 */
#ifndef UTURN_TRACE_QUESTION_H
#define UTURN_TRACE_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "record/trace_record.h"
#include "search/search.h"
#include "sent.h"
#include "variation.h"

/* A probe of a question, and the number that its answer is told with. */
struct question_probe {
	uint32_t reference;
	uint16_t flow; /* of the run: the flow_base of sent.h is in it */
	uint8_t ttl; /* as it is sent */
	uint8_t direction; /* enum direction: of which path the answer is */
	bool is_udp; /* whatever the run sends else */
	bool is_short; /* as in identity.h */
	struct variation variation;
};

/* What the searches have found, borrowed by the question until it is closed. */
struct question_world {
	const struct aim *aim;
	const struct search *const *searches; /* DIRECTIONS of them; NULL: no return path */
	const struct sent *sent; /* what was answered to the searches' probes, beside what they keep */
	uint16_t flow_base;
	bool has_uturn; /* the return path is of probes that the target has turned */
	uint64_t timeout_ns; /* of a probe, at most */
};

struct question {
	void *state;
	/* Like search_next(): a probe counts as sent at now_ns. SEARCH_WAIT sets *until_ns. */
	enum search_step (*next)(void *state, uint64_t now_ns, struct question_probe *p, uint64_t *until_ns);
	/* The system has refused the last probe; it is asked for again. */
	void (*refused)(void *state, uint32_t reference);
	/* May be told more than once of a probe. */
	void (*answered)(void *state, uint64_t at_ns, uint32_t reference, const struct answer *a);
	/* Adds what is known to a record that holds the searches' routers; false: no memory. */
	bool (*fill)(const void *state, struct trace_record *record);
	void (*close)(void *state);
};

#endif
