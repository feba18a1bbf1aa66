/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing_make.h"

#include <stdlib.h>

#include "drawing_place.h"
#include "drawing_words.h"

/* A link of one record, between nodes. */
struct part {
	uint32_t from, to;
	uint8_t direction, run;
	int32_t link; /* -1: from the end where the lane begins */
	uint32_t flows, of;
	bool is_per_packet;
};

struct making {
	struct drawing *drawing;
	const struct diff_changes *changes;
	uint32_t *nodes[DIFF_RUNS]; /* of each router of a record */
	struct part *parts;
	size_t part_count;
};

static unsigned highest_hop(const struct record_router *r)
{
	return r->hops ? 64 - (unsigned)__builtin_clzll(r->hops) : 0;
}

/* --- nodes --- */

/* The router that is drawn as the target: of several addresses that answered at the end, the one that was asked. */
static int32_t find_target(const struct trace_record *r)
{
	int32_t found = -1;

	for (size_t i = 0; i < r->router_count; i++) {
		if (r->routers[i].direction != RECORD_THERE || !r->routers[i].is_end)
			continue;
		if (addr_equal(&r->routers[i].addr, &r->target))
			return (int32_t)i;
		found = found < 0 ? (int32_t)i : found;
	}
	return found;
}

static bool is_this(const struct drawing *d, const struct drawing_node *n, const struct record_router *r)
{
	const struct record_router *other = drawing_router(d, n);

	if (!other || n->direction != r->direction)
		return false;
	if (!r->addr.family)
		return n->is_silent && other->hops == r->hops;
	return addr_equal(&other->addr, &r->addr);
}

static uint32_t find_node(const struct drawing *d, enum diff_run run, int32_t router, int32_t target)
{
	const struct trace_record *record = d->records[run];
	const struct record_router *r = &record->routers[router];

	if (router == target)
		return DRAWING_TARGET;
	if (r->direction == RECORD_BACK && r->is_end && addr_equal(&r->addr, &record->source))
		return DRAWING_HOST;
	/* within one record each router is a node of its own */
	for (uint32_t i = DRAWING_TARGET + 1; run == DIFF_AFTER && d->records[DIFF_BEFORE] && i < d->node_count; i++)
		if (d->nodes[i].routers[DIFF_AFTER] < 0 && is_this(d, &d->nodes[i], r))
			return i;
	return DRAWING_NO_NODE;
}

static void add_router(struct making *m, enum diff_run run, int32_t router, int32_t target)
{
	struct drawing *d = m->drawing;
	const struct record_router *r = &d->records[run]->routers[router];
	uint32_t at = find_node(d, run, router, target);
	struct drawing_node *n;

	if (at == DRAWING_NO_NODE) {
		at = d->node_count++;
		d->nodes[at] = (struct drawing_node){ .routers = { -1, -1 },
			.direction = r->direction,
			.is_silent = !r->addr.family,
			.layer = 1,
			.is_reached = true };
	}
	n = &d->nodes[at];
	n->routers[run] = router;
	n->is_reached = true;
	if (at != DRAWING_HOST && highest_hop(r) > n->layer)
		n->layer = (uint8_t)highest_hop(r);
	m->nodes[run][router] = at;
	d->has_back = d->has_back || r->direction == RECORD_BACK;
}

/* The values of each node at its highest hop in one record. */
static bool take_shares(struct making *m, enum diff_run run)
{
	const struct trace_record *r = m->drawing->records[run];
	struct record_share *shares = calloc(r->router_count + 1, sizeof(*shares));
	bool is_taken = shares != NULL;

	for (enum record_direction lane = RECORD_THERE; lane < RECORD_DIRECTIONS; lane++) {
		for (unsigned hop = 1; is_taken && hop <= record_last_hop(r, lane); hop++) {
			is_taken = record_shares(r, lane, hop, shares);
			for (size_t i = 0; is_taken && i < r->router_count; i++)
				if (r->routers[i].direction == lane && highest_hop(&r->routers[i]) == hop)
					m->drawing->nodes[m->nodes[run][i]].shares[run] = shares[i];
		}
	}
	free(shares);
	return is_taken;
}

/* What one trace alone has is a change only where the comparison says so. */
static void set_state(struct making *m, struct drawing_node *n)
{
	const struct record_router *r = drawing_router(m->drawing, n);

	if (!r || !m->drawing->records[DIFF_BEFORE] || (n->routers[DIFF_BEFORE] >= 0 && n->routers[DIFF_AFTER] >= 0))
		return;
	n->state = n->routers[DIFF_BEFORE] >= 0 ? DIFF_ONLY_BEFORE : DIFF_ONLY_AFTER;
	for (unsigned i = 0; r->addr.family && i < m->changes->count; i++)
		if (m->changes->routers[i].direction == n->direction &&
			addr_equal(&m->changes->routers[i].addr, &r->addr))
			n->state = n->routers[DIFF_BEFORE] >= 0 ? DIFF_GONE : DIFF_NEW;
}

/* An end stands behind all others. */
static void find_last(struct drawing *d)
{
	d->last[RECORD_THERE] = d->nodes[DRAWING_TARGET].layer;
	for (uint32_t i = DRAWING_TARGET + 1; i < d->node_count; i++)
		if (d->nodes[i].layer >= d->last[d->nodes[i].direction])
			d->last[d->nodes[i].direction] = d->nodes[i].layer + 1U;
	for (enum record_direction lane = RECORD_THERE; lane < RECORD_DIRECTIONS; lane++)
		d->last[lane] = d->last[lane] ? d->last[lane] : 1;
}

static bool make_nodes(struct making *m)
{
	struct drawing *d = m->drawing;
	bool is_made = true;

	d->node_count = DRAWING_TARGET + 1;
	d->nodes[DRAWING_HOST] = (struct drawing_node){ .routers = { -1, -1 }, .is_reached = true };
	d->nodes[DRAWING_TARGET] = (struct drawing_node){ .routers = { -1, -1 } };
	for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS && is_made; run++) {
		if (!d->records[run] || !m->nodes[run])
			continue;
		const int32_t target = find_target(d->records[run]);

		for (size_t i = 0; i < d->records[run]->router_count; i++)
			add_router(m, run, (int32_t)i, target);
		is_made = take_shares(m, run);
	}
	for (uint32_t i = 0; i < d->node_count; i++)
		set_state(m, &d->nodes[i]);
	find_last(d);
	return is_made;
}

/* --- links --- */

static int compare_parts(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->direction != other->direction)
		return one->direction < other->direction ? -1 : 1;
	if (one->from != other->from)
		return one->from < other->from ? -1 : 1;
	if (one->to != other->to)
		return one->to < other->to ? -1 : 1;
	return one->run - other->run;
}

static void take_links(struct making *m, enum diff_run run)
{
	const struct drawing *d = m->drawing;
	const struct trace_record *r = d->records[run];

	for (size_t i = 0; i < r->link_count; i++) {
		const struct record_link *l = &r->links[i];
		const struct drawing_node *to = &d->nodes[m->nodes[run][l->to]];

		if (r->routers[l->from].direction != r->routers[l->to].direction || l->from == l->to)
			continue;
		m->parts[m->part_count++] = (struct part){ m->nodes[run][l->from], m->nodes[run][l->to],
			r->routers[l->to].direction, (uint8_t)run, (int32_t)i, l->flows, to->shares[run].of,
			l->is_per_packet };
	}
	/* no probe tells of the first link of a lane, but that there is one */
	for (size_t i = 0; i < r->router_count; i++) {
		const uint32_t to = m->nodes[run][i];
		const uint32_t from = r->routers[i].direction == RECORD_THERE ? DRAWING_HOST : DRAWING_TARGET;

		if (r->routers[i].hops & 1 && to != from)
			m->parts[m->part_count++] = (struct part){ from, to, r->routers[i].direction, (uint8_t)run, -1,
				r->routers[i].flows, d->nodes[to].shares[run].of, false };
	}
}

static bool is_of_link(const struct part *p, const struct drawing_link *l)
{
	return l->direction == p->direction && l->from == p->from && l->to == p->to;
}

static void add_part(struct drawing *d, const struct part *p, const struct link_values *values)
{
	bool is_new = d->link_count == 0 || !is_of_link(p, &d->links[d->link_count - 1]);
	struct drawing_link *l = &d->links[is_new ? d->link_count++ : d->link_count - 1];

	if (is_new) {
		*l = (struct drawing_link){ .from = p->from,
			.to = p->to,
			.direction = p->direction,
			.links = { -1, -1 } };
		l->state = p->run == DIFF_BEFORE ? DIFF_ONLY_BEFORE : DIFF_ONLY_AFTER;
	} else if (l->state == DIFF_ONLY_BEFORE && p->run == DIFF_AFTER) {
		l->state = DIFF_IN_BOTH;
	}
	if (!d->records[DIFF_BEFORE])
		l->state = DIFF_IN_BOTH;
	l->is_per_packet = p->is_per_packet;
	l->share = p->of && p->flows < p->of ? (double)p->flows / p->of : 1;
	l->links[p->run] = p->link;
	l->values[p->run] = (struct link_values){ .flows = p->flows, .rtt_us = -1 };
	if (p->link >= 0)
		l->values[p->run] = values[p->link];
}

static void set_link_state(const struct drawing *d, struct drawing_link *l)
{
	const uint8_t from = d->nodes[l->from].state, to = d->nodes[l->to].state;

	if (l->state == DIFF_ONLY_BEFORE && (from == DIFF_GONE || to == DIFF_GONE))
		l->state = DIFF_GONE;
	if (l->state == DIFF_ONLY_AFTER && (from == DIFF_NEW || to == DIFF_NEW))
		l->state = DIFF_NEW;
}

static bool make_links(struct making *m)
{
	struct drawing *d = m->drawing;
	struct link_values *values[DIFF_RUNS] = { NULL, NULL };
	bool is_made = true;

	for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS && is_made; run++) {
		if (!d->records[run])
			continue;
		values[run] = calloc(d->records[run]->link_count + 1, sizeof(*values[run]));
		is_made = values[run] && record_link_values(d->records[run], values[run]);
		take_links(m, run);
	}
	qsort(m->parts, m->part_count, sizeof(*m->parts), compare_parts);
	for (size_t i = 0; is_made && i < m->part_count; i++)
		add_part(d, &m->parts[i], values[m->parts[i].run]);
	for (uint32_t i = 0; i < d->link_count; i++)
		set_link_state(d, &d->links[i]);
	free(values[DIFF_BEFORE]);
	free(values[DIFF_AFTER]);
	return is_made;
}

/* --- the whole --- */

static bool open_making(struct making *m)
{
	struct drawing *d = m->drawing;
	size_t routers = 0, links = 0;
	bool is_open = true;

	for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS; run++) {
		if (!d->records[run])
			continue;
		routers += d->records[run]->router_count;
		links += d->records[run]->link_count + d->records[run]->router_count;
		m->nodes[run] = calloc(d->records[run]->router_count + 1, sizeof(*m->nodes[run]));
		is_open = is_open && m->nodes[run];
	}
	d->nodes = calloc(routers + DRAWING_TARGET + 1, sizeof(*d->nodes));
	d->links = calloc(links + 1, sizeof(*d->links));
	m->parts = calloc(links + 1, sizeof(*m->parts));
	return is_open && d->nodes && d->links && m->parts;
}

bool drawing_make(struct drawing *d, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes)
{
	struct making m = { .drawing = d, .changes = changes };
	bool is_made;

	*d = (struct drawing){ .records = { before, after } };
	is_made = open_making(&m) && make_nodes(&m) && make_links(&m);
	if (is_made) {
		drawing_write_words(d);
		is_made = drawing_place(d);
	}
	free(m.nodes[DIFF_BEFORE]);
	free(m.nodes[DIFF_AFTER]);
	free(m.parts);
	return is_made;
}
