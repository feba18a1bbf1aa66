/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "distance.h"

#include "pace.h"

enum {
	WAVE = 12,
	NEAR_THE_EDGE = 2,
	FAR_WAIT_MS = 300, /* for the answer to the far probe */
	WAVE_MS = 1,
	WAVE_SLOW_MS = 30, /* behind a hop that has not answered, where no far probe tells how far hops go */
};

static const uint64_t ms_ns = 1000000;

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* A router that the paths go on behind? */
static bool goes_on(const struct search *s, unsigned hop)
{
	for (unsigned n = s->graph.hops[hop].first_node; n != GRAPH_NONE; n = s->graph.nodes[n].next) {
		const struct graph_node *node = &s->graph.nodes[n];

		if (node->router != GRAPH_NONE && !node->is_reached && (node->flows || node->repeats))
			return true;
	}
	return false;
}

/* Of the first flow: has it reached the target, and may do so at a nearer hop of which no answer has come yet? */
static bool may_be_nearer(const struct search *s)
{
	if (s->is_distance_quoted)
		return false;
	for (unsigned h = s->answered_to + 1u; h < s->graph.distances[0]; h++) {
		if (s->graph.cells[0][h].state == GRAPH_CELL_ASKED)
			return true;
	}
	return false;
}

static unsigned find_last(const struct search *s)
{
	unsigned last = GRAPH_HOPS;

	if (!s->is_distance_known)
		return s->is_tail_silent || s->has_timed_out ? s->answered_to : 0;
	if (may_be_nearer(s))
		return s->answered_to;
	while (last && !s->ends_at[last])
		last--;
	while (last < s->settings.max_ttl && goes_on(s, last))
		last++;
	return smaller(last, s->settings.max_ttl);
}

static void update_last(struct search *s)
{
	unsigned last = find_last(s);

	if (last == s->last_hop)
		return;
	s->last_hop = (uint8_t)last;
	s->dirty_hops = ~0ULL;
}

bool distance_has_wave(const struct search *s)
{
	return !s->is_distance_known && !s->is_tail_silent && s->wave_hop <= s->wave_to;
}

uint64_t distance_wave_ns(const struct search *s)
{
	const bool is_slow = !s->settings.has_far_probe && !s->settings.ahead && s->wave_hop > 1 &&
		s->graph.cells[0][s->wave_hop - 1].state != GRAPH_CELL_ANSWERED;

	return s->wave_ns + (is_slow ? WAVE_SLOW_MS - WAVE_MS : 0) * ms_ns;
}

void distance_on_far(struct search *s, uint64_t now_ns)
{
	const uint64_t wait_ns = FAR_WAIT_MS * ms_ns;

	s->wave_ns = now_ns + (wait_ns < s->settings.timeout_ns ? wait_ns : s->settings.timeout_ns);
}

void distance_on_far_answer(struct search *s, uint64_t now_ns, unsigned refused_at)
{
	if (s->wave_hop != 1)
		return;
	s->wave_ns = now_ns;
	s->far_end = (uint8_t)refused_at;
	if (refused_at && refused_at < s->wave_to)
		s->wave_to = (uint8_t)refused_at;
}

bool distance_is_too_far(const struct search *s, unsigned hop)
{
	return !s->is_distance_known && !s->is_tail_silent && hop > (unsigned)s->answered_to + s->settings.gap;
}

static unsigned gap(const struct search *s)
{
	return s->settings.ahead ? smaller(s->settings.gap, s->settings.ahead) : s->settings.gap;
}

/* Hops behind the last answer that have proven silent; what was given up too early is asked again. */
static bool has_silent_end(struct search *s)
{
	unsigned to = smaller(s->answered_to + gap(s), s->settings.max_ttl);
	bool is_silent = true;

	for (unsigned h = 1; h <= to; h++) {
		struct graph_cell *cell = graph_cell(&s->graph, 0, h);

		if (cell->state == GRAPH_CELL_UNKNOWN && h < s->wave_hop && pace_push(s, 0, h, SEARCH_FOR_FLOWS))
			graph_ask(&s->graph, 0, h);
		is_silent &= cell->state == GRAPH_CELL_ANSWERED || cell->state == GRAPH_CELL_SILENT;
	}
	return is_silent;
}

void distance_widen(struct search *s)
{
	unsigned most = s->settings.max_ttl;

	if (s->is_distance_known && !s->is_distance_quoted)
		update_last(s);
	if (s->is_distance_known || s->is_tail_silent || s->is_resting)
		return;
	if (s->settings.ahead)
		s->wave_to = (uint8_t)smaller(s->answered_to + s->settings.ahead, most);
	else if (s->wave_to < most && s->answered_to + (s->far_end ? 0 : NEAR_THE_EDGE) >= s->wave_to)
		s->wave_to = (uint8_t)smaller(s->wave_to + WAVE, most);
	/* the wave itself comes back long before anything has timed out */
	if ((s->has_timed_out || s->answered_to == most) && has_silent_end(s))
		s->is_tail_silent = true;
	update_last(s);
}

void distance_on_end(struct search *s, unsigned flow, unsigned hop)
{
	unsigned before = s->graph.distances[flow];

	if (before && before <= hop)
		return;
	if (before)
		s->ends_at[before]--;
	s->ends_at[hop]++;
	graph_end_flow(&s->graph, flow, hop);
	if (s->ends_at[hop] == 1 || before)
		s->dirty_hops = ~0ULL; /* flows that have ended count for all hops behind */
	s->is_distance_known = true;
	update_last(s);
}

void distance_on_router(struct search *s, unsigned hop)
{
	if (hop > s->answered_to) {
		s->answered_to = (uint8_t)hop;
		if (s->settings.ahead)
			s->dirty_hops = ~0ULL;
	}
	if (hop >= s->last_hop || !s->is_distance_known)
		update_last(s);
}
