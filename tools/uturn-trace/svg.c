/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "svg.h"

#include <math.h>

#include "common/text.h"
#include "markup.h"

enum { RADIUS = 8, PADDING = 10, FIRST_LINE = 18, LINE_HEIGHT = 15, LOOP = 60 };

const char *svg_direction(uint8_t direction)
{
	return direction == RECORD_THERE ? "there" : "back";
}

void svg_put_state(FILE *out, uint8_t state)
{
	static const char *const words[] = { "", " gone", " new", " only-before", " only-after" };

	fputs(words[state], out);
}

/* --- words --- */

static void put_time(FILE *out, const char *word, int64_t before_us, int64_t after_us)
{
	if (before_us >= 0 && after_us >= 0)
		fprintf(out, "%s%.1f ms before, %.1f ms after", word, (double)before_us / 1000,
			(double)after_us / 1000);
	else if (before_us >= 0 || after_us >= 0)
		fprintf(out, "%s%.1f ms", word, (double)(after_us >= 0 ? after_us : before_us) / 1000);
}

void svg_put_words(FILE *out, const struct drawing *d, const struct drawing_node *n)
{
	const struct record_router *r = drawing_router(d, n);
	const struct record_share *share = &n->shares[drawing_run(n)];
	char room[DRAWING_LINE_SIZE];

	if (n == &d->nodes[DRAWING_HOST])
		fputs("this host, ", out);
	else if (n == &d->nodes[DRAWING_TARGET])
		fputs(n->is_reached ? "target, " : "target, not reached, ", out);
	else
		fprintf(out, "%s, hop %u, ", svg_direction(n->direction), n->layer);
	markup_put(out, drawing_name(d, n, room));
	if (!r)
		return;
	if (*r->name)
		markup_printf(out, ", %s", r->name);
	if (r->asn)
		fprintf(out, ", AS%u", r->asn);
	if (share->flows)
		fprintf(out, ", %u of %u flows", share->flows, share->of);
	put_time(out, ", ", n->routers[DIFF_BEFORE] < 0 ? -1 : n->shares[DIFF_BEFORE].rtt_us,
		n->routers[DIFF_AFTER] < 0 ? -1 : n->shares[DIFF_AFTER].rtt_us);
	for (unsigned i = 0; i < r->mark_count; i++)
		markup_printf(out, ", %s", r->marks[i]);
	if (n->state == DIFF_GONE || n->state == DIFF_NEW)
		fputs(n->state == DIFF_GONE ? ", gone" : ", new", out);
}

static void put_link_words(FILE *out, const struct drawing *d, const struct drawing_link *l)
{
	const enum diff_run run = l->values[DIFF_AFTER].flows ? DIFF_AFTER : DIFF_BEFORE;
	const struct link_values *v = &l->values[run];
	char room[DRAWING_LINE_SIZE];

	markup_put(out, drawing_name(d, &d->nodes[l->from], room));
	fputs(" \u2192 ", out);
	markup_put(out, drawing_name(d, &d->nodes[l->to], room));
	fprintf(out, ": %u flow%s", v->flows, v->flows == 1 ? "" : "s");
	put_time(out, ", ", l->links[DIFF_BEFORE] < 0 ? -1 : l->values[DIFF_BEFORE].rtt_us,
		l->links[DIFF_AFTER] < 0 ? -1 : l->values[DIFF_AFTER].rtt_us);
	if (v->lost)
		fprintf(out, ", lost %u of %u", v->lost, v->sent);
	if (l->is_per_packet)
		fputs(", per packet", out);
}

/* --- links --- */

/* Where links of a lane touch a box: ends have the forward path above, the return path below. */
static int height_at(const struct drawing *d, uint32_t node, uint8_t direction)
{
	const struct drawing_node *n = &d->nodes[node];
	const int middle = n->y + n->height / 2;

	if (node > DRAWING_TARGET || !d->has_back)
		return middle;
	return direction == RECORD_THERE ? middle - n->height / 5 : middle + n->height / 5;
}

static void put_curve(FILE *out, int x1, int y1, int x2, int y2)
{
	if (y1 == y2)
		fprintf(out, "H%d", x2);
	else
		fprintf(out, "C%d %d %d %d %d %d", (x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2);
}

/* Through all its bends; a link to the same or an earlier layer goes around. */
static void put_path(FILE *out, const struct drawing *d, const struct drawing_link *l)
{
	const struct drawing_node *from = &d->nodes[l->from], *to = &d->nodes[l->to];
	const int turn = l->direction == RECORD_THERE ? 1 : -1;
	int x = turn > 0 ? from->x + from->width : from->x, y = height_at(d, l->from, l->direction);
	const int end_x = turn > 0 ? to->x : to->x + to->width, end_y = height_at(d, l->to, l->direction);

	fprintf(out, "M%d %d", x, y);
	if (!l->is_in_front) {
		fprintf(out, "C%d %d %d %d %d %d", x + turn * LOOP, y + LOOP, end_x - turn * LOOP, end_y + LOOP, end_x,
			end_y);
		return;
	}
	for (uint32_t i = 0; i < l->bend_count; i++) {
		const struct drawing_bend *b = &d->bends[l->first_bend + i];

		put_curve(out, x, y, turn > 0 ? b->left : b->right, b->y);
		x = turn > 0 ? b->right : b->left;
		y = b->y;
		fprintf(out, "H%d", x);
	}
	put_curve(out, x, y, end_x, end_y);
}

static bool is_lossy(const struct drawing_link *l)
{
	return l->values[DIFF_AFTER].lost > 1;
}

static void put_link(FILE *out, const struct drawing *d, uint32_t index, bool is_page)
{
	const struct drawing_link *l = &d->links[index];
	const struct drawing_node *from = &d->nodes[l->from], *to = &d->nodes[l->to];
	const struct link_values *v = &l->values[DIFF_AFTER];

	fprintf(out, "<g class=\"link %s%s%s", svg_direction(l->direction), l->is_per_packet ? " per-packet" : "",
		is_lossy(l) ? " lossy" : "");
	svg_put_state(out, l->state);
	fprintf(out, "\" data-link=\"%u\" data-from=\"%u\" data-to=\"%u\"><title>", index, l->from, l->to);
	put_link_words(out, d, l);
	fprintf(out, "</title><path class=\"line\" stroke-width=\"%.1f\" d=\"", 1.5 + 3.5 * sqrt(l->share));
	put_path(out, d, l);
	fputs("\"/>", out);
	if (is_page) { /* a thin line is hard to point at */
		fputs("<path class=\"hit\" d=\"", out);
		put_path(out, d, l);
		fputs("\"/>", out);
	}
	if (is_lossy(l))
		fprintf(out, "<text class=\"loss\" x=\"%d\" y=\"%d\">%.0f %% loss</text>",
			(from->x + from->width / 2 + to->x + to->width / 2) / 2,
			(height_at(d, l->from, l->direction) + height_at(d, l->to, l->direction)) / 2 - 6,
			100.0 * v->lost / v->sent);
	fputs("</g>\n", out);
}

/* --- nodes --- */

static void put_ids(FILE *out, const struct drawing *d, const struct drawing_node *n)
{
	static const char *const names[] = { "before", "after" };

	for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS; run++)
		if (n->routers[run] >= 0)
			fprintf(out, " data-%s=\"%s\"", names[run], d->records[run]->routers[n->routers[run]].id);
}

static void put_lines(FILE *out, const struct drawing_node *n)
{
	for (unsigned i = 0; i < n->line_count; i++) {
		fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">",
			!i                           ? "first"
				: i == n->marks_line ? "marks"
						     : "more",
			n->x + PADDING, n->y + FIRST_LINE + (int)i * LINE_HEIGHT);
		markup_put(out, n->lines[i]);
		fputs("</text>", out);
	}
}

static void put_node(FILE *out, const struct drawing *d, uint32_t index, bool is_page)
{
	const struct drawing_node *n = &d->nodes[index];
	char room[DRAWING_LINE_SIZE];

	fprintf(out, "<g class=\"node %s%s%s%s", svg_direction(n->direction), index <= DRAWING_TARGET ? " end" : "",
		n->is_silent ? " silent" : "", n->is_reached ? "" : " absent");
	svg_put_state(out, n->state);
	fprintf(out, "\" data-node=\"%u\"", index);
	put_ids(out, d, n);
	if (is_page) {
		fprintf(out, " data-name=\"%s\"", drawing_name(d, n, room));
		fprintf(out, " tabindex=\"%d\" role=\"button\"", index == DRAWING_HOST ? 0 : -1);
	}
	fputs("><title>", out);
	svg_put_words(out, d, n);
	fprintf(out, "</title><rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>", n->x, n->y,
		n->width, n->height, RADIUS);
	put_lines(out, n);
	fputs("</g>\n", out);
}

/* --- the whole --- */

static void put_hops(FILE *out, const struct drawing *d)
{
	for (uint32_t i = 0; i < d->hop_count; i++)
		fprintf(out, "<text class=\"hop\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%u</text>\n", d->hops[i].x,
			d->hops[i].y + LINE_HEIGHT, d->hops[i].number);
}

void svg_put(FILE *out, const struct drawing *d, const char *style)
{
	char target[ADDR_TEXT_SIZE];

	addr_text(&d->records[DIFF_AFTER]->target, target);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
		"role=\"%s\" aria-label=\"Paths to %s\">\n",
		d->width, d->height, d->width, d->height, style ? "img" : "group", target);
	if (style)
		fprintf(out, "<title>Paths to %s</title>\n<style>%s</style>\n", target, style);
	put_hops(out, d);
	for (uint32_t i = 0; i < d->link_count; i++)
		put_link(out, d, i, !style);
	for (uint32_t i = 0; i < d->node_count; i++)
		put_node(out, d, i, !style);
	fputs("</svg>\n", out);
}
