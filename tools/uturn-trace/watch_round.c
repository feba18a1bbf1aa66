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
 * or flows that take other routers, by which the covering flows cover no more. A
 * round does not ask for all that a full run asks for, and what it lacks is no
 * change: marks, MTU and the like are compared by full runs alone.
 */
static void look(void *owner, const struct diff_change *c)
{
	static const char *const kinds[] = { "path", "remapped", "delay", "loss", "target" };
	bool *differs = owner;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		*differs |= strcmp(c->kind, kinds[i]) == 0;
	*differs |= strcmp(c->kind, "maybe") == 0 && strstr(c->what, "only after");
}

bool watch_round_differs(const struct trace_record *full, const struct trace_record *round)
{
	bool differs = false;

	return diff_tell(look, &differs, full, round) == DIFF_FAILED || differs;
}
