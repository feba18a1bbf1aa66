/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover.h"

struct covered {
	uint64_t links[GRAPH_LINKS / 64];
};

static bool is_covered(const struct covered *c, unsigned link)
{
	return c->links[link / 64] >> link % 64 & 1;
}

/* The link of a flow from this hop to the next; GRAPH_NONE where one of both is not known. */
static unsigned link_at(const struct graph *g, unsigned flow, unsigned hop)
{
	unsigned from = g->cells[flow][hop].node, to = g->cells[flow][hop + 1].node;

	if (from == GRAPH_NONE || to == GRAPH_NONE)
		return GRAPH_NONE;
	return graph_find_link(g, from, to);
}

static unsigned count_uncovered(const struct graph *g, const struct covered *c, unsigned flow)
{
	unsigned count = 0;

	for (unsigned hop = 0; hop < g->hop_count; hop++) {
		unsigned link = link_at(g, flow, hop);

		count += link != GRAPH_NONE && !is_covered(c, link);
	}
	return count;
}

static void cover(const struct graph *g, struct covered *c, unsigned flow)
{
	for (unsigned hop = 0; hop < g->hop_count; hop++) {
		unsigned link = link_at(g, flow, hop);

		if (link != GRAPH_NONE)
			c->links[link / 64] |= 1ULL << link % 64;
	}
}

unsigned cover_flows(const struct graph *g, uint16_t *flows, unsigned most)
{
	struct covered c = { 0 };
	unsigned count = 0;

	while (count < most) {
		unsigned best = 0, best_count = 0;

		for (unsigned f = 0; f < g->flow_count; f++) {
			unsigned uncovered = count_uncovered(g, &c, f);

			if (uncovered > best_count) {
				best_count = uncovered;
				best = f;
			}
		}
		if (!best_count)
			break;
		cover(g, &c, best);
		flows[count++] = (uint16_t)best;
	}
	return count;
}
