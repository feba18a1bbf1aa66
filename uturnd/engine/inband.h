/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door for TCP connections of this host: probes that look like the
 * connection's own segments, and go the way that those go.
 *
 * A trace is its own record of what is out, and not a flight each: the quote
 * of a router names the connection and, by the byte, the probe, which is as
 * strict, and no flood of other probes can evict it.
 *
 * on_error, on_segment and on_time are called by the engine only, the others
 * by whoever takes the wishes. What there is to tell is in `report`, valid
 * until the next call into the engine.
 */
#ifndef UTURN_ENGINE_INBAND_H
#define UTURN_ENGINE_INBAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/inband_trace.h"
#include "packet/bytes.h"
#include "packet/icmp_error.h"
#include "packet/reason.h"

struct engine;

enum { INBAND_TRACES = 256, INBAND_TRACES_PER_PROBER = INBAND_TRACES / 2 };

enum inband_report_kind { INBAND_REPORT_NONE, INBAND_REPORT_HOP, INBAND_REPORT_SILENT, INBAND_REPORT_DONE };

struct inband_report {
	enum inband_report_kind kind;
	unsigned index; /* of the trace */
	const struct inband_trace *trace;
	unsigned ttl, attempt; /* HOP; SILENT: attempts made */
	const struct inband_trace_probe *answer; /* HOP */
	struct span objects; /* HOP: of the extension, as in struct icmp_error */
	enum inband_trace_end end; /* DONE: the trace is over, and its index free */
};

struct inband {
	struct inband_trace *traces;
	uint64_t due_ns[INBAND_TRACES]; /* when there is something to do; 0: no trace */
	uint32_t tags[INBAND_TRACES]; /* of the connections, to find one without looking at all */
	unsigned running;
	uint64_t key[2];
	struct inband_report report;
};

size_t inband_bytes(void);
/* memory: inband_bytes() of zeroes, aligned for any type; key: random. */
void inband_init(struct inband *d, void *memory, const uint64_t key[2]);

struct inband_parameters {
	struct flow flow;
	uint8_t max_ttl, attempts; /* 1.. */
	uint64_t sent_bytes; /* on the connection and acknowledged, at least */
	uint64_t rtt_ns; /* of the connection; 0: unknown */
};

/* The trace of this connection that runs, or -1. */
int inband_find(const struct inband *d, const struct flow *flow);
/* A new trace's index, or -1 with words in *why. No packet leaves before the engine is next asked what time brings. */
int inband_start(struct engine *e, const struct inband_parameters *wish, uint64_t now_ns, const char **why);
/* The kernel's own word on where the connection stands. */
void inband_set_position(struct inband *d, int index, uint32_t snd_una, uint32_t snd_nxt, uint64_t now_ns);
/* Nobody wants to know any more. */
void inband_stop(struct inband *d, int index);

/* REASON_OK: no segment that says anything new. */
enum reason inband_on_segment(struct engine *e, const struct tcp_segment *s, bool is_ours, uint64_t now_ns);
/* REASON_NO_FLIGHT: about no probe of ours. */
enum reason inband_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns);
/* REASON_OK: nothing to do now. */
enum reason inband_on_time(struct engine *e, uint64_t now_ns, struct writer *out);

#endif
