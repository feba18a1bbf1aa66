/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sweep.h"

#include <stddef.h>

#include "pace.h"

static unsigned distance_of(const struct search *s, unsigned flow)
{
	return s->graph.distances[flow] ? s->graph.distances[flow] : s->last_hop;
}

static struct search_sweep *find(struct search *s, unsigned flow)
{
	for (unsigned i = 0; i < SEARCH_SWEEPS; i++) {
		if (s->sweeps[i].out && s->sweeps[i].flow == flow)
			return &s->sweeps[i];
	}
	return NULL;
}

static struct search_sweep *find_free(struct search *s)
{
	for (unsigned i = 0; i < SEARCH_SWEEPS; i++) {
		if (!s->sweeps[i].out)
			return &s->sweeps[i];
	}
	return NULL;
}

void sweep_only(struct search *s)
{
	s->is_resting = true;
	s->settings.deadline_ns = 0;
	s->wave_hop = 1;
	s->wave_to = 0;
	s->due_hops = s->dirty_hops = s->full_hops = 0;
	for (unsigned hop = 0; hop <= SEARCH_FAR_HOP; hop++) {
		struct search_hop *h = &s->hops[hop];

		h->due_count = h->check_out = 0;
		h->limit = SEARCH_UNLIMITED;
		h->limit_interval_ns = h->free_ns = 0;
		h->silent_run = h->tests_out = h->rests = 0;
	}
}

bool sweep_start(struct search *s, unsigned flow)
{
	struct search_sweep *sweep = find_free(s);

	if (!sweep || flow >= s->graph.flow_count || find(s, flow))
		return false;
	*sweep = (struct search_sweep){ .flow = (uint16_t)flow };
	for (unsigned hop = 1; hop <= distance_of(s, flow); hop++) {
		/* a limited router would be late, and its silence says nothing */
		if (s->hops[hop].limit != SEARCH_UNLIMITED && s->hops[hop].limit != SEARCH_SILENT)
			continue;
		if (!pace_push(s, flow, hop, SEARCH_FOR_LOSS))
			continue;
		sweep->sent |= 1ULL << (hop - 1);
		sweep->out++;
	}
	return sweep->out > 0;
}

void sweep_on_over(struct search *s, const struct search_probe *probe, bool is_answered)
{
	struct search_sweep *sweep = find(s, probe->flow);

	if (!sweep)
		return;
	if (is_answered)
		sweep->answered |= 1ULL << (probe->hop - 1);
	if (--sweep->out == 0)
		loss_add(&s->loss, sweep->flow, distance_of(s, sweep->flow), sweep->sent, sweep->answered);
}
