/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pairs.h"

#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "run.h"
#include "tools/uturn-trace/search/cover.h"

enum { FLOWS = 1024, HOPS = 3, PAIRS = 200, REPLACEMENT = 200, ADDED_US = 8000, SAMPLES = 512 };

/* What a run leaves for a comparison: flow by flow, and the answers of each router. */
struct saved {
	uint16_t met[FLOWS * HOPS];
	uint32_t rtt_us[NETWORK_ROUTERS][SAMPLES];
	uint16_t rtt_count[NETWORK_ROUTERS];
	struct compare_run run;
};

static void save(const struct search *s, struct saved *saved)
{
	memset(saved, 0, sizeof(*saved));
	saved->run = (struct compare_run){ .met = saved->met, .flows = s->graph.flow_count, .hops = HOPS };
	for (unsigned f = 0; f < s->graph.flow_count; f++) {
		for (unsigned h = 1; h <= HOPS; h++) {
			unsigned node = s->graph.cells[f][h].node;
			unsigned router = node == GRAPH_NONE ? GRAPH_NONE : s->graph.nodes[node].router;

			saved->met[f * HOPS + h - 1] = router == GRAPH_NONE
				? COMPARE_NOBODY
				: (uint16_t)run_router(&s->graph.routers[router].addr);
		}
	}
	for (unsigned i = 0; i < s->probe_count; i++) {
		unsigned router;

		if (s->probes[i].kind == SEARCH_UNANSWERED)
			continue;
		router = run_router(&s->graph.routers[s->probes[i].router].addr);
		if (saved->rtt_count[router] < SAMPLES)
			saved->rtt_us[router][saved->rtt_count[router]++] = s->probes[i].rtt_us;
	}
}

/* One kind of pair. */
struct kind {
	const char *name;
	enum compare_kind wanted; /* the change that is to be found, or not */
	unsigned pairs, least, most; /* of so many pairs in so many */
	bool is_rehashed, has_other_flows, is_replaced, is_slower;
};

static const struct kind kinds[] = {
	{ .name = "unchanged, no path", .wanted = COMPARE_PATH, .pairs = PAIRS, .most = 0 },
	{ .name = "unchanged, no delay", .wanted = COMPARE_DELAY, .pairs = PAIRS, .most = 2 },
	{ .name = "unchanged, seen by other flows",
		.wanted = COMPARE_PATH,
		.pairs = 1000,
		.most = 10,
		.has_other_flows = true },
	{ .name = "one router replaced",
		.wanted = COMPARE_PATH,
		.pairs = PAIRS,
		.least = PAIRS,
		.most = PAIRS,
		.is_replaced = true },
	{ .name = "flows spread anew",
		.wanted = COMPARE_REMAPPED,
		.pairs = PAIRS,
		.least = 180,
		.most = PAIRS,
		.is_rehashed = true },
	{ .name = "8 ms more",
		.wanted = COMPARE_DELAY,
		.pairs = PAIRS,
		.least = PAIRS,
		.most = PAIRS,
		.is_slower = true },
};

/* A router of the second hop that the first run has seen, another one in each pair. */
static unsigned replaced_of(const struct saved *before, unsigned pair)
{
	return before->met[pair % 50 * HOPS + 1];
}

static void run_pair(struct search *s, struct network *n, const struct kind *kind, unsigned i, struct saved *before,
	struct saved *after)
{
	struct search_settings settings = search_defaults();

	settings.seed = 2 * i + 1;
	run_search(s, n, &settings, i, 0);
	save(s, before);
	settings.seed++;
	run_search(s, n, &settings, kind->is_rehashed ? i + 100000 : i, kind->has_other_flows ? FLOWS : 0);
	save(s, after);
	if (kind->has_other_flows) {
		/* none of the flows is the same */
		size_t before_size = (size_t)before->run.flows * HOPS, after_size = (size_t)after->run.flows * HOPS;

		memmove(after->met + before_size, after->met, sizeof(after->met[0]) * after_size);
		memset(after->met, 0xff, sizeof(after->met[0]) * before_size);
		after->run.flows = (uint16_t)(after->run.flows + before->run.flows);
	}
	for (unsigned m = 0; kind->is_replaced && m < FLOWS * HOPS; m++)
		after->met[m] = after->met[m] == replaced_of(before, i) ? REPLACEMENT : after->met[m];
	for (unsigned r = 1; kind->is_slower && r < NETWORK_ROUTERS; r++) {
		/* all but the first router, whose number is 2 */
		for (unsigned k = 0; r != 2 && k < after->rtt_count[r]; k++)
			after->rtt_us[r][k] += ADDED_US;
	}
}

/* Routers in order of hops: the first, those that it spreads over, the target. */
static unsigned find_delays(struct saved *before, struct saved *after, struct compare_change *changes, unsigned most)
{
	struct compare_delay delays[NETWORK_ROUTERS];
	unsigned count = 0;

	for (unsigned i = 2; i <= NETWORK_ROUTERS; i++) {
		unsigned r = i == NETWORK_ROUTERS ? NETWORK_TARGET : i;

		if (!before->rtt_count[r] || !after->rtt_count[r])
			continue;
		delays[count++] = (struct compare_delay){ .before = before->rtt_us[r],
			.after = after->rtt_us[r],
			.before_count = before->rtt_count[r],
			.after_count = after->rtt_count[r],
			.router = (uint16_t)r,
			.hop = r == 2                 ? 1
				: r == NETWORK_TARGET ? 3
						      : 2 };
	}
	return compare_delays(delays, count, changes, most);
}

static bool is_found(const struct kind *kind, const struct compare_change *changes, unsigned count, unsigned replaced)
{
	for (unsigned i = 0; i < count; i++) {
		const struct compare_change *c = &changes[i];

		if (c->kind != kind->wanted)
			continue;
		if (!kind->is_replaced)
			return true;
		return c->hop == 2 && c->gone_count == 1 && c->gone[0] == replaced && c->added_count == 1 &&
			c->added[0] == REPLACEMENT;
	}
	return false;
}

static bool compare_kind(struct search *s, struct network *n, const struct kind *kind)
{
	static struct saved before, after;
	static struct compare_work work;
	static struct compare_change changes[64];
	unsigned found = 0;
	bool is_ok;

	for (unsigned i = 0; i < kind->pairs; i++) {
		unsigned count;

		run_pair(s, n, kind, i, &before, &after);
		count = kind->wanted == COMPARE_DELAY ? find_delays(&before, &after, changes, 64)
						      : compare_paths(&before.run, &after.run, &work, changes, 64);
		found += is_found(kind, changes, count, replaced_of(&before, i));
	}
	is_ok = found >= kind->least && found <= kind->most;
	printf("%s trace: 16 wide, %s: in %u of %u pairs (%u to %u)\n", is_ok ? "ok" : "not ok", kind->name, found,
		kind->pairs, kind->least, kind->most);
	return is_ok;
}

/* Does this flow pass the router? */
static bool passes(const struct search *s, const struct network *n, unsigned flow, const char *name)
{
	const struct graph_router *router = run_find(s, n, name);
	unsigned node = s->graph.cells[flow][2].node;

	return router && node != GRAPH_NONE && &s->graph.routers[s->graph.nodes[node].router] == router;
}

/* 10 % of the packets to one of four routers are lost: sweeps of the flows that cover all links say where. */
static bool locate_loss(struct search *s)
{
	static struct network n;
	struct search_settings settings = search_defaults();
	unsigned right = 0, blamed = 0;

	settings.deadline_ns = 0;
	network_parse(&n, "S: a; a: b1..4; b1..4: c; c: T; ! b2 link-loss 10");
	for (unsigned i = 0; i < PAIRS; i++) {
		uint16_t flows[16];
		unsigned count, wrong = 0;

		run_search(s, &n, &settings, i, 0);
		count = cover_flows(&s->graph, flows, 16);
		run_sweeps(s, &n, flows, count, 300);
		for (unsigned f = 0; f < count; f++) {
			unsigned hop = loss_locate(loss_find(&s->loss, flows[f]));

			wrong += hop != (passes(s, &n, flows[f], "b2") ? 2 : 0);
			blamed += hop != 0;
		}
		right += !wrong;
	}
	printf("%s trace: 10 %% loss on one of 4 links: blamed on it, and no other, in %u of %u runs\n",
		right >= 0.98 * PAIRS ? "ok" : "not ok", right, PAIRS);
	return right >= 0.98 * PAIRS && blamed;
}

bool pairs_compare(struct search *s)
{
	static struct network n;
	bool is_ok = true;

	network_parse(&n, "S: a; a: b1..16; b1..16: T; ! loss 2");
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		is_ok &= compare_kind(s, &n, &kinds[i]);
	is_ok &= locate_loss(s);
	return is_ok;
}
