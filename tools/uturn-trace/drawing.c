/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/text.h"

enum diff_run drawing_run(const struct drawing_node *n)
{
	return n->routers[DIFF_AFTER] < 0 && n->routers[DIFF_BEFORE] >= 0 ? DIFF_BEFORE : DIFF_AFTER;
}

const struct record_router *drawing_router(const struct drawing *d, const struct drawing_node *n)
{
	const enum diff_run run = drawing_run(n);

	return n->routers[run] < 0 ? NULL : &d->records[run]->routers[n->routers[run]];
}

const char *drawing_name(const struct drawing *d, const struct drawing_node *n, char text[DRAWING_LINE_SIZE])
{
	const struct record_router *r = drawing_router(d, n);
	const struct trace_record *record = d->records[DIFF_AFTER];

	if (n == &d->nodes[DRAWING_HOST])
		return addr_text(&record->source, text);
	if (!r)
		return addr_text(&record->target, text);
	return r->addr.family ? addr_text(&r->addr, text) : "no answer";
}

void drawing_time(const struct drawing_node *n, char text[DRAWING_LINE_SIZE])
{
	const int64_t before = n->routers[DIFF_BEFORE] < 0 ? -1 : n->shares[DIFF_BEFORE].rtt_us;
	const int64_t after = n->routers[DIFF_AFTER] < 0 ? -1 : n->shares[DIFF_AFTER].rtt_us;
	const int64_t difference = before > after ? before - after : after - before;

	*text = '\0';
	if (before >= 0 && after >= 0 && difference >= 500 && difference * 20 >= before)
		snprintf(text, DRAWING_LINE_SIZE, "%.1f \u2192 %.1f ms", (double)before / 1000, (double)after / 1000);
	else if (after >= 0 || before >= 0)
		snprintf(text, DRAWING_LINE_SIZE, "%.1f ms", (double)(after >= 0 ? after : before) / 1000);
}

bool drawing_is_in(const struct drawing *d, const struct drawing_node *n, enum record_direction lane)
{
	const bool is_end = n - d->nodes <= DRAWING_TARGET;

	return is_end ? lane == RECORD_THERE || d->has_back : n->direction == lane;
}

unsigned drawing_layer(const struct drawing *d, const struct drawing_node *n, enum record_direction lane)
{
	const uint32_t at = (uint32_t)(n - d->nodes);

	if (at == DRAWING_HOST)
		return lane == RECORD_THERE ? 0 : d->last[lane];
	if (at == DRAWING_TARGET)
		return lane == RECORD_BACK ? 0 : d->last[lane];
	return n->layer;
}

void drawing_done(struct drawing *d)
{
	free(d->nodes);
	free(d->links);
	free(d->bends);
	*d = (struct drawing){ .node_count = 0 };
}
