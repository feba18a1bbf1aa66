/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a search keeps, for the modules of this folder. Others read the settings,
 * the graph and the probes, and leave the rest to search.h.
 */
#ifndef UTURN_TRACE_SEARCH_STATE_H
#define UTURN_TRACE_SEARCH_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "graph.h"
#include "loss.h"

enum {
	SEARCH_PROBES = 65536,
	SEARCH_FAR_HOP = GRAPH_HOPS, /* the first probe: surely behind the target */
	SEARCH_DUE = 128, /* probes for one hop that are planned and not yet sent */
	SEARCH_ATTEMPTS = 3,
	SEARCH_TESTED_ROUTERS = 4, /* of one hop, whether they are limited */
	SEARCH_SWEEPS = 32, /* flows that are swept at the same time */
};

/* Probes a second; one is shared by all searches that send together. */
struct search_rate {
	uint32_t per_s;
	uint32_t burst; /* after a pause so many may leave as fast as `whole` lets them; 0: none */
	uint64_t free_ns; /* when the next one would leave, all evenly spaced */
	struct search_rate *whole; /* of which it is a part; NULL: of none */
};

struct search_settings {
	double confidence; /* that anything of the graph is missed, at most; above 0, below 1 */
	uint64_t seed; /* of the order of probes */
	uint64_t timeout_ns; /* of one probe, at most */
	uint64_t deadline_ns; /* of the search, from its first search_next(); 0: none */
	uint16_t paths; /* 0: all; else so many flows at every hop, and no more */
	const uint16_t *least_flows; /* by hop - 1, GRAPH_HOPS - 1 of them: asked in any case; NULL: as few as can be */
	uint8_t queries; /* answers wanted of each flow and hop, 1.. */
	uint8_t max_ttl; /* hops, 1..GRAPH_HOPS - 1 */
	uint8_t gap; /* silent hops in a row that end a path */
	uint8_t ahead; /* hops are asked in order, so far ahead of the last answered; 0: in any order */
	bool has_far_probe; /* a first probe goes to SEARCH_FAR_HOP, whose answer may tell the distance */
	/*
	 * The TTL of a probe is its hop and this: by flow, GRAPH_FLOWS of them, the distances of the other
	 * direction. NULL: no offset. A flow that has none yet, 0, is not asked before search_on_offsets() says
	 * that there will be no more; then it has that of flow 0.
	 */
	const uint8_t *offsets;
	struct search_rate *rate;
};

enum { SEARCH_NONE = 0xffffffff };

enum search_kind {
	SEARCH_UNANSWERED,
	SEARCH_EXPIRED, /* Time Exceeded: a router */
	SEARCH_REACHED, /* the path ends here: a reply, Port Unreachable of the target, a SYN+ACK */
	SEARCH_UNREACHABLE, /* any other error: the flow ends at this router */
};

enum { SEARCH_TTL_UNKNOWN = 0 };

/* An answer as it came; the caller has found that it belongs to a probe. */
struct search_answer {
	struct addr addr;
	uint64_t marks; /* opaque; kept with the probe, or'ed into the router */
	uint8_t kind; /* enum search_kind */
	uint8_t type, code; /* of ICMP */
	uint8_t ttl_left; /* of the probe when it was quoted; SEARCH_TTL_UNKNOWN */
	uint8_t ttl_received; /* of the answer itself; SEARCH_TTL_UNKNOWN */
};

/* Why a probe was sent. */
enum search_purpose {
	SEARCH_FOR_DISTANCE, /* to SEARCH_FAR_HOP */
	SEARCH_FOR_FLOWS, /* the first answer of a flow at a hop */
	SEARCH_FOR_QUERIES, /* its further ones */
	SEARCH_FOR_PER_PACKET,
	SEARCH_FOR_LIMIT,
	SEARCH_FOR_LOSS, /* part of a sweep */
};

/* Every probe that was sent, in order; its index is its id. */
struct search_probe {
	uint64_t sent_ns;
	uint64_t marks;
	uint32_t rtt_us; /* where it is answered */
	uint32_t previous; /* of the same flow and hop; SEARCH_NONE: the first */
	uint32_t next_of_hop; /* the next that was sent to the hop; SEARCH_NONE: the last so far */
	uint16_t flow;
	uint16_t router; /* where it is answered, of the graph; else GRAPH_NONE */
	uint8_t hop, ttl, attempt; /* attempt: 1.. within flow and hop */
	uint8_t kind; /* enum search_kind */
	uint8_t type, code, ttl_left, ttl_received;
	uint8_t duplicates; /* further answers */
	uint8_t purpose; /* enum search_purpose */
	bool is_late; /* unanswered for longer than its timeout, or answered after it */
	bool is_over; /* answered or late: nothing waits for it any more */
};

/* Probes that are planned: of one flow, all alike. */
struct search_due {
	uint16_t flow;
	uint8_t purpose; /* enum search_purpose */
	uint8_t times; /* 1.. */
};

/* Is a hop one whose routers answer only so many probes a second? */
enum search_limit {
	SEARCH_UNLIMITED,
	SEARCH_TESTED, /* it fell silent: do routers that have answered before still answer? */
	SEARCH_SUSPECTED, /* they do not: it is left alone for a second, then asked one probe a second */
	SEARCH_LIMITED, /* it answered after the rest: it is asked at the rate at which it answers */
	SEARCH_SILENT, /* no limit: some of its routers do not answer at all */
};

/* A flow that a router has answered before is asked some times again. */
struct search_test {
	uint16_t flow;
	uint8_t answered;
};

/* What the search keeps of one hop beside the graph. */
struct search_hop {
	uint64_t free_ns; /* the hop's share of the rate: when the next probe would leave, evenly spaced */
	uint64_t timeout_ns;
	uint32_t rtt_most_us;
	uint32_t oldest, newest; /* probes by next_of_hop: the oldest that may not be over; SEARCH_NONE */
	uint16_t next_flow; /* none below is unknown here */
	uint16_t due_first, due_count;
	uint16_t check_out; /* probes of the check for per-packet balancing that are not over */
	bool is_check_planned, is_check_over;
	bool is_meshed_ahead, is_meshed_behind; /* with the next hop, and with the one before */

	uint8_t limit; /* enum search_limit */
	uint8_t silent_run; /* unanswered probes in a row */
	uint8_t answered_run; /* the same, answered, since it was suspected */
	uint8_t test_count, tests_out; /* routers that are tested; probes that are not over */
	struct search_test tests[SEARCH_TESTED_ROUTERS];
	uint8_t rests; /* after which nothing was answered */
	bool has_rested; /* and answered: the test is whether it can answer more at once */
	bool is_rate_found; /* a probe went unanswered at a higher rate */
	uint16_t limit_answers; /* since limit_since_ns */
	uint64_t sent_ns; /* the last probe */
	uint64_t limit_since_ns, limit_interval_ns;

	struct search_due due[SEARCH_DUE];
};

/* One that is not over. */
struct search_sweep {
	uint64_t sent, answered; /* bits by hop - 1 */
	uint16_t flow;
	uint8_t out; /* probes that are due or not over; 0: the place is free */
};

struct search {
	struct search_settings settings;
	struct graph graph;
	struct loss loss; /* of the sweeps that were asked for */

	/* the rest is for the modules of the search alone, but probes[] and probe_count */
	uint64_t began_ns, wake_ns, wave_ns, random;
	uint64_t due_hops, dirty_hops; /* bits by hop: with probes that are due; to be planned anew */
	uint64_t full_hops; /* there was no room for all that is due */
	double log_e; /* of the share of each balancer */
	unsigned balancers, balancers_elsewhere;
	uint32_t out; /* probes that are not over */
	uint16_t flows_needed[GRAPH_HOPS + 2]; /* n(k) by k; 0: not computed for these balancers */
	uint16_t ends_at[GRAPH_HOPS + 1]; /* flows whose distance is this */
	uint8_t last_hop; /* 0: not known yet */
	uint8_t wave_hop, wave_to; /* flow 0: the next hop of the first wave, and its last */
	uint8_t far_end; /* the hop at which a router has refused the far probe; 0: none has */
	uint8_t answered_to; /* the highest hop that has answered */
	bool has_begun, has_timed_out, is_distance_known, is_distance_quoted, is_tail_silent, is_cut_off, is_reached;
	bool has_all_offsets;
	bool is_resting; /* nothing is asked for but sweeps */
	struct search_hop hops[GRAPH_HOPS + 2];
	struct search_sweep sweeps[SEARCH_SWEEPS];

	uint32_t probe_count;
	struct search_probe probes[SEARCH_PROBES];
};

#endif
