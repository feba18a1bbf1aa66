/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/trace_record.h"

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

bool record_has_mark(const struct record_router *r, const char *mark)
{
	for (unsigned i = 0; i < r->mark_count; i++)
		if (strcmp(r->marks[i], mark) == 0)
			return true;
	return false;
}

void record_mark(struct record_router *r, const char *format, ...)
{
	char text[RECORD_MARK_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!record_has_mark(r, text) && r->mark_count < RECORD_MARKS)
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

void record_join(struct trace_record *r, uint32_t one, uint32_t other)
{
	const uint32_t left = r->routers[one].same_as ? r->routers[one].same_as : one + 1;
	const uint32_t right = r->routers[other].same_as ? r->routers[other].same_as : other + 1;
	const uint32_t first = left < right ? left : right;

	r->routers[one].same_as = r->routers[other].same_as = first;
	for (size_t i = 0; i < r->router_count; i++)
		if (r->routers[i].same_as == left || r->routers[i].same_as == right)
			r->routers[i].same_as = first;
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
