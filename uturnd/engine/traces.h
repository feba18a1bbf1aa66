/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which traces go on and which have ended, for the operator: a trace is what one
 * prober sends to one target by one front end and protocol (and connection, if
 * in-band). It begins with a probe that is accepted, and ends when 10 s have
 * brought no further probe, 3 s once its end has arrived: a client sends the
 * rest of its probes for the last hop after the first answer.
 *
 * Fixed memory, told by events alone, one hash for an event. A new trace takes
 * the place of another of its set where all are taken: of one that had a single
 * probe, so that forged sources do not evict traces, else of the least recent.
 * That one is counted and not kept.
 *
 * Another process may read while this one writes: traces_read_open() and
 * traces_read_ended() return whole copies. Times are in ns, CLOCK_MONOTONIC.
 */
#ifndef UTURN_ENGINE_TRACES_H
#define UTURN_ENGINE_TRACES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/event.h"
#include "engine/shard.h"
#include "packet/addr.h"

enum { TRACES_OPEN = 1024, TRACES_ENDED = 1024, TRACES_WAYS = 4 };
enum {
	TRACE_HOPS = 63, /* of which answers are kept */
	TRACE_KEPT = 3, /* answers at a hop, the last ones */
	TRACE_ROUTERS = 64, /* of one trace; answers of further ones are counted, not kept */
};

enum trace_end {
	TRACE_ARRIVED, /* the end of the return path, or in-band the peer, has answered */
	TRACE_STOPPED, /* there were no more probes */
	TRACE_LIMITED, /* that, after a probe that a limit had dropped */
	TRACE_ENDS
};

/*
 * Hops are those of the return path, counted from this host: 1 is index and bit
 * 0. What every probe changes comes first, in one line of the cache.
 */
struct trace {
	uint32_t probes; /* that arrived, those dropped by a limit as well; in-band and by request: that were sent */
	uint32_t slowest_us; /* of all answers of routers; 0: none */
	uint64_t probed_ns, active_ns; /* the last probe; that, or an answer after it */
	uint64_t asked; /* a bit for each hop that a probe was sent to */
	uint8_t front, protocol; /* enum front_end; IANA number */
	uint8_t ttl; /* of the last probe, as in struct event */
	uint8_t end; /* enum trace_end; meaningless while the trace goes on */
	bool is_arrived, is_limited;
	uint8_t end_hop; /* the least at which the end of the path has answered, or is assumed; 0: none */
	uint8_t router_count;
	uint8_t slowest; /* index of the router that it came from */
	uint64_t id; /* never 0, of no other trace of this uturnd */
	uint64_t began_ns, ended_ns;
	struct addr prober, target;
	uint8_t answers[TRACE_HOPS]; /* at each hop, 255 means 3 or more; of the last TRACE_KEPT: */
	uint8_t routers_of[TRACE_HOPS][TRACE_KEPT]; /* index of routers */
	uint32_t rtt_us[TRACE_HOPS][TRACE_KEPT];
	struct addr routers[TRACE_ROUTERS]; /* the first router_count */
};

/* An even version is that of a whole trace. */
struct trace_slot {
	uint32_t version;
	struct trace trace;
} __attribute__((aligned(64)));

struct trace_place {
	uint64_t hash; /* 0: unused */
	uint64_t due_ns; /* when it ends unless a probe comes */
};

struct traces {
	uint64_t key[2];
	struct shard shard;
	unsigned count; /* that go on */
	uint64_t next_ns; /* before this none is due */
	uint64_t opened, evicted;
	uint64_t ended; /* the last TRACES_ENDED of which are kept */
	uint64_t totals[FRONT_ENDS][TRACE_ENDS];
	struct trace_place places[TRACES_OPEN] __attribute__((aligned(64)));
	struct trace_slot open[TRACES_OPEN]; /* of each place */
	struct trace_slot kept[TRACES_ENDED];
};

/* t: zeroes. key: random; shard: which of several engines this is. */
void traces_init(struct traces *t, const uint64_t key[2], struct shard shard);

void traces_on_event(struct traces *t, const struct event *e);
/* Ends what is due. */
void traces_on_time(struct traces *t, uint64_t now_ns);

/* The trace of that place, 0 to TRACES_OPEN - 1; false where there is none. */
bool traces_read_open(const struct traces *t, unsigned place, struct trace *copy);
/* The number-th trace that has ended, from 1 on; false where it is not kept (any more). */
bool traces_read_ended(const struct traces *t, uint64_t number, struct trace *copy);

/* The last hop of the path as far as it is known, 0: none. What was asked behind it had no router left to answer. */
unsigned trace_last_hop(const struct trace *trace);
/* Answers of this hop that are kept, at most TRACE_KEPT. */
unsigned trace_kept(const struct trace *trace, unsigned hop);

#endif
