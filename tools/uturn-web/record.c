/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 8 }; /* places of a list that is begun */

const char *const kind_names[KINDS] = {
	[KIND_TIME_EXCEEDED] = "time-exceeded",
	[KIND_UNREACHABLE] = "unreachable",
	[KIND_TOO_BIG] = "too-big",
	[KIND_REACHED] = "reached",
	[KIND_SILENT] = "silent",
};

const char *const end_names[ENDS] = {
	[END_REACHED] = "reached",
	[END_MAX_TTL] = "max-ttl",
	[END_CLOSED] = "closed",
	[END_BUSY] = "busy",
	[END_LIMIT] = "limit",
	[END_IDLE] = "idle",
};

void record_free(struct record *r)
{
	for (unsigned i = 0; i < r->router_count; i++) {
		free(r->routers[i].place);
		free(r->routers[i].name);
	}
	for (unsigned i = 0; i < r->answer_count; i++)
		free(r->answers[i].labels);
	free(r->routers);
	free(r->answers);
	free(r->rows);
	free(r->events);
	free(r->problem);
	*r = (struct record){ 0 };
}

/* The list with room for one more: it has LEAST places, then twice as many, and so on; NULL: there is none. */
static void *roomy(void *list, unsigned count, unsigned most, size_t size)
{
	if (count == most)
		return NULL;
	if (count && (count < LEAST || count & (count - 1)))
		return list;
	return reallocarray(list, count ? (size_t)count * 2 : LEAST, size);
}

int record_router(struct record *r, const struct addr *addr, bool *is_new)
{
	struct router *routers;
	struct place *place;

	*is_new = false;
	for (unsigned i = 0; i < r->router_count; i++)
		if (addr_equal(&r->routers[i].addr, addr))
			return (int)i;
	routers = roomy(r->routers, r->router_count, RECORD_ROUTERS, sizeof(*routers));
	if (!routers)
		return -1;
	r->routers = routers;
	place = malloc(sizeof(*place));
	if (!place)
		return -1;
	*place = place_of(addr);
	*is_new = true;
	r->routers[r->router_count] = (struct router){ .addr = *addr, .place = place };
	return (int)r->router_count++;
}

void record_name(struct record *r, unsigned router, const char *name)
{
	free(r->routers[router].name);
	r->routers[router].name = *name ? strdup(name) : NULL;
}

void record_tell(struct record *r, enum event_kind kind, unsigned index)
{
	/* the last places are for the events at the end */
	unsigned most = RECORD_EVENTS - (kind == EVENT_ANSWER || kind == EVENT_NAME ? 4 : 0);

	struct event *events = NULL;

	if (r->event_count < most)
		events = roomy(r->events, r->event_count, RECORD_EVENTS, sizeof(*events));
	if (!events) {
		r->lost++;
		return;
	}
	r->events = events;
	events[r->event_count++] = (struct event){ (uint8_t)kind, (uint8_t)index };
}

static struct label *labels_of(const struct answer *a)
{
	struct label *labels = a->label_count ? malloc(a->label_count * sizeof(*labels)) : NULL;

	if (labels)
		memcpy(labels, a->labels, a->label_count * sizeof(*labels));
	return labels;
}

void record_answer(struct record *r, const struct answer *a)
{
	struct answer *list, *kept;
	unsigned answers = 1;

	if (a->hop <= r->hop_offset)
		return;
	for (unsigned i = 0; i < r->answer_count; i++)
		answers += r->answers[i].hop == a->hop;
	if (a->kind == KIND_SILENT || answers >= r->attempts)
		r->is_settled[a->hop] = true;
	list = roomy(r->answers, r->answer_count, RECORD_ANSWERS, sizeof(*list));
	if (!list) {
		r->lost++;
		return;
	}
	r->answers = list;
	kept = &list[r->answer_count];
	*kept = *a;
	kept->labels = labels_of(a);
	if (!kept->labels)
		kept->label_count = 0;
	record_tell(r, EVENT_ANSWER, r->answer_count++);
}

void record_row(struct record *r, const struct row *row)
{
	struct row *rows = NULL;

	if (row->hop > r->hop_offset)
		rows = roomy(r->rows, r->row_count, RECORD_ROWS, sizeof(*rows));
	if (!rows)
		return;
	r->rows = rows;
	rows[r->row_count++] = *row;
}

void record_problem(struct record *r, const char *words)
{
	free(r->problem);
	r->problem = strdup(words);
	record_tell(r, EVENT_PROBLEM, 0);
}

bool record_has(const struct record *r, enum event_kind kind)
{
	for (unsigned i = 0; i < r->event_count; i++)
		if (r->events[i].kind == kind)
			return true;
	return false;
}
