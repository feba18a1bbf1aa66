/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "limit.h"

#include "pace.h"
#include "plan.h"

static const uint64_t s_ns = 1000000000;

enum {
	RUN = 5, /* unanswered probes in a row that random loss hardly makes */
	TESTS_EACH = 4,
	ANSWERS_LEFT = 1, /* that a limited router may have had for its tests */
	RESTS = 2, /* without an answer after that the routers are silent */
	ATTEMPTS_LIMITED = 9,
	FASTEST_MS = 10,
};

static const uint64_t slowest_ns = 3000000000;

/* Is the flow known to go on behind the hop? One that was not asked there is taken for one that does. */
static bool is_passed(const struct search *s, unsigned flow, unsigned hop)
{
	bool is_asked = false;

	if (s->graph.distances[flow] > hop || hop == s->last_hop)
		return true;
	for (unsigned h = hop + 1; h <= s->last_hop; h++) {
		is_asked |= s->graph.cells[flow][h].state != GRAPH_CELL_UNKNOWN;
		if (s->graph.cells[flow][h].state == GRAPH_CELL_ANSWERED)
			return true;
	}
	return !is_asked && s->last_hop > hop;
}

static void rest(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];

	h->limit = SEARCH_SUSPECTED;
	h->limit_interval_ns = s_ns;
	h->free_ns = h->limit_since_ns = h->sent_ns + s_ns;
}

/* The first flow that met the node at its hop; a node has one unless it is known by repetition alone. */
static int flow_of_node(const struct search *s, unsigned node)
{
	unsigned hop = s->graph.nodes[node].hop;

	for (unsigned f = 0; f < s->graph.flow_count; f++) {
		if (s->graph.cells[f][hop].node == node)
			return (int)f;
	}
	return -1;
}

static void test_router(struct search *s, unsigned hop, unsigned node)
{
	struct search_hop *h = &s->hops[hop];
	int flow = s->graph.nodes[node].router == GRAPH_NONE ? -1 : flow_of_node(s, node);

	if (flow < 0)
		return;
	h->tests[h->test_count++] = (struct search_test){ .flow = (uint16_t)flow };
	for (unsigned i = 0; i < TESTS_EACH; i++)
		h->tests_out += pace_push_first(s, (unsigned)flow, hop, SEARCH_FOR_LIMIT);
}

/* Where there are too many routers to be tested, all rest. */
static void test(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];

	h->limit = SEARCH_TESTED;
	h->test_count = h->tests_out = 0;
	if (s->graph.hops[hop].routers <= SEARCH_TESTED_ROUTERS) {
		for (unsigned n = s->graph.hops[hop].first_node; n != GRAPH_NONE; n = s->graph.nodes[n].next)
			test_router(s, hop, n);
	}
	if (!h->tests_out)
		rest(s, hop);
}

static void slow_down(struct search_hop *h)
{
	h->is_rate_found = true;
	h->answered_run = 0;
	h->limit_interval_ns += h->limit_interval_ns / 2;
	if (h->limit_interval_ns > slowest_ns)
		h->limit_interval_ns = slowest_ns;
}

static bool is_suspicious(const struct search *s, const struct search_probe *probe)
{
	bool is_given_up = probe->purpose == SEARCH_FOR_FLOWS &&
		s->graph.cells[probe->flow][probe->hop].asked >= SEARCH_ATTEMPTS;

	return s->graph.hops[probe->hop].routers && (s->hops[probe->hop].silent_run >= RUN || is_given_up) &&
		is_passed(s, probe->flow, probe->hop);
}

void limit_on_silence(struct search *s, const struct search_probe *probe)
{
	struct search_hop *h = &s->hops[probe->hop];

	/* a sweep a second is within most limits, and what it misses is counted as lost */
	if (s->is_resting)
		return;
	if (h->silent_run < UINT8_MAX)
		h->silent_run++;
	if (h->limit == SEARCH_UNLIMITED && is_suspicious(s, probe))
		test(s, probe->hop);
	else if (h->limit == SEARCH_SUSPECTED && probe->sent_ns >= h->limit_since_ns) {
		if (++h->rests == RESTS) {
			h->limit = SEARCH_SILENT;
			h->limit_interval_ns = 0;
		}
	} else if (h->limit == SEARCH_LIMITED && probe->sent_ns >= h->limit_since_ns)
		slow_down(h);
}

void limit_on_order(struct search *s, const struct search_probe *answered)
{
	s->hops[answered->hop].silent_run = 0;
}

/* What was planned for a hop without limits is more than a limited one shall be asked. */
static void plan_anew(struct search *s, unsigned hop)
{
	struct search_hop *h = &s->hops[hop];

	for (unsigned left = h->due_count; left; left--) {
		struct search_due due = h->due[h->due_first];

		h->due_first = (h->due_first + 1) % SEARCH_DUE;
		h->due_count--;
		if (due.purpose == SEARCH_FOR_PER_PACKET) {
			plan_on_check(s, hop);
		} else if (due.purpose != SEARCH_FOR_FLOWS) {
			pace_push_times(s, due.flow, hop, due.purpose, due.times);
		} else if (graph_cell(&s->graph, due.flow, hop)->state == GRAPH_CELL_ASKED) {
			graph_forget(&s->graph, due.flow, hop);
			if (due.flow < h->next_flow)
				h->next_flow = due.flow;
		}
	}
	if (!h->due_count)
		s->due_hops &= ~(1ULL << hop);
	plan_touch(s, hop);
}

/* Flows that were given up before the limit was known may have met it, and no silent router. */
static void forget_silence(struct search *s, unsigned hop)
{
	for (unsigned f = 0; f < s->graph.flow_count && s->graph.hops[hop].silent; f++) {
		if (graph_cell(&s->graph, f, hop)->state != GRAPH_CELL_SILENT)
			continue;
		graph_unsettle(&s->graph, f, hop);
		graph_forget(&s->graph, f, hop);
		if (f < s->hops[hop].next_flow)
			s->hops[hop].next_flow = (uint16_t)f;
	}
}

/* Asked at the rate that is known so far: one a second. */
static void begin_limit(struct search *s, unsigned hop, unsigned node)
{
	struct search_hop *h = &s->hops[hop];

	h->limit = SEARCH_LIMITED;
	h->limit_since_ns = h->sent_ns;
	h->limit_interval_ns = s_ns;
	s->graph.hops[hop].is_limited = true;
	if (node != GRAPH_NONE && s->graph.nodes[node].router != GRAPH_NONE)
		s->graph.routers[s->graph.nodes[node].router].is_limited = true;
	forget_silence(s, hop);
	plan_anew(s, hop);
}

static void count_test(struct search *s, const struct search_probe *probe, bool is_answered)
{
	struct search_hop *h = &s->hops[probe->hop];
	unsigned least = TESTS_EACH;

	for (unsigned i = 0; i < h->test_count; i++) {
		if (h->tests[i].flow == probe->flow)
			h->tests[i].answered += is_answered;
		if (h->tests[i].answered < least)
			least = h->tests[i].answered;
	}
	if (--h->tests_out)
		return;
	if (least > ANSWERS_LEFT) {
		h->limit = SEARCH_SILENT;
		h->limit_interval_ns = 0;
	} else if (h->has_rested) {
		begin_limit(s, probe->hop, graph_cell(&s->graph, probe->flow, probe->hop)->node);
	} else {
		rest(s, probe->hop);
	}
}

static void measure(struct search *s, const struct search_probe *probe, uint64_t now_ns)
{
	struct search_hop *h = &s->hops[probe->hop];
	struct graph_router *router = &s->graph.routers[probe->router];

	h->limit_answers++;
	if (!h->is_rate_found && ++h->answered_run >= 2) {
		h->answered_run = 0;
		h->limit_interval_ns /= 2;
		if (h->limit_interval_ns < FASTEST_MS * s_ns / 1000)
			h->limit_interval_ns = FASTEST_MS * s_ns / 1000;
	}
	/* a flow that it had left unanswered before */
	if (probe->attempt > 1)
		router->is_limited = true;
	if (!router->is_limited)
		return;
	/* the rest before the first answer is time in which it could have answered one */
	if (now_ns > h->limit_since_ns)
		router->limit_per_s = (float)h->limit_answers * (float)s_ns /
			(float)(now_ns - h->limit_since_ns + s_ns);
}

void limit_on_test(struct search *s, const struct search_probe *probe, bool is_answered)
{
	if (s->hops[probe->hop].limit == SEARCH_TESTED)
		count_test(s, probe, is_answered);
}

/* Of few routers it is known that they answered before, and did not just now. One of many may only have had bad luck. */
static void on_answer_after_rest(struct search *s, const struct search_probe *probe)
{
	struct search_hop *h = &s->hops[probe->hop];
	unsigned node = graph_cell(&s->graph, probe->flow, probe->hop)->node;

	if (s->graph.hops[probe->hop].routers == 1 ||
		(probe->attempt > 1 && s->graph.hops[probe->hop].routers <= SEARCH_TESTED_ROUTERS)) {
		begin_limit(s, probe->hop, node);
	} else if (probe->attempt > 1 && node != GRAPH_NONE) {
		h->has_rested = true;
		h->limit = SEARCH_TESTED;
		h->test_count = h->tests_out = 0;
		test_router(s, probe->hop, node);
		if (!h->tests_out)
			rest(s, probe->hop); /* the queue is full */
	}
}

void limit_on_answer(struct search *s, const struct search_probe *probe, uint64_t now_ns)
{
	struct search_hop *h = &s->hops[probe->hop];

	if (h->limit == SEARCH_SUSPECTED && probe->sent_ns >= h->limit_since_ns)
		on_answer_after_rest(s, probe);
	if (h->limit == SEARCH_LIMITED && probe->sent_ns >= h->limit_since_ns)
		measure(s, probe, now_ns);
}

bool limit_asks_again(const struct search *s, unsigned flow, unsigned hop)
{
	const struct graph_cell *cell = &s->graph.cells[flow][hop];

	switch (s->hops[hop].limit) {
	case SEARCH_TESTED:
	case SEARCH_SUSPECTED:
		return true;
	case SEARCH_LIMITED:
		return cell->asked < ATTEMPTS_LIMITED;
	default:
		return cell->asked < SEARCH_ATTEMPTS;
	}
}
