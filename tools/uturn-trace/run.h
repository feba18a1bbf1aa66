/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace from the first probe to the last: drives a search for each direction
 * over a wire, until both are done, the deadline is over, or SIGINT.
 */
#ifndef UTURN_TRACE_RUN_H
#define UTURN_TRACE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aim.h"
#include "record/trace_record.h"
#include "run_sample.h"
#include "trace_options.h"
#include "wire.h"

struct ev_loop;
struct run;
struct search;

/* Everything borrowed lives until run_close(). Returns 0 or a negative errno. */
/* is_plain: over wire_plain.h, which shows less. */
int run_open(struct run **made, struct ev_loop *ev, const struct trace_options *o, const struct aim *aim,
	bool is_plain);
bool run_is_plain(const struct run *r);
void run_close(struct run *r); /* r may be NULL */

/* What a wire needs to know, before it is opened. */
struct wire_world *run_world(struct run *r);

enum run_end { RUN_DONE, RUN_INTERRUPTED, RUN_FAILED };
/* RUN_FAILED: with words in why. */
enum run_end run_trace(struct run *r, struct wire *wire, char *why, size_t why_size);

/*
 * Ready for run_trace() again, with what is open and what the options say, but
 * for flows other than NULL: these flows of the run and no others, at every hop.
 * They are borrowed until the next call. False: no memory.
 */
bool run_renew(struct run *r, const uint16_t *flows, unsigned flow_count);

/*
 * Flows that together take every link that the last run has found, in both
 * directions; at most so many. Returns how many.
 */
unsigned run_cover(const struct run *r, uint16_t *flows, unsigned most);

/*
 * After run_trace(): one flow a second in each direction, of those that together
 * take every link, is asked at all its hops, until run_stop() or a signal. Nothing
 * else is searched for, and the probes of the trace are forgotten: run_fill() has
 * been called before.
 */
enum run_end run_sweep(struct run *r, run_swept *swept, void *owner, char *why, size_t why_size);
void run_pause(struct run *r, bool is_paused); /* of sweeps */
/* Ends run_trace() and run_sweep() as SIGINT does. */
void run_stop(struct run *r);
/* What keeps sweeps from being sent; NULL: nothing. */
const char *run_sweep_error(const struct run *r);
/* The searches' flows that are swept in this direction, lent until run_renew(). */
const uint16_t *run_sweep_flows(const struct run *r, enum direction d, unsigned *count);
/* NULL: there is no such direction. */
const struct search *run_search(const struct run *r, enum direction d);

/* Signals are watched until run_close(): ev_run() on the loop ends with one. */
bool run_is_interrupted(const struct run *r);

/* What was found, as far as it came; false: no memory. */
bool run_fill(const struct run *r, struct trace_record *record);

#endif
