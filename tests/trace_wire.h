/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A wire of uturn-trace that plays a small network, in tests: the target answers
 * at hop 4, hop 2 has two routers, by flow. What happens when is set by the run,
 * which is one more with each first probe.
 */
#ifndef UTURN_TESTS_TRACE_WIRE_H
#define UTURN_TESTS_TRACE_WIRE_H

#include "tools/uturn-trace/wire.h"

enum { TRACE_WIRE_QUEUE = 4096 };

struct trace_wire {
	struct wire wire; /* first */
	struct wire_world *world;
	unsigned runs; /* that have begun */
	/* since which run: another router at hop 2, no target; in which one nothing can be sent; 0: never */
	unsigned changes_at, gone_at, refuses_at;
	bool is_away; /* nothing can be sent, from now on */
	bool turns; /* what expires behind the target, as a u-turn host: a return path of three routers */
	unsigned queue[TRACE_WIRE_QUEUE], queued;
	void (*on_run)(struct trace_wire *w); /* a run has begun; or NULL */
};

/* Sets the wire and leaves the rest. Fails the test where it cannot. */
void trace_wire_open(struct trace_wire *w, struct wire_world *world);
void trace_wire_close(struct trace_wire *w);

/* What a run over it needs. */
struct aim trace_wire_aim(void);

#endif
