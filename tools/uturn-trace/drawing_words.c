/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing_words.h"

#include <stdio.h>
#include <string.h>

enum {
	SHOWN = 26, /* characters of a name, or of marks */
	CROWD = 8, /* routers at a hop, above which each has one line */
	PADDING = 10,
	FIRST_WIDTH = 725, /* hundredths of a pixel: a character of the first line, 12 px, and of others, 11 px */
	OTHER_WIDTH = 665,
	LINE_HEIGHT = 15,
	PADDING_HEIGHT = 11,
};

static char *next_line(struct drawing_node *n)
{
	return n->line_count < DRAWING_LINES ? n->lines[n->line_count++] : n->lines[DRAWING_LINES - 1];
}

/* Cut to what is shown, with an ellipsis. */
static void add_cut(struct drawing_node *n, const char *text)
{
	if (strlen(text) <= SHOWN)
		snprintf(next_line(n), DRAWING_LINE_SIZE, "%s", text);
	else
		snprintf(next_line(n), DRAWING_LINE_SIZE, "%.*s\u2026", SHOWN - 1, text);
}

/* Time, share and AS, as far as they are known. */
static void add_values(const struct drawing *d, struct drawing_node *n)
{
	const struct record_router *r = drawing_router(d, n);
	const struct record_share *share = &n->shares[drawing_run(n)];
	char text[3 * DRAWING_LINE_SIZE], time[DRAWING_LINE_SIZE];
	int len;

	drawing_time(n, time);
	len = snprintf(text, sizeof(text), "%s", time);
	if (share->flows && share->flows < share->of)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%.0f %%", len ? " \u00b7 " : "",
			100.0 * share->flows / share->of);
	if (r->asn)
		snprintf(text + len, sizeof(text) - (size_t)len, "%sAS%u", len ? " \u00b7 " : "", r->asn);
	if (*text)
		snprintf(next_line(n), DRAWING_LINE_SIZE, "%.*s", DRAWING_LINE_SIZE - 1, text);
}

static void add_marks(struct drawing_node *n, const struct record_router *r)
{
	char text[RECORD_MARKS * (RECORD_MARK_SIZE + 2)] = "";
	size_t len = 0;

	for (unsigned i = 0; i < r->mark_count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "", r->marks[i]);
	if (!len)
		return;
	add_cut(n, text);
	n->marks_line = n->line_count - 1;
}

static void write_router(const struct drawing *d, struct drawing_node *n, bool is_crowded)
{
	const struct record_router *r = drawing_router(d, n);
	char room[DRAWING_LINE_SIZE], time[DRAWING_LINE_SIZE];
	const char *name = drawing_name(d, n, room);

	snprintf(next_line(n), DRAWING_LINE_SIZE, "%s", name);
	if (n->is_silent)
		return;
	if (is_crowded) {
		drawing_time(n, time);
		if (strlen(name) + strlen(time) < SHOWN && *time)
			snprintf(n->lines[0], DRAWING_LINE_SIZE, "%.25s  %.20s", name, time);
		return;
	}
	add_values(d, n);
	if (*r->name)
		add_cut(n, r->name);
	add_marks(n, r);
}

static void write_ends(struct drawing *d)
{
	struct drawing_node *host = &d->nodes[DRAWING_HOST], *target = &d->nodes[DRAWING_TARGET];
	char room[DRAWING_LINE_SIZE];

	snprintf(next_line(host), DRAWING_LINE_SIZE, "%s", drawing_name(d, host, room));
	snprintf(next_line(host), DRAWING_LINE_SIZE, "this host");
	if (drawing_router(d, host))
		add_values(d, host);
	if (drawing_router(d, target)) {
		write_router(d, target, false);
		return;
	}
	snprintf(next_line(target), DRAWING_LINE_SIZE, "%s", drawing_name(d, target, room));
	snprintf(next_line(target), DRAWING_LINE_SIZE, "not reached");
}

static unsigned count_characters(const char *text)
{
	unsigned count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void measure(struct drawing_node *n)
{
	unsigned width = 0;

	for (unsigned i = 0; i < n->line_count; i++) {
		const unsigned line = count_characters(n->lines[i]) * (i ? OTHER_WIDTH : FIRST_WIDTH);

		width = line > width ? line : width;
	}
	n->width = (int)width / 100 + 2 * PADDING;
	n->height = (int)n->line_count * LINE_HEIGHT + PADDING_HEIGHT;
}

void drawing_write_words(struct drawing *d)
{
	unsigned counts[RECORD_DIRECTIONS][RECORD_HOPS + 1] = { { 0 } };

	for (uint32_t i = DRAWING_TARGET + 1; i < d->node_count; i++)
		counts[d->nodes[i].direction][d->nodes[i].layer]++;
	write_ends(d);
	for (uint32_t i = DRAWING_TARGET + 1; i < d->node_count; i++)
		write_router(d, &d->nodes[i], counts[d->nodes[i].direction][d->nodes[i].layer] > CROWD);
	for (uint32_t i = 0; i < d->node_count; i++)
		measure(&d->nodes[i]);
}
