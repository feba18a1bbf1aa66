/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search.h"

#include "bound.h"
#include "distance.h"
#include "limit.h"
#include "pace.h"
#include "plan.h"
#include "sweep.h"

static const uint64_t ms_ns = 1000000;

struct search_settings search_defaults(void)
{
	return (struct search_settings){ .confidence = 0.05,
		.timeout_ns = 2000 * ms_ns,
		.deadline_ns = 30000 * ms_ns,
		.queries = 1,
		.max_ttl = 32,
		.gap = 5,
		.has_far_probe = true };
}

void search_init(struct search *s, const struct search_settings *settings)
{
	s->settings = *settings;
	graph_init(&s->graph);
	s->began_ns = s->wake_ns = s->wave_ns = 0;
	s->random = settings->seed ? settings->seed : 1;
	s->due_hops = s->dirty_hops = s->full_hops = 0;
	s->balancers = s->balancers_elsewhere = 0;
	s->out = s->probe_count = 0;
	s->last_hop = s->answered_to = 0;
	s->wave_hop = settings->has_far_probe ? 0 : 1;
	s->wave_to = s->far_end = 0;
	s->has_begun = s->has_timed_out = s->is_distance_known = s->is_distance_quoted = s->is_tail_silent =
		s->is_cut_off = s->is_reached = false;
	s->is_resting = false;
	s->has_all_offsets = !settings->offsets;
	memset(s->ends_at, 0, sizeof(s->ends_at));
	for (unsigned h = 0; h < GRAPH_HOPS + 2; h++) {
		/* all but the queue, which is most of it */
		memset(&s->hops[h], 0, offsetof(struct search_hop, due));
		s->hops[h].oldest = s->hops[h].newest = SEARCH_NONE;
	}
	memset(s->sweeps, 0, sizeof(s->sweeps));
	loss_init(&s->loss);
	pace_start(s);
	plan_start(s);
	graph_add_flow(&s->graph);
}

bool search_set_balancers_elsewhere(struct search *s, unsigned balancers)
{
	if (balancers == s->balancers_elsewhere)
		return false;
	s->balancers_elsewhere = balancers;
	plan_start(s);
	return true;
}

void search_on_offsets(struct search *s, bool is_all)
{
	s->has_all_offsets |= is_all;
	s->dirty_hops = ~0ULL;
}

/* --- probes --- */

static uint32_t send(struct search *s, unsigned flow, unsigned hop, unsigned purpose, uint64_t now_ns)
{
	struct graph_cell *cell = graph_cell(&s->graph, flow, hop);
	struct search_hop *h = &s->hops[hop];
	uint32_t id = s->probe_count++;
	const uint8_t *offsets = s->settings.offsets;
	unsigned offset = !offsets ? 0 : offsets[flow] ? offsets[flow] : offsets[0];

	if (cell->asked < UINT8_MAX)
		cell->asked++;
	s->probes[id] = (struct search_probe){ .sent_ns = now_ns,
		.previous = cell->asked > 1 ? cell->probe : SEARCH_NONE,
		.next_of_hop = SEARCH_NONE,
		.flow = (uint16_t)flow,
		.router = GRAPH_NONE,
		.hop = (uint8_t)hop,
		.ttl = (uint8_t)(hop + offset),
		.attempt = cell->asked,
		.purpose = (uint8_t)purpose };
	cell->probe = id;
	if (h->newest == SEARCH_NONE || h->oldest == SEARCH_NONE)
		h->oldest = id;
	else
		s->probes[h->newest].next_of_hop = id;
	h->newest = id;
	h->sent_ns = now_ns;
	s->out++;
	pace_on_sent(s, now_ns);
	if (now_ns + h->timeout_ns < s->wake_ns)
		s->wake_ns = now_ns + h->timeout_ns;
	return id;
}

int64_t search_adopt(struct search *s, unsigned flow, unsigned hop, uint64_t sent_ns)
{
	while (s->graph.flow_count <= flow) {
		if (graph_add_flow(&s->graph) < 0)
			return -1;
	}
	if (graph_cell(&s->graph, flow, hop)->state != GRAPH_CELL_UNKNOWN || s->probe_count == SEARCH_PROBES)
		return -1;
	graph_ask(&s->graph, flow, hop);
	return send(s, flow, hop, SEARCH_FOR_FLOWS, sent_ns);
}

void search_on_refusal(struct search *s, uint32_t id)
{
	struct search_probe *probe = &s->probes[id];
	struct search_hop *h = &s->hops[probe->hop];
	struct graph_cell *cell = graph_cell(&s->graph, probe->flow, probe->hop);
	uint32_t before = h->oldest;

	if (id + 1 != s->probe_count || probe->is_over)
		return;
	if (before == id) {
		h->oldest = h->newest = SEARCH_NONE;
	} else {
		while (s->probes[before].next_of_hop != id)
			before = s->probes[before].next_of_hop;
		s->probes[before].next_of_hop = SEARCH_NONE;
		h->newest = before;
	}
	cell->asked--;
	cell->probe = probe->previous;
	s->probe_count--;
	s->out--;
	if (probe->purpose == SEARCH_FOR_DISTANCE) {
		s->wave_hop = 0;
		s->wave_ns = probe->sent_ns;
	} else if (!pace_push_first(s, probe->flow, probe->hop, probe->purpose) && cell->state == GRAPH_CELL_ASKED) {
		graph_forget(&s->graph, probe->flow, probe->hop);
	}
}

int64_t search_find(const struct search *s, unsigned flow, unsigned hop, unsigned attempt)
{
	const struct graph_cell *cell;

	if (flow >= s->graph.flow_count || !hop || hop > SEARCH_FAR_HOP)
		return -1;
	cell = &s->graph.cells[flow][hop];
	if (!cell->asked)
		return -1;
	for (uint32_t id = cell->probe; id != SEARCH_NONE; id = s->probes[id].previous) {
		if (s->probes[id].attempt == attempt)
			return id;
	}
	return -1;
}

void search_rest(struct search *s)
{
	sweep_only(s);
}

bool search_sweep(struct search *s, unsigned flow)
{
	return sweep_start(s, flow);
}

bool search_forget_probes(struct search *s)
{
	if (s->out)
		return false;
	for (unsigned f = 0; f < s->graph.flow_count; f++) {
		for (unsigned h = 1; h <= SEARCH_FAR_HOP; h++)
			graph_cell(&s->graph, f, h)->asked = 0;
	}
	for (unsigned h = 1; h <= SEARCH_FAR_HOP; h++)
		s->hops[h].oldest = s->hops[h].newest = SEARCH_NONE;
	s->probe_count = 0;
	return true;
}

/* --- silence --- */

static void on_flow_silent(struct search *s, unsigned flow, unsigned hop)
{
	if (graph_cell(&s->graph, flow, hop)->state != GRAPH_CELL_ASKED)
		return;
	if (distance_is_too_far(s, hop)) {
		graph_forget(&s->graph, flow, hop);
		return;
	}
	if (!limit_asks_again(s, flow, hop)) {
		plan_on_settled(s, flow, hop, graph_settle(&s->graph, flow, hop, GRAPH_NONE, false));
		return;
	}
	if (!pace_push(s, flow, hop, SEARCH_FOR_FLOWS)) {
		graph_forget(&s->graph, flow, hop);
		s->hops[hop].next_flow = 0;
		s->full_hops |= 1ULL << hop;
	}
}

void search_on_void(struct search *s, uint32_t id)
{
	struct search_probe *probe = &s->probes[id];

	if (id >= s->probe_count || probe->is_over)
		return;
	probe->is_over = true;
	s->out--;
	if (probe->purpose == SEARCH_FOR_FLOWS)
		on_flow_silent(s, probe->flow, probe->hop);
}

static void on_silence(struct search *s, struct search_probe *probe)
{
	probe->is_over = probe->is_late = true;
	s->out--;
	s->has_timed_out = true;
	if (probe->purpose == SEARCH_FOR_DISTANCE)
		return;
	limit_on_silence(s, probe);
	if (probe->purpose == SEARCH_FOR_LIMIT)
		limit_on_test(s, probe, false);
	/* that of a check is not repeated: it is one of several */
	if (probe->purpose == SEARCH_FOR_PER_PACKET)
		plan_on_check(s, probe->hop);
	if (probe->purpose == SEARCH_FOR_LOSS)
		sweep_on_over(s, probe, false);
	if (probe->purpose == SEARCH_FOR_FLOWS)
		on_flow_silent(s, probe->flow, probe->hop);
}

static void expire_hop(struct search *s, unsigned hop, uint64_t now_ns)
{
	struct search_hop *h = &s->hops[hop];

	while (h->oldest != SEARCH_NONE) {
		struct search_probe *probe = &s->probes[h->oldest];
		uint64_t due_ns = probe->sent_ns + h->timeout_ns;

		if (!probe->is_over && due_ns > now_ns) {
			s->wake_ns = due_ns < s->wake_ns ? due_ns : s->wake_ns;
			return;
		}
		if (probe->is_over)
			limit_on_order(s, probe);
		else
			on_silence(s, probe);
		h->oldest = probe->next_of_hop;
	}
}

static void expire(struct search *s, uint64_t now_ns)
{
	s->wake_ns = UINT64_MAX;
	for (unsigned h = 1; h <= s->graph.hop_count; h++)
		expire_hop(s, h, now_ns);
	expire_hop(s, SEARCH_FAR_HOP, now_ns);
}

/* --- what is next --- */

static struct search_action step(enum search_step what, uint64_t until_ns, uint32_t id)
{
	return (struct search_action){ .step = what, .until_ns = until_ns, .id = id };
}

/* Since it was planned the flow may have been found to end before, a late answer may have come, or the hop fallen silent. */
static bool is_still_due(struct search *s, unsigned hop, const struct search_due *due)
{
	unsigned distance = s->graph.distances[due->flow];
	const struct graph_cell *cell = graph_cell(&s->graph, due->flow, hop);

	if (due->purpose != SEARCH_FOR_FLOWS)
		return true;
	if (cell->state != GRAPH_CELL_ASKED || (distance && hop > distance))
		return false;
	if (s->is_distance_known && hop > s->last_hop && !cell->asked) {
		graph_forget(&s->graph, due->flow, hop); /* planned while the end seemed to be further away */
		return false;
	}
	if (!cell->asked || limit_asks_again(s, due->flow, hop))
		return true;
	on_flow_silent(s, due->flow, hop);
	return false;
}

static bool send_due(struct search *s, uint64_t now_ns, uint64_t *until_ns, uint32_t *id)
{
	struct search_due due;
	unsigned hop;

	while ((hop = pace_pop(s, now_ns, &due, until_ns)) != 0) {
		if (s->full_hops >> hop & 1 && s->hops[hop].due_count < SEARCH_DUE / 8) {
			s->full_hops &= ~(1ULL << hop);
			plan_touch(s, hop);
		}
		if (is_still_due(s, hop, &due)) {
			*id = send(s, due.flow, hop, due.purpose, now_ns);
			return true;
		}
	}
	return false;
}

/* The first wave: flow 0 alone, a hop each ms. */
static uint32_t send_wave(struct search *s, uint64_t now_ns)
{
	unsigned hop = s->wave_hop++;

	s->wave_ns = now_ns + ms_ns;
	if (!hop) {
		distance_on_far(s, now_ns);
		return send(s, 0, SEARCH_FAR_HOP, SEARCH_FOR_DISTANCE, now_ns);
	}
	graph_ask(&s->graph, 0, hop);
	return send(s, 0, hop, SEARCH_FOR_FLOWS, now_ns);
}

static struct search_action cut_off(struct search *s, uint64_t now_ns)
{
	s->is_cut_off = true;
	return step(SEARCH_DONE, now_ns, SEARCH_NONE);
}

/* With something left to do. */
static bool is_past_deadline(const struct search *s, uint64_t now_ns)
{
	return s->settings.deadline_ns && now_ns >= s->began_ns + s->settings.deadline_ns &&
		(s->out || s->due_hops || distance_has_wave(s));
}

struct search_action search_next(struct search *s, uint64_t now_ns)
{
	uint64_t free_ns, until_ns;
	uint32_t id;

	if (!s->has_begun) {
		s->has_begun = true;
		s->began_ns = s->wave_ns = now_ns;
	}
	if (s->wake_ns <= now_ns)
		expire(s, now_ns);
	if (is_past_deadline(s, now_ns))
		return cut_off(s, now_ns);
	distance_widen(s);
	if (s->dirty_hops)
		plan_pass(s);
	if (s->probe_count == SEARCH_PROBES)
		return cut_off(s, now_ns);
	free_ns = pace_free_ns(s, now_ns);
	until_ns = s->out ? s->wake_ns : UINT64_MAX;
	if (distance_has_wave(s)) {
		uint64_t wave_ns = distance_wave_ns(s), due_ns = wave_ns > free_ns ? wave_ns : free_ns;

		if (due_ns <= now_ns)
			return step(SEARCH_SEND, now_ns, send_wave(s, now_ns));
		until_ns = due_ns < until_ns ? due_ns : until_ns;
	}
	if (s->due_hops) {
		uint64_t due_ns = free_ns;

		if (free_ns <= now_ns && send_due(s, now_ns, &due_ns, &id))
			return step(SEARCH_SEND, now_ns, id);
		until_ns = due_ns < until_ns ? due_ns : until_ns;
	}
	if (s->dirty_hops)
		return step(SEARCH_WAIT, now_ns, SEARCH_NONE);
	if (until_ns == UINT64_MAX)
		return step(SEARCH_DONE, now_ns, SEARCH_NONE);
	if (s->settings.deadline_ns && until_ns > s->began_ns + s->settings.deadline_ns)
		until_ns = s->began_ns + s->settings.deadline_ns;
	return step(SEARCH_WAIT, until_ns, SEARCH_NONE);
}

/* --- results --- */

bool search_is_reached(const struct search *s)
{
	return s->is_reached;
}

bool search_is_cut_off(const struct search *s)
{
	return s->is_cut_off || s->graph.is_full;
}

unsigned search_last_hop(const struct search *s)
{
	return s->last_hop;
}

double search_bound(const struct search *s)
{
	double most = 0;

	for (unsigned h = 1; h <= s->last_hop; h++) {
		const struct graph_hop *hop = &s->graph.hops[h];
		unsigned ended = 0, ways, n;
		double missed;

		for (unsigned d = 1; d < h; d++)
			ended += s->ends_at[d];
		ways = hop->routers + (hop->silent > 0) + (ended > 0);
		n = hop->answered + hop->silent + ended;
		missed = bound_reached(ways ? ways : 1, n);
		most = missed > most ? missed : most;
	}
	return bound_graph(most, s->balancers + s->balancers_elsewhere);
}
