/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch_round.h"

#include <string.h>

#include "diff.h"
#include "search/flows.h"

void watch_round_begin(struct watch_round *w, unsigned covering, const struct trace_record *full, bool has_new)
{
	const uint32_t used = full->flow_count ? full->flows[full->flow_count - 1].id + 1 : 0;

	w->covering = w->count = covering;
	w->has_new = has_new && used + WATCH_NEW <= FLOWS_COUNT;
	/* another full run goes on where the last one was, or what only few flows meet would never be met */
	if (w->next_new < used)
		w->next_new = used;
	w->first_new = used;
}

void watch_round_next(struct watch_round *w)
{
	w->count = w->covering;
	if (!w->has_new)
		return;
	if (w->next_new + WATCH_NEW > FLOWS_COUNT)
		w->next_new = w->first_new;
	while (w->count < w->covering + WATCH_NEW && w->count < WATCH_FLOWS)
		w->flows[w->count++] = (uint16_t)w->next_new++;
}

/*
 * What changed, and what may be a change: a router that only the round has met,
 * or flows that take other routers, by which the covering flows cover no more.
 */
static void look(void *owner, const struct diff_change *c)
{
	bool *differs = owner;

	/* which flows meet a router has an influence on its marks; a full run compares them */
	if (strcmp(c->kind, "marks") != 0 && (strcmp(c->kind, "maybe") != 0 || strstr(c->what, "only after")))
		*differs = true;
}

bool watch_round_differs(const struct trace_record *full, const struct trace_record *round)
{
	bool differs = false;

	return diff_tell(look, &differs, full, round) == DIFF_FAILED || differs;
}
