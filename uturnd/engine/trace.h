/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One trace along one TCP connection: what was asked, what was answered, and
 * what is due next. No packets here, and no clock: times are the caller's.
 *
 * A probe is the byte at base - 1 - id, where base stands still from the
 * beginning of the trace, and the id says TTL and attempt. So any answer that
 * names the byte names the probe, however late it comes.
 */
#ifndef UTURN_ENGINE_TRACE_H
#define UTURN_ENGINE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/position.h"
#include "packet/addr.h"

enum { TRACE_HOPS = 32, TRACE_ATTEMPTS = 3, TRACE_IDS = TRACE_HOPS * TRACE_ATTEMPTS };

struct flow {
	struct addr local, peer;
	uint16_t local_port, peer_port;
};

enum trace_kind { TRACE_UNANSWERED, TRACE_EXPIRED, TRACE_UNREACHABLE, TRACE_TOO_BIG, TRACE_REACHED };

struct trace_probe {
	uint64_t sent_ns; /* 0: not sent */
	uint64_t rtt_ns; /* where it is answered */
	struct addr router; /* or the peer itself */
	uint8_t kind; /* enum trace_kind */
	uint8_t icmp_type, icmp_code;
};

/* Why a trace is over. */
enum trace_end {
	TRACE_END_REACHED, /* the peer said so */
	TRACE_END_MAX_TTL, /* everything asked, and the peer not among those who answered */
	TRACE_END_CLOSED, /* the connection ended */
	TRACE_END_BUSY, /* the connection never had everything acknowledged */
	TRACE_END_IDLE, /* nothing was said on it */
	TRACE_END_LIMIT, /* the connection has sent too little, or the rate limit left no room */
};

struct trace {
	struct flow flow;
	struct position position;
	uint64_t asked_ns, began_ns; /* began 0: still listening */
	uint64_t rtt_ns; /* of the connection; 0: unknown */
	uint64_t sent_bytes; /* on the connection, acknowledged, when the trace was asked for */
	uint32_t base;
	uint8_t max_ttl, attempts; /* as asked for */
	uint8_t ids; /* the highest id that is an old byte of the connection */
	uint8_t asked_to, answered_to; /* highest TTL asked, and answered by a router */
	uint8_t end_ttl, nat_ttl; /* least TTL that reached the peer, and its NAT box; 0: none yet */
	uint8_t probe_count;
	uint32_t told_silent; /* bits by TTL - 1 */
	struct trace_probe probes[TRACE_IDS + 1]; /* by id */
};

static inline unsigned trace_id(unsigned ttl, unsigned attempt) /* attempt 0.. */
{
	return attempt * TRACE_HOPS + ttl;
}

static inline unsigned trace_ttl(unsigned id)
{
	return (id - 1) % TRACE_HOPS + 1;
}

static inline unsigned trace_attempt(unsigned id)
{
	return (id - 1) / TRACE_HOPS;
}

/* The id of the probe with this sequence number, or 0 where none was sent. */
unsigned trace_id_of(const struct trace *t, uint32_t seq);

enum trace_step { TRACE_WAIT, TRACE_SEND, TRACE_SILENT, TRACE_END };

struct trace_action {
	enum trace_step step;
	uint64_t due_ns; /* TRACE_WAIT: look again then */
	unsigned ttl, attempt; /* TRACE_SEND, TRACE_SILENT */
	enum trace_end end;
};

/* What is to be done now: the caller does it and asks again, or waits until a time to come. */
struct trace_action trace_next(struct trace *t, uint64_t now_ns);

void trace_sent(struct trace *t, unsigned id, uint64_t now_ns);
void trace_answered(struct trace *t, unsigned id, const struct trace_probe *answer);

#endif
