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

enum { REVERSE_ALIASES = 4 };

struct reverse {
	const struct aim *aim;
	unsigned turned; /* answers that only a u-turn host brings */
	unsigned refused; /* answers of the target's kernel to probes that a u-turn host would have turned */
	bool has_no_quotes; /* the wire shows no quoted header */
	bool is_server, is_no_server; /* uturn-request(7): known to be one, or not */
	uint8_t distance; /* of the first flow over UDP, as the target has quoted it; 0: not known */
	/* addresses of the target's own at which probes expired: its inflection point */
	struct addr aliases[REVERSE_ALIASES];
	unsigned alias_count;
	uint8_t longer[FLOWS_COUNT / 8 + 1]; /* bits: flows that are known to go further than the first one */
};

/*
 * The TTL for a probe of the forward path. At the known distance it is one that no
 * u-turn host takes for its own, so that the target's kernel answers, and quotes
 * what is left: the distance of every flow. The first attempt only, since a host
 * may be silent to that.
 */
uint8_t reverse_ttl(const struct reverse *r, const struct search_probe *p);

/* False: nothing for the search. *out is what to tell it. */
bool reverse_read(struct reverse *r, const struct sent_probe *p, const struct answer *a, struct search_answer *out);

#endif
