/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_loss.h"

enum { ENOUGH = 10 /* sweeps, before a loss of none is worth saying */ };

static const float slow_per_s = 0.8F; /* who answers less often may not answer each sweep */

/* Flows of the same length, since hops are counted; a flow alone has few sweeps. */
static void find_together(struct live_losses *l, const struct search *s, enum direction d)
{
	const struct loss *loss = &s->loss;

	for (unsigned distance = 1; distance <= LOSS_HOPS; distance++) {
		struct loss_flow sum = { .sweeps = 0 };

		for (unsigned i = 0; i < loss->count; i++)
			if (loss->flows[i].distance == distance)
				loss_sum(&sum, &loss->flows[i]);
		if (sum.sweeps && sum.sweeps != l->together[d][distance].sweeps)
			l->together[d][distance] = (struct live_loss){ sum.sweeps, (uint8_t)loss_locate(&sum) };
	}
}

void live_losses_find(struct live_losses *l, const struct search *const searches[DIRECTIONS])
{
	for (enum direction d = THERE; d < DIRECTIONS; d++) {
		const struct search *s = searches[d];

		for (unsigned i = 0; s && i < s->loss.count; i++) {
			const struct loss_flow *f = &s->loss.flows[i];

			if (l->flows[d][i].sweeps != f->sweeps)
				l->flows[d][i] = (struct live_loss){ f->sweeps, (uint8_t)loss_locate(f) };
		}
		if (s)
			find_together(l, s, d);
	}
}

/* Of a target that limits its answers to less than the sweeps ask for silence says nothing. */
static bool is_slow(const struct search *s, const struct loss_flow *f)
{
	const uint16_t node = s->graph.cells[f->flow][f->distance].node;
	const struct graph_router *r;

	if (node == GRAPH_NONE || s->graph.nodes[node].router == GRAPH_NONE)
		return true;
	r = &s->graph.routers[s->graph.nodes[node].router];
	return r->is_limited && r->limit_per_s < slow_per_s;
}

int live_losses_at(const struct live_losses *l, const struct search *s, enum direction d, int flow, unsigned hop,
	unsigned node)
{
	const bool is_all = flow == LIVE_ALL_PATHS;
	bool is_target = false;
	uint32_t lost = 0, sent = 0;

	for (unsigned i = 0; i < s->loss.count; i++) {
		const struct loss_flow *f = &s->loss.flows[i];
		const unsigned where = is_all ? l->together[d][f->distance].hop : l->flows[d][i].hop;
		const struct loss_share share = loss_of_target(f);

		if ((!is_all && f->flow != flow) || s->graph.cells[f->flow][hop].node != node ||
			(where != hop && f->distance != hop) || is_slow(s, f))
			continue;
		is_target |= f->distance == hop;
		lost += share.lost;
		sent += share.sent;
	}
	return sent >= ENOUGH && (lost || is_target) ? (int)((uint64_t)lost * 1000 / sent) : -1;
}
