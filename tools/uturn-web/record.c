/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

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

int record_router(struct record *r, const struct addr *addr, bool *is_new)
{
	*is_new = false;
	for (unsigned i = 0; i < r->router_count; i++)
		if (addr_equal(&r->routers[i].addr, addr))
			return (int)i;
	if (r->router_count == RECORD_ROUTERS)
		return -1;
	*is_new = true;
	r->routers[r->router_count] = (struct router){ .addr = *addr, .place = place_of(addr) };
	return (int)r->router_count++;
}

void record_tell(struct record *r, enum event_kind kind, unsigned index)
{
	/* the last places are for the events at the end */
	if (r->event_count < RECORD_EVENTS - (kind == EVENT_ANSWER || kind == EVENT_NAME ? 4 : 0))
		r->events[r->event_count++] = (struct event){ kind, index };
	else
		r->lost++;
}

void record_answer(struct record *r, const struct answer *a)
{
	unsigned answers = 1;

	if (a->hop <= r->hop_offset)
		return;
	for (unsigned i = 0; i < r->answer_count; i++)
		answers += r->answers[i].hop == a->hop;
	if (a->kind == KIND_SILENT || answers >= r->attempts)
		r->is_settled[a->hop] = true;
	if (r->answer_count == RECORD_ANSWERS) {
		r->lost++;
		return;
	}
	r->answers[r->answer_count] = *a;
	record_tell(r, EVENT_ANSWER, r->answer_count++);
}

bool record_has(const struct record *r, enum event_kind kind)
{
	for (unsigned i = 0; i < r->event_count; i++)
		if (r->events[i].kind == kind)
			return true;
	return false;
}
