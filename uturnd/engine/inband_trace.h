/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trace along one TCP connection: which probes were sent, which were
 * answered, and what is due next. No packets here, and no clock: times are the
 * caller's, in ns.
 *
 * A probe is the byte at base - 1 - id, where base does not change during the
 * trace, and the id stands for TTL and attempt. So any answer that names the
 * byte names the probe, however late it comes.
 */
#ifndef UTURN_ENGINE_INBAND_TRACE_H
#define UTURN_ENGINE_INBAND_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/position.h"
#include "packet/addr.h"

enum {
	INBAND_HOPS = 32,
	INBAND_ATTEMPTS = 3,
	INBAND_TRIES = INBAND_ATTEMPTS + 1, /* the second chance of a hop that has answered none of them */
	INBAND_IDS = INBAND_HOPS * INBAND_TRIES
};

struct flow {
	struct addr local, peer;
	uint16_t local_port, peer_port;
};

enum inband_trace_kind { INBAND_UNANSWERED, INBAND_EXPIRED, INBAND_UNREACHABLE, INBAND_TOO_BIG, INBAND_REACHED };

struct inband_trace_probe {
	uint64_t sent_ns; /* 0: not sent */
	uint64_t rtt_ns; /* where it is answered */
	struct addr router; /* or the peer itself */
	uint8_t kind; /* enum inband_trace_kind */
	uint8_t icmp_type, icmp_code;
};

/* Why a trace is over. */
enum inband_trace_end {
	INBAND_END_REACHED, /* the peer has acknowledged a probe */
	INBAND_END_MAX_TTL, /* every probe was sent, and the peer has answered none */
	INBAND_END_CLOSED, /* the connection ended */
	INBAND_END_BUSY, /* the connection never had everything acknowledged */
	INBAND_END_IDLE, /* nothing was sent on it */
	INBAND_END_LIMIT, /* the connection has sent too little, or the rate limit left no room */
};

struct inband_trace {
	struct flow flow;
	struct position position;
	uint64_t asked_ns, began_ns; /* began 0: still waiting for a quiet moment */
	uint64_t widened_ns; /* when asked_to was set */
	uint64_t sent_ns; /* the last probe of all */
	uint64_t rtt_ns, rtt_var_ns; /* SRTT and RTTVAR of the connection (RFC 6298); 0: unknown */
	uint64_t sent_bytes; /* on the connection, acknowledged, when the trace was asked for */
	uint32_t base;
	uint8_t max_ttl, attempts; /* as asked for */
	uint8_t ids; /* the highest id that is an old byte of the connection */
	uint8_t expected_end; /* by the TTL of the peer's segments; 0: unknown */
	uint8_t asked_to, answered_to; /* highest TTL asked, and answered by a router */
	uint8_t end_ttl, nat_ttl; /* least TTL that reached the peer, and its NAT box; 0: none yet */
	uint8_t router_ttl; /* highest TTL at which a router has answered with an address of its own */
	uint8_t probe_count;
	uint32_t told_silent; /* bits by TTL - 1 */
	struct inband_trace_probe probes[INBAND_IDS + 1]; /* by id */
};

static inline unsigned inband_trace_id(unsigned ttl, unsigned attempt) /* attempt 0..INBAND_TRIES - 1 */
{
	return attempt * INBAND_HOPS + ttl;
}

static inline unsigned inband_trace_ttl(unsigned id)
{
	return (id - 1) % INBAND_HOPS + 1;
}

static inline unsigned inband_trace_attempt(unsigned id)
{
	return (id - 1) / INBAND_HOPS;
}

/* The id of the probe with this sequence number, or 0 where none was sent. */
unsigned inband_trace_id_of(const struct inband_trace *t, uint32_t seq);

enum inband_trace_step { INBAND_STEP_WAIT, INBAND_STEP_SEND, INBAND_STEP_SILENT, INBAND_STEP_END };

struct inband_trace_action {
	enum inband_trace_step step;
	uint64_t due_ns; /* INBAND_STEP_WAIT: look again then */
	unsigned ttl, attempt; /* INBAND_STEP_SEND, INBAND_STEP_SILENT */
	enum inband_trace_end end;
};

/* What is to be done now: the caller does it and asks again, or waits until a time to come. */
struct inband_trace_action inband_trace_next(struct inband_trace *t, uint64_t now_ns);

void inband_trace_sent(struct inband_trace *t, unsigned id, uint64_t now_ns);
void inband_trace_answered(struct inband_trace *t, unsigned id, const struct inband_trace_probe *answer);

#endif
