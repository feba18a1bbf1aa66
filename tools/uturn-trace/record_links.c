/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_links.h"

#include <stdlib.h>

#include "record_met.h"
#include "search/loss.h"

enum { SWEEP_US = 50000 };

/* A link, to be found by its ends. */
struct ends {
	uint32_t from, to, link;
};

/* One time of one link. */
struct sample {
	uint32_t link;
	int64_t rtt_us;
};

struct counting {
	const struct trace_record *record;
	struct link_values *values;
	struct ends *ends;
	struct sample *samples;
	int32_t *met;
	int64_t *times;
	unsigned hops;
	struct loss *loss; /* of one flow at a time */
	const struct record_probe **probes; /* of a direction, by flow and time */
};

static int compare_ends(const void *a, const void *b)
{
	const struct ends *one = a, *other = b;

	if (one->from != other->from)
		return one->from < other->from ? -1 : 1;
	return (one->to > other->to) - (one->to < other->to);
}

static int compare_samples(const void *a, const void *b)
{
	const struct sample *one = a, *other = b;

	if (one->link != other->link)
		return one->link < other->link ? -1 : 1;
	return (one->rtt_us > other->rtt_us) - (one->rtt_us < other->rtt_us);
}

/* By flow, and of a flow in the order they left. */
static int compare_probes(const void *a, const void *b)
{
	const struct record_probe *one = *(const struct record_probe *const *)a;
	const struct record_probe *other = *(const struct record_probe *const *)b;

	if (one->flow != other->flow)
		return one->flow < other->flow ? -1 : 1;
	return (one->sent_us > other->sent_us) - (one->sent_us < other->sent_us);
}

static struct link_values *find_link(const struct counting *c, int32_t from, int32_t to)
{
	const struct ends key = { (uint32_t)from, (uint32_t)to, 0 };
	const struct ends *found =
		from < 0 || to < 0 ? NULL : bsearch(&key, c->ends, c->record->link_count, sizeof(key), compare_ends);

	return found ? &c->values[found->link] : NULL;
}

/* The link of a flow to its hop, hop > 1. */
static struct link_values *link_to(const struct counting *c, size_t flow, unsigned hop)
{
	const int32_t *met = &c->met[flow * c->hops + hop - 1];

	return find_link(c, met[-1], met[0]);
}

static void take_times(struct counting *c)
{
	size_t count = 0, next;

	for (size_t flow = 0; flow < c->record->flow_count; flow++) {
		for (unsigned hop = 2; hop <= c->hops; hop++) {
			struct link_values *v = link_to(c, flow, hop);
			const int64_t rtt = c->times[flow * c->hops + hop - 1];

			if (!v)
				continue;
			v->flows++;
			if (rtt >= 0)
				c->samples[count++] = (struct sample){ (uint32_t)(v - c->values), rtt };
		}
	}
	qsort(c->samples, count, sizeof(*c->samples), compare_samples);
	for (size_t i = 0; i < count; i = next) {
		for (next = i; next < count && c->samples[next].link == c->samples[i].link;)
			next++;
		c->values[c->samples[i].link].rtt_us = c->samples[i + (next - i - 1) / 2].rtt_us;
	}
}

/* A sweep: probes of one flow to different hops, as long as they left within 50 ms. Returns the first behind it. */
static size_t take_sweep(const struct counting *c, size_t first, size_t count, uint64_t *sent, uint64_t *answered)
{
	size_t i;

	*sent = *answered = 0;
	for (i = first; i < count && c->probes[i]->flow == c->probes[first]->flow &&
		c->probes[i]->sent_us - c->probes[first]->sent_us <= SWEEP_US;
		i++) {
		const struct record_probe *p = c->probes[i];
		const uint64_t bit = p->hop && p->hop <= RECORD_HOPS ? UINT64_C(1) << (p->hop - 1) : 0;

		if (*sent & bit)
			break;
		*sent |= bit;
		*answered |= p->router >= 0 ? bit : 0;
	}
	return i;
}

/* Of one flow, whose sweeps are counted. */
static void take_loss(struct counting *c, size_t flow)
{
	const struct loss_flow *f = c->loss->count ? &c->loss->flows[0] : NULL;

	for (unsigned hop = 2; f && hop <= f->distance && hop <= c->hops; hop++) {
		struct link_values *v = link_to(c, flow, hop);
		const struct loss_share share = loss_of_tails(f, hop);

		if (!v)
			continue;
		v->lost += share.lost;
		v->sent += share.sent;
	}
}

/* The distance of a flow is known there; on the return path it is where this host answered. */
static unsigned distance_of(const struct counting *c, enum record_direction d, size_t flow)
{
	const int32_t *met = &c->met[flow * c->hops];

	if (d == RECORD_THERE)
		return c->record->flows[flow].hops;
	for (unsigned hop = 1; hop <= c->hops; hop++)
		if (met[hop - 1] >= 0 && c->record->routers[met[hop - 1]].is_end)
			return hop;
	return 0;
}

static void take_sweeps(struct counting *c, enum record_direction d)
{
	size_t count = 0, next, after;
	uint64_t sent, answered;

	for (size_t i = 0; i < c->record->probe_count; i++)
		if (c->record->probes[i].direction == d && record_find_flow(c->record, c->record->probes[i].flow) >= 0)
			c->probes[count++] = &c->record->probes[i];
	qsort(c->probes, count, sizeof(const struct record_probe *), compare_probes);
	for (size_t i = 0; i < count; i = next) {
		const size_t flow = (size_t)record_find_flow(c->record, c->probes[i]->flow);
		const unsigned distance = distance_of(c, d, flow);
		const uint64_t all = distance ? UINT64_MAX >> (64 - distance) : 0;

		loss_init(c->loss);
		for (next = i; next < count && c->probes[next]->flow == c->probes[i]->flow; next = after) {
			after = take_sweep(c, next, count, &sent, &answered);
			if (distance > 1 && (sent & all) == all)
				loss_add(c->loss, 0, distance, sent, answered);
		}
		take_loss(c, flow);
	}
}

static bool open_counting(struct counting *c, const struct trace_record *r)
{
	const unsigned there = record_last_hop(r, RECORD_THERE), back = record_last_hop(r, RECORD_BACK);
	const size_t cells = r->flow_count * (there > back ? there : back) + 1;

	c->ends = calloc(r->link_count + 1, sizeof(*c->ends));
	c->samples = calloc(cells, sizeof(*c->samples));
	c->met = calloc(cells, sizeof(*c->met));
	c->times = calloc(cells, sizeof(*c->times));
	c->loss = calloc(1, sizeof(*c->loss));
	c->probes = calloc(r->probe_count + 1, sizeof(const struct record_probe *));
	return c->ends && c->samples && c->met && c->times && c->loss && c->probes;
}

bool record_link_values(const struct trace_record *r, struct link_values *values)
{
	struct counting c = { .record = r, .values = values };
	const bool has_memory = open_counting(&c, r);

	for (size_t i = 0; has_memory && i < r->link_count; i++) {
		values[i] = (struct link_values){ .rtt_us = -1 };
		c.ends[i] = (struct ends){ r->links[i].from, r->links[i].to, (uint32_t)i };
	}
	if (has_memory)
		qsort(c.ends, r->link_count, sizeof(*c.ends), compare_ends);
	for (enum record_direction d = RECORD_THERE; has_memory && d < RECORD_DIRECTIONS; d++) {
		c.hops = record_last_hop(r, d);
		record_met(r, d, c.hops, c.met, c.times);
		take_times(&c);
		take_sweeps(&c, d);
	}
	free(c.ends);
	free(c.samples);
	free(c.met);
	free(c.times);
	free(c.loss);
	free(c.probes);
	return has_memory;
}

void record_target_loss(const struct trace_record *r, unsigned *lost, unsigned *sent)
{
	*lost = *sent = 0;
	for (size_t i = 0; i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];
		const int flow = record_find_flow(r, p->flow);

		if (p->direction != RECORD_THERE || flow < 0 || !r->flows[flow].hops || p->hop != r->flows[flow].hops ||
			p->attempt != 1)
			continue;
		(*sent)++;
		*lost += p->router < 0;
	}
}
