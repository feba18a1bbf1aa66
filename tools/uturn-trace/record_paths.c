/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_paths.h"

#include <stdlib.h>
#include <string.h>

struct row {
	const int32_t *met;
	unsigned hops;
	uint32_t flow;
};

/* The only router of each hop, or MET_UNKNOWN where there are several. */
static void find_only(const struct trace_record *r, enum record_direction direction, int32_t only[RECORD_HOPS])
{
	for (unsigned hop = 0; hop < RECORD_HOPS; hop++) {
		unsigned count = 0;

		only[hop] = MET_UNKNOWN;
		for (size_t i = 0; i < r->router_count; i++) {
			if (r->routers[i].direction != direction || !(r->routers[i].hops >> hop & 1))
				continue;
			only[hop] = r->routers[i].addr.family ? (int32_t)i : MET_SILENT;
			count++;
		}
		if (count > 1)
			only[hop] = MET_UNKNOWN;
	}
}

/* Where it was not asked, and where it is over; false: it was asked nowhere. */
static bool complete(const struct trace_record *r, int32_t *met, unsigned hops, const int32_t *only, unsigned distance)
{
	bool is_over = false, was_asked = false;

	for (unsigned hop = 0; hop < hops; hop++) {
		was_asked = was_asked || met[hop] != MET_UNKNOWN;
		if (is_over || (distance && hop >= distance))
			met[hop] = MET_OVER;
		else if (met[hop] == MET_UNKNOWN || (met[hop] == MET_SILENT && only[hop] >= 0))
			met[hop] = only[hop]; /* an answer that was lost is no other path */
		is_over = is_over || (met[hop] >= 0 && r->routers[met[hop]].is_end);
	}
	return was_asked;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	const int difference = memcmp(one->met, other->met, one->hops * sizeof(*one->met));

	return difference ? difference : (one->flow > other->flow) - (one->flow < other->flow);
}

/* The median of these rows at each hop, into the place of the first. */
static void take_medians(struct record_paths *p, const struct row *rows, size_t count, int64_t *work)
{
	for (unsigned hop = 0; hop < p->hops; hop++) {
		size_t found = 0;

		for (size_t i = 0; i < count; i++) {
			const int64_t rtt = p->times[(size_t)rows[i].flow * p->hops + hop];

			if (rtt >= 0)
				work[found++] = rtt;
		}
		p->times[(size_t)rows->flow * p->hops + hop] = record_median(work, found);
	}
}

static void fold(struct record_paths *p, const struct row *rows, size_t count, int64_t *work)
{
	for (size_t i = 0, next; i < count; i = next) {
		struct record_path *path = &p->paths[p->count++];

		for (next = i + 1; next < count && memcmp(rows[i].met, rows[next].met, p->hops * sizeof(int32_t)) == 0;)
			next++;
		*path = (struct record_path){ .flow = rows[i].flow,
			.flows = (uint32_t)(next - i),
			.met = &p->met[(size_t)rows[i].flow * p->hops],
			.rtt_us = &p->times[(size_t)rows[i].flow * p->hops],
			.is_complete = true };
		for (unsigned hop = 0; hop < p->hops; hop++)
			path->is_complete = path->is_complete && path->met[hop] != MET_UNKNOWN;
		take_medians(p, rows + i, next - i, work);
	}
}

static int compare_paths(const void *a, const void *b)
{
	const struct record_path *one = a, *other = b;

	if (one->is_complete != other->is_complete)
		return one->is_complete ? -1 : 1;
	if (one->flows != other->flows)
		return one->flows > other->flows ? -1 : 1;
	return (one->flow > other->flow) - (one->flow < other->flow);
}

/* Paths that are known in part stay only where they show something. */
static void leave_out(struct record_paths *p, uint64_t *shown)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct record_path *path = &p->paths[i];
		bool is_kept = path->is_complete;

		for (unsigned hop = 0; hop < p->hops; hop++) {
			if (path->met[hop] < 0)
				continue;
			is_kept = is_kept || !(shown[path->met[hop]] >> hop & 1);
			shown[path->met[hop]] |= UINT64_C(1) << hop;
		}
		if (is_kept)
			p->paths[kept++] = *path;
		else
			p->others += path->flows;
	}
	p->count = kept;
}

bool record_paths_find(struct record_paths *p, const struct trace_record *r, enum record_direction direction)
{
	const unsigned hops = record_last_hop(r, direction);
	const size_t cells = r->flow_count * hops;
	struct row *rows = calloc(r->flow_count + 1, sizeof(*rows));
	uint64_t *shown = calloc(r->router_count + 1, sizeof(*shown));
	int64_t *work = calloc(r->flow_count + 1, sizeof(*work));
	int32_t only[RECORD_HOPS];
	size_t count = 0;

	*p = (struct record_paths){ .hops = hops,
		.paths = calloc(r->flow_count + 1, sizeof(*p->paths)),
		.met = malloc((cells + 1) * sizeof(*p->met)),
		.times = malloc((cells + 1) * sizeof(*p->times)) };
	const bool has_memory = rows && shown && work && p->paths && p->met && p->times;

	if (has_memory && hops) {
		record_met(r, direction, hops, p->met, p->times);
		find_only(r, direction, only);
		for (size_t i = 0; i < r->flow_count; i++)
			if (complete(r, &p->met[i * hops], hops, only,
				    direction == RECORD_THERE ? r->flows[i].hops : 0))
				rows[count++] = (struct row){ &p->met[i * hops], hops, (uint32_t)i };
		qsort(rows, count, sizeof(*rows), compare_rows);
		fold(p, rows, count, work);
		qsort(p->paths, p->count, sizeof(*p->paths), compare_paths);
		leave_out(p, shown);
	}
	free(rows);
	free(shown);
	free(work);
	return has_memory;
}

void record_paths_done(struct record_paths *p)
{
	free(p->paths);
	free(p->met);
	free(p->times);
	*p = (struct record_paths){ .count = 0 };
}
