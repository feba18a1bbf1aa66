/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traces that run along TCP connections of this host, by index, and what
 * the front end for them (inband.h) did last.
 *
 * A trace is its own record of what is out, and not a flight each: the quote
 * of a router names the connection and, by the byte, the probe, which is as
 * strict, and no flood of other probes can evict it.
 */
#ifndef UTURN_ENGINE_INBAND_TABLE_H
#define UTURN_ENGINE_INBAND_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/inband_trace.h"
#include "packet/bytes.h"

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

struct inband_table {
	struct inband_trace *traces;
	uint64_t due_ns[INBAND_TRACES]; /* when there is something to do; 0: no trace */
	uint32_t hashes[INBAND_TRACES]; /* of the connections, to find one without looking at all */
	unsigned running;
	uint64_t key[2];
	struct inband_report report; /* valid until the next event of the engine */
};

size_t inband_table_bytes(void);
/* memory: inband_table_bytes() of zeroes, aligned for any type; key: random. */
void inband_table_init(struct inband_table *t, void *memory, const uint64_t key[2]);

/* The index of the trace of this connection that runs, or -1. */
int inband_table_find(const struct inband_table *t, const struct flow *flow);
/* How many run to the network of this peer. */
unsigned inband_table_count(const struct inband_table *t, const struct addr *peer);
/* A copy of this trace, at a free index, due at once; there must be one. */
int inband_table_add(struct inband_table *t, const struct inband_trace *trace, uint64_t now_ns);
/* It ends, and its index is free. */
void inband_table_stop(struct inband_table *t, int index);
/* It is due at once. */
void inband_table_wake(struct inband_table *t, int index, uint64_t now_ns);
/* What the kernel says about the state of the connection, as position_set() has it. */
void inband_table_set_position(struct inband_table *t, int index, const struct position_told *told, uint64_t now_ns);
/* When the first of them is due; UINT64_MAX: none runs. */
uint64_t inband_table_due_ns(const struct inband_table *t);

#endif
