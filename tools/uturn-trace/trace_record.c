/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trace_record_init(struct trace_record *r)
{
	*r = (struct trace_record){ 0 };
}

void trace_record_done(struct trace_record *r)
{
	free(r->flows);
	free(r->routers);
	free(r->links);
	free(r->probes);
	trace_record_init(r);
}

/* One more at the end, all zero; NULL: no memory, and what was there stays. */
static void *grow(void **list, size_t *count, size_t *room, size_t size)
{
	enum { FIRST = 16 };
	void *at;

	if (*count == *room) {
		size_t more = *room ? *room * 2 : FIRST;
		void *larger = reallocarray(*list, more, size);

		if (!larger)
			return NULL;
		*list = larger;
		*room = more;
	}
	at = (char *)*list + *count * size;
	memset(at, 0, size);
	(*count)++;
	return at;
}

struct record_flow *record_add_flow(struct trace_record *r)
{
	return grow((void **)&r->flows, &r->flow_count, &r->flow_room, sizeof(*r->flows));
}

struct record_router *record_add_router(struct trace_record *r)
{
	return grow((void **)&r->routers, &r->router_count, &r->router_room, sizeof(*r->routers));
}

struct record_link *record_add_link(struct trace_record *r)
{
	return grow((void **)&r->links, &r->link_count, &r->link_room, sizeof(*r->links));
}

struct record_probe *record_add_probe(struct trace_record *r)
{
	return grow((void **)&r->probes, &r->probe_count, &r->probe_room, sizeof(*r->probes));
}

void record_mark(struct record_router *r, const char *format, ...)
{
	char text[RECORD_MARK_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (unsigned i = 0; i < r->mark_count; i++)
		if (strcmp(r->marks[i], text) == 0)
			return;
	if (r->mark_count < RECORD_MARKS)
		memcpy(r->marks[r->mark_count++], text, sizeof(text));
}

bool record_add_option(struct trace_record *r, const char *name, const char *value)
{
	struct record_option *o = &r->options[r->option_count];

	if (r->option_count == RECORD_OPTIONS)
		return false;
	snprintf(o->name, sizeof(o->name), "%s", name);
	snprintf(o->value, sizeof(o->value), "%s", value);
	r->option_count++;
	return true;
}

int record_find_router(const struct trace_record *r, const char *id)
{
	for (size_t i = 0; i < r->router_count; i++)
		if (strcmp(r->routers[i].id, id) == 0)
			return (int)i;
	return -1;
}

int record_find_flow(const struct trace_record *r, uint32_t id)
{
	size_t low = 0, high = r->flow_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (r->flows[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->flow_count && r->flows[low].id == id ? (int)low : -1;
}

static int compare_times(const void *a, const void *b)
{
	const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* Flows of the probes that this router answered at the hop (is_all: that any router did), each once. */
static unsigned count_flows(const struct trace_record *r, const struct record_router *router, uint32_t index,
	unsigned hop, bool is_all)
{
	unsigned count = 0;
	bool *seen = calloc(r->flow_count + 1, sizeof(*seen));

	for (size_t i = 0; seen && i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];
		int flow;

		if (p->direction != router->direction || p->hop != hop || p->router < 0 ||
			(!is_all && (uint32_t)p->router != index))
			continue;
		flow = record_find_flow(r, p->flow);
		if (flow >= 0 && !seen[flow]) {
			seen[flow] = true;
			count++;
		}
	}
	free(seen);
	return count;
}

struct record_share record_share_of(const struct trace_record *r, uint32_t router, unsigned hop)
{
	const struct record_router *self = &r->routers[router];
	struct record_share s = { .rtt_us = -1 };
	int64_t *times = calloc(r->probe_count + 1, sizeof(*times));

	s.flows = count_flows(r, self, router, hop, false);
	s.of = count_flows(r, self, router, hop, true);
	for (size_t i = 0; times && i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];

		if (p->direction == self->direction && p->hop == hop && p->router == (int32_t)router && p->rtt_us >= 0)
			times[s.answers++] = p->rtt_us;
	}
	if (times && s.answers) {
		qsort(times, s.answers, sizeof(*times), compare_times);
		s.rtt_us = times[(s.answers - 1) / 2];
	}
	free(times);
	return s;
}

unsigned record_flows_at(const struct trace_record *r, enum record_direction direction, unsigned hop)
{
	unsigned count = 0;
	bool *seen = calloc(r->flow_count + 1, sizeof(*seen));

	for (size_t i = 0; seen && i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];
		const int flow = p->direction == direction && p->hop == hop ? record_find_flow(r, p->flow) : -1;

		if (flow >= 0 && !seen[flow]) {
			seen[flow] = true;
			count++;
		}
	}
	free(seen);
	return count;
}

unsigned record_last_hop(const struct trace_record *r, enum record_direction direction)
{
	uint64_t hops = 0;

	for (size_t i = 0; i < r->router_count; i++)
		if (r->routers[i].direction == direction)
			hops |= r->routers[i].hops;
	return hops ? 64 - (unsigned)__builtin_clzll(hops) : 0;
}
