/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/clock.h"
#include "run_state.h"
#include "search/cover.h"

static const uint64_t second_ns = 1000000000;

enum {
	FORGET_AT = 16384, /* probes: well before the indices of a run are used up */
	FADE_AT = 1000, /* sweeps of a flow: loss is that of the last quarter of an hour or more */
};

static bool is_quiet(const struct run *r)
{
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		if (r->searches[d] && (r->searches[d]->out || r->searches[d]->due_hops))
			return false;
	return true;
}

/* Answers that come later than this prove nothing any more. */
static void forget(struct run *r)
{
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		if (r->searches[d])
			search_forget_probes(r->searches[d]);
	r->sent->count = 0;
	if (getrandom(&r->identity, sizeof(r->identity), 0) != sizeof(r->identity))
		abort(); /* never for 16 bytes (getrandom(2)) */
	r->full_ns = 0;
	r->sweeps.is_forgetting = false;
}

static void begin(struct run *r, enum direction d)
{
	struct run_sweeps *s = &r->sweeps;
	uint16_t flow;

	if (!r->searches[d] || !s->counts[d])
		return;
	flow = s->flows[d][s->next[d]++ % s->counts[d]];
	loss_fade(&r->searches[d]->loss, flow, FADE_AT);
	search_sweep(r->searches[d], flow);
}

void run_begin_sweeps(struct run *r, uint64_t now_ns, uint64_t *wake_ns)
{
	struct run_sweeps *s = &r->sweeps;

	if (r->full_ns) {
		r->full_ns = 0;
		for (enum direction d = THERE; d < DIRECTIONS; d++)
			if (r->searches[d])
				search_rest(r->searches[d]);
		s->is_forgetting = true;
	}
	if (r->sent->count >= FORGET_AT)
		s->is_forgetting = true;
	if (s->is_forgetting && is_quiet(r))
		forget(r);
	if (!s->is_forgetting && !s->is_paused && now_ns >= s->due_ns) {
		s->due_ns = now_ns - s->due_ns < second_ns ? s->due_ns + second_ns : now_ns + second_ns;
		s->err = 0;
		for (enum direction d = THERE; d < DIRECTIONS; d++)
			begin(r, d);
	}
	if (s->due_ns > now_ns && s->due_ns < *wake_ns)
		*wake_ns = s->due_ns;
}

static void tell(struct run *r, enum direction d, const struct search_probe *p, const struct addr *from)
{
	const struct graph *g = &r->searches[d]->graph;
	const uint16_t node = g->cells[p->flow][p->hop].node;
	struct run_sample sample = {
		.direction = d,
		.flow = p->flow,
		.hop = p->hop,
		.sent_ms = (uint32_t)(p->sent_ns / 1000000),
		.rtt_us = p->rtt_us,
	};

	if (node != GRAPH_NONE && g->nodes[node].router != GRAPH_NONE)
		sample.expected = g->routers[g->nodes[node].router].addr;
	if (from)
		sample.from = *from;
	r->sweeps.swept(r->sweeps.owner, &sample);
}

void run_on_swept(struct run *r, enum direction d, uint32_t id, const struct addr *from)
{
	const struct search_probe *p = &r->searches[d]->probes[id];

	if (r->phase == PHASE_SWEEP && p->purpose == SEARCH_FOR_LOSS)
		tell(r, d, p, from);
}

/* What the trace has sent is of no use to sweeps, and its answers may come no more. */
static void rest(struct run *r)
{
	struct run_sweeps *s = &r->sweeps;

	for (unsigned i = 0; i < r->sent->count; i++)
		s->is_by_request |= r->sent->probes[i].is_request && r->sent->probes[i].id != SEARCH_NONE;
	for (enum direction d = THERE; d < DIRECTIONS; d++) {
		if (!r->searches[d])
			continue;
		search_rest(r->searches[d]);
		s->counts[d] = cover_flows(&r->searches[d]->graph, s->flows[d], LOSS_FLOWS);
	}
	s->is_forgetting = true;
	r->reverse.trials_wanted = 0; /* a sweep asks for the target itself */
}

enum run_end run_sweep(struct run *r, run_swept *swept, void *owner, char *why, size_t why_size)
{
	r->sweeps = (struct run_sweeps){ .swept = swept, .owner = owner, .due_ns = clock_ns(CLOCK_MONOTONIC) };
	rest(r);
	r->phase = PHASE_SWEEP;
	r->full_ns = 0;
	run_loop(r);
	if (r->err) {
		snprintf(why, why_size, "%s", run_words_of(r->err));
		return RUN_FAILED;
	}
	return r->is_interrupted ? RUN_INTERRUPTED : RUN_DONE;
}

void run_pause(struct run *r, bool is_paused)
{
	r->sweeps.is_paused = is_paused;
}

void run_stop(struct run *r)
{
	r->is_interrupted = true;
	ev_break(r->ev, EVBREAK_ALL);
}

const char *run_sweep_error(const struct run *r)
{
	return r->sweeps.err ? run_words_of(r->sweeps.err) : NULL;
}

const uint16_t *run_sweep_flows(const struct run *r, enum direction d, unsigned *count)
{
	*count = r->sweeps.counts[d];
	return r->sweeps.flows[d];
}

const struct search *run_search(const struct run *r, enum direction d)
{
	return r->searches[d];
}
