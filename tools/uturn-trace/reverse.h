/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an answer means to the search of its direction. On the return path the
 * target's own kernel answers as well, where it does not turn probes: told apart
 * from a u-turn host by the TTLs.
 *
 * Pure: it counts what it has seen, and nothing else.
 */
#ifndef UTURN_TRACE_REVERSE_H
#define UTURN_TRACE_REVERSE_H

#include <stdbool.h>

#include "answers.h"
#include "search/search.h"
#include "sent.h"

enum {
	REVERSE_ALIASES = 4,
	REVERSE_TRIALS = 3, /* flows, from 1 on */
	REVERSE_REFUSED = 3, /* answers of a kernel that say that there is no u-turn */
};

struct reverse {
	const struct aim *aim;
	unsigned turned; /* answers that only a u-turn host brings */
	unsigned refused; /* answers of the target's kernel to probes that a u-turn host would have turned */
	bool has_no_quotes; /* the wire shows no quoted header */
	bool is_server, is_no_server; /* uturn-request(7): known to be one, or not */
	bool is_kernel_heard; /* the target has answered a datagram that is not turned */
	bool needs_turning; /* it answers none, as behind a firewall, but its inflection point answers what is turned */
	bool has_no_kinds; /* it is one that names who has answered, and not how: the reference server */
	struct addr
		outside; /* who has answered a request with SEARCH_FAR_HOP: this host, or a NAT box in front of it; family 0: not known */
	uint8_t distance; /* of the first flow over UDP, as the target has quoted it; 0: not known */
	/* addresses of the target's own at which probes expired: its inflection point */
	struct addr aliases[REVERSE_ALIASES];
	unsigned alias_count;
	uint8_t longer[FLOWS_COUNT / 8 + 1]; /* bits: flows that are known to go further than the first one */
	bool has_sent_back; /* where replies quote nothing, one had no more TTL than a u-turn host gives it */
	bool answers_itself; /* where replies quote nothing, the target has replied where a u-turn host would not: there is none */
	/*
	 * A kernel may answer no more than six probes at once. So the first question whether the target turns
	 * probes is none of its own, but the probe of a flow that the forward path asks for anyway: the answer
	 * of a kernel counts for that, and without it the flow is asked again.
	 */
	unsigned trials_wanted, trials; /* trials: bits by flow, of those that have been asked */
	bool has_trial_turned; /* something has answered as a kernel would not */
	uint64_t trial_ns; /* when the last one was sent */
};

/*
 * What a probe of the forward path is to be, in *out. At the target's distance, 0
 * if that is not known, it has a TTL that no u-turn host takes for its own, so
 * that the target's kernel answers, and quotes what is left: the distance of every
 * flow. Not every attempt, since a host may be silent to that.
 */
void reverse_prepare(struct reverse *r, unsigned distance, const struct search_probe *p, struct sent_probe *out);

enum reverse_verdict { REVERSE_OPEN, REVERSE_NO_UTURN, REVERSE_MAY_TURN };

/* What the trials say, where their answers take no longer than timeout_ns. */
enum reverse_verdict reverse_verdict(const struct reverse *r, uint64_t now_ns, uint64_t timeout_ns);

/* False: nothing for the search. *out is what to tell it. */
bool reverse_read(struct reverse *r, const struct sent_probe *p, const struct answer *a, struct search_answer *out);

#endif
