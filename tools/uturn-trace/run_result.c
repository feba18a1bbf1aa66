/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <stdio.h>

#include "record_fill.h"
#include "run_state.h"
#include "search/cover.h"

enum { COVER_MOST = 512 }; /* flows of one direction */

/* The slowest of the routers that limit their answers. */
static double slowest(const struct search *s)
{
	double least = 0;

	for (unsigned i = 0; i < s->graph.router_count; i++) {
		const struct graph_router *router = &s->graph.routers[i];

		if (router->is_limited && router->limit_per_s > 0 && (least <= 0 || router->limit_per_s < least))
			least = router->limit_per_s;
	}
	return least;
}

static void fill_bound(const struct run *r, struct trace_record *record)
{
	double least = 0;
	bool is_cut = r->is_interrupted;

	for (enum direction d = THERE; d < DIRECTIONS; d++) {
		const struct search *s = r->searches[d];

		if (!s)
			continue;
		if (search_bound(s) > record->bound)
			record->bound = search_bound(s);
		is_cut |= search_is_cut_off(s);
		if (least <= 0)
			least = slowest(s);
	}
	record->wanted = r->options->confidence;
	if (r->err || r->full_ns) {
		snprintf(record->cut_off, sizeof(record->cut_off), "%s",
			r->err ? run_words_of(r->err) : "more than 65535 probes");
		return;
	}
	if (record->bound <= record->wanted * 1.0001)
		return;
	if (least > 0)
		snprintf(record->cut_off, sizeof(record->cut_off), "%.2g answers/s", least);
	else if (r->is_interrupted)
		snprintf(record->cut_off, sizeof(record->cut_off), "interrupted");
	else if (r->options->paths || r->options->flow >= 0)
		snprintf(record->cut_off, sizeof(record->cut_off), "flows as asked for");
	else
		snprintf(record->cut_off, sizeof(record->cut_off), "%s", is_cut ? "deadline" : "too few answers");
}

static uint32_t capped(uint64_t count)
{
	return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

bool run_fill(const struct run *r, struct trace_record *record)
{
	const struct record_source from = {
		.aim = r->aim,
		.sent = r->sent,
		.searches = { r->searches[THERE], r->searches[BACK] },
		.began_ns = r->began_ns,
		.ended_ns = r->ended_ns,
	};
	bool has_request = false;

	for (unsigned i = 0; i < r->sent->count; i++)
		has_request |= r->sent->probes[i].is_request && r->sent->probes[i].id != SEARCH_NONE;
	snprintf(record->started, sizeof(record->started), "%s", r->started);
	snprintf(record->reverse, sizeof(record->reverse), "%s",
		!r->searches[BACK]    ? "none"
			: has_request ? "request"
				      : "uturn");
	/* the first probe reaches hosts that are further away than was asked for */
	record->is_reached = search_is_reached(r->searches[THERE]) &&
		r->searches[THERE]->graph.distances[0] <= r->options->max_ttl;
	record->is_plain = r->is_plain;
	record->sent = r->sent->count;
	record->unproven = capped(r->world.unproven);
	record->dropped = capped(r->world.dropped);
	trace_options_save(r->options, record);
	fill_bound(r, record);
	if (!record_fill(record, &from))
		return false;
	for (unsigned i = 0; i < r->question_count; i++)
		if (!r->questions[i].fill(r->questions[i].state, record))
			return false;
	return true;
}

static bool has_flow(const uint16_t *flows, unsigned count, unsigned flow)
{
	for (unsigned i = 0; i < count; i++)
		if (flows[i] == flow)
			return true;
	return false;
}

unsigned run_cover(const struct run *r, uint16_t *flows, unsigned most)
{
	uint16_t own[COVER_MOST];
	unsigned count = 0;

	for (enum direction d = THERE; d < DIRECTIONS; d++) {
		const unsigned found = r->searches[d] ? cover_flows(&r->searches[d]->graph, own, COVER_MOST) : 0;

		for (unsigned i = 0; i < found && count < most; i++) {
			const unsigned flow = sent_flow(r->sent, own[i]);

			if (!has_flow(flows, count, flow))
				flows[count++] = (uint16_t)flow;
		}
	}
	return count;
}
