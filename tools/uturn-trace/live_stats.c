/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_stats.h"

#include <string.h>

void live_stats_clear(struct live_stats *s)
{
	s->router_count = 0;
	memset(s->path_counts, 0, sizeof(s->path_counts));
}

static int find_router(const struct live_stats *s, enum direction d, unsigned hop, const struct addr *a)
{
	for (unsigned i = 0; i < s->router_count; i++)
		if (s->routers[i].direction == d && s->routers[i].hop == hop && addr_equal(&s->routers[i].addr, a))
			return (int)i;
	return -1;
}

static struct series *times_of(struct live_stats *s, enum direction d, unsigned hop, const struct addr *a)
{
	int i = find_router(s, d, hop, a);

	if (!a->family)
		return NULL;
	if (i < 0 && s->router_count < LIVE_ROUTERS) {
		i = (int)s->router_count++;
		s->routers[i] = (struct live_router){ .addr = *a, .direction = (uint8_t)d, .hop = (uint8_t)hop };
	}
	return i < 0 ? NULL : &s->routers[i].times;
}

static struct live_path *path_of(struct live_stats *s, enum direction d, unsigned flow)
{
	for (unsigned i = 0; i < s->path_counts[d]; i++)
		if (s->paths[d][i].flow == flow)
			return &s->paths[d][i];
	if (s->path_counts[d] == LOSS_FLOWS)
		return NULL;
	s->paths[d][s->path_counts[d]] = (struct live_path){ .flow = (uint16_t)flow };
	return &s->paths[d][s->path_counts[d]++];
}

/* A probe that another router answers was not of the one that it was counted for. */
static void add_to_router(struct live_stats *s, const struct run_sample *p)
{
	struct series *expected = times_of(s, p->direction, p->hop, &p->expected), *actual;

	if (!p->from.family) {
		if (expected)
			series_on_sent(expected, p->sent_ms);
		return;
	}
	actual = times_of(s, p->direction, p->hop, &p->from);
	if (expected && expected != actual)
		series_take_back(expected, p->sent_ms);
	if (actual)
		series_on_answer(actual, p->sent_ms, p->rtt_us);
}

void live_stats_add(struct live_stats *s, const struct run_sample *p)
{
	struct live_path *path;

	if (p->hop > GRAPH_HOPS)
		return;
	add_to_router(s, p);
	path = path_of(s, p->direction, p->flow);
	if (!path)
		return;
	if (!p->from.family) {
		series_on_sent(&path->times[p->hop], p->sent_ms);
		return;
	}
	series_on_answer(&path->times[p->hop], p->sent_ms, p->rtt_us);
	path->met[p->hop] = p->from;
}

const struct live_router *live_stats_router(const struct live_stats *s, enum direction d, unsigned hop,
	const struct addr *a)
{
	const int i = find_router(s, d, hop, a);

	return i < 0 ? NULL : &s->routers[i];
}

const struct live_path *live_stats_path(const struct live_stats *s, enum direction d, unsigned flow)
{
	for (unsigned i = 0; i < s->path_counts[d]; i++)
		if (s->paths[d][i].flow == flow)
			return &s->paths[d][i];
	return NULL;
}
