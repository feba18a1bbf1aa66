/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html_rows.h"

#include <stdlib.h>

#include "common/text.h"
#include "markup.h"
#include "svg.h"

enum { ROW = 52, PITCH = 14, LINKS_MOST = 72, SIDE = 14, EDGE = 4, DOT = 5 };

/* A row; this host is the first, and the last where a return path ends at it. */
struct row {
	uint32_t node;
	unsigned hop; /* 0: this host */
	unsigned place, of; /* among the rows of its hop */
};

struct rows {
	const struct drawing *drawing;
	struct row *rows;
	uint32_t count;
	uint32_t *of_node; /* the row of a node; of this host the first */
	unsigned widest; /* rows of one hop */
	int64_t slowest_us;
};

/* A node to be sorted. */
struct entry {
	uint8_t direction, layer;
	int y;
	uint32_t node;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if (one->direction != other->direction)
		return one->direction < other->direction ? -1 : 1;
	if (one->layer != other->layer)
		return one->layer < other->layer ? -1 : 1;
	if (one->y != other->y)
		return one->y < other->y ? -1 : 1;
	return (one->node > other->node) - (one->node < other->node);
}

static const struct record_share *share_of(const struct drawing_node *n)
{
	return &n->shares[drawing_run(n)];
}

static void add_row(struct rows *r, const struct entry *e, unsigned hop)
{
	const struct drawing_node *n = &r->drawing->nodes[e->node];

	r->rows[r->count] = (struct row){ .node = e->node, .hop = hop };
	if (drawing_router(r->drawing, n) && share_of(n)->worst_us > r->slowest_us)
		r->slowest_us = share_of(n)->worst_us;
	if (!r->count || e->node != DRAWING_HOST)
		r->of_node[e->node] = r->count;
	r->count++;
}

static void find_places(struct rows *r)
{
	for (uint32_t i = 0, next; i < r->count; i = next) {
		for (next = i; next < r->count && r->rows[next].hop == r->rows[i].hop;)
			next++;
		for (uint32_t j = i; j < next; j++) {
			r->rows[j].place = j - i;
			r->rows[j].of = next - i;
		}
		r->widest = next - i > r->widest ? next - i : r->widest;
	}
}

static bool make_rows(struct rows *r)
{
	const struct drawing *d = r->drawing;
	const unsigned last = record_last_hop(d->records[DIFF_AFTER], RECORD_THERE);
	struct entry *entries = calloc((size_t)d->node_count + 1, sizeof(*entries));
	size_t count = 0;

	r->rows = calloc((size_t)d->node_count + 2, sizeof(*r->rows));
	r->of_node = calloc((size_t)d->node_count + 1, sizeof(*r->of_node));
	if (entries && r->rows && r->of_node) {
		for (uint32_t i = 1; i < d->node_count; i++)
			entries[count++] = (struct entry){ i == DRAWING_TARGET ? RECORD_THERE : d->nodes[i].direction,
				i == DRAWING_TARGET ? (uint8_t)d->last[RECORD_THERE] : d->nodes[i].layer, d->nodes[i].y,
				i };
		if (drawing_router(d, &d->nodes[DRAWING_HOST]))
			entries[count++] =
				(struct entry){ RECORD_BACK, (uint8_t)d->last[RECORD_BACK], 0, DRAWING_HOST };
		qsort(entries, count, sizeof(*entries), compare_entries);
		add_row(r, &(struct entry){ .node = DRAWING_HOST }, 0);
		for (size_t i = 0; i < count; i++)
			add_row(r, &entries[i],
				entries[i].direction == RECORD_THERE ? entries[i].layer : last + entries[i].layer);
		find_places(r);
	}
	free(entries);
	return r->rows && r->of_node && r->count;
}

/* --- the links beside them --- */

static int pitch(const struct rows *r)
{
	return r->widest < 2                                ? 0
		: PITCH * (int)(r->widest - 1) < LINKS_MOST ? PITCH * 100
							    : LINKS_MOST * 100 / (int)(r->widest - 1);
}

static int width_of(const struct rows *r)
{
	return 2 * SIDE + pitch(r) * ((int)r->widest - 1) / 100;
}

static int dot_x(const struct rows *r, uint32_t row)
{
	const struct row *at = &r->rows[row];

	return width_of(r) / 2 + (2 * (int)at->place - (int)at->of + 1) * pitch(r) / 200;
}

static int dot_y(uint32_t row)
{
	return (int)row * ROW + ROW / 2;
}

static void put_link(FILE *out, const struct rows *r, uint32_t index)
{
	const struct drawing_link *l = &r->drawing->links[index];
	const bool is_home = l->to == DRAWING_HOST && l->direction == RECORD_BACK;
	const uint32_t from = r->of_node[l->from], to = is_home ? r->count - 1 : r->of_node[l->to];
	const int x1 = dot_x(r, from), y1 = dot_y(from), x2 = dot_x(r, to), y2 = dot_y(to);
	/* a link that passes a hop goes around its routers, at the edge */
	const int bow = l->bend_count ? ((x1 + x2) / 2 - EDGE) * 4 / 3 : 0;

	fprintf(out, "<path class=\"link line %s%s%s", svg_direction(l->direction),
		l->is_per_packet ? " per-packet" : "", l->values[DIFF_AFTER].lost > 1 ? " lossy" : "");
	svg_put_state(out, l->state);
	fprintf(out, "\" data-link=\"%u\" d=\"M%d %dC%d %d %d %d %d %d\"/>\n", index, x1, y1, x1 - bow, (y1 + y2) / 2,
		x2 - bow, (y1 + y2) / 2, x2, y2);
}

static void put_links(FILE *out, const struct rows *r)
{
	fprintf(out, "<svg class=\"gutter\" aria-hidden=\"true\" viewBox=\"0 0 %d %u\" width=\"%d\" height=\"%u\">\n",
		width_of(r), r->count * ROW, width_of(r), r->count * ROW);
	for (uint32_t i = 0; i < r->drawing->link_count; i++)
		put_link(out, r, i);
	for (uint32_t i = 0; i < r->count; i++) {
		const struct drawing_node *n = &r->drawing->nodes[r->rows[i].node];

		fprintf(out, "<circle class=\"dot %s%s%s", svg_direction(n->direction),
			r->rows[i].node <= DRAWING_TARGET ? " end" : "", n->is_silent ? " silent" : "");
		svg_put_state(out, n->state);
		fprintf(out, "\" data-node=\"%u\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", r->rows[i].node, dot_x(r, i),
			dot_y(i), DOT);
	}
	fputs("</svg>\n", out);
}

/* --- the rows --- */

static void put_who(FILE *out, const struct drawing *d, const struct row *row)
{
	const struct drawing_node *n = &d->nodes[row->node];
	const struct record_router *r = drawing_router(d, n);
	char room[DRAWING_LINE_SIZE];

	fprintf(out, "<th scope=\"row\"><button type=\"button\" data-node=\"%u\">", row->node);
	markup_put(out, drawing_name(d, n, room));
	fputs("</button><small>", out);
	if (row->node == DRAWING_HOST)
		fputs("<b>this host</b> ", out);
	else if (row->node == DRAWING_TARGET)
		fputs(n->is_reached ? "<b>target</b> " : "<b>not reached</b> ", out);
	if (r && *r->name)
		markup_put(out, r->name);
	if (r && r->asn)
		fprintf(out, " AS%u", r->asn);
	fputs("</small></th>", out);
}

static void put_share(FILE *out, const struct record_share *s)
{
	const double share = s->of ? 100.0 * s->flows / s->of : 0;

	fputs("<td class=\"share\">", out);
	if (s->flows && s->flows < s->of)
		fprintf(out,
			"%.0f %%<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\">"
			"<rect class=\"all\" width=\"100\" height=\"6\"/><rect class=\"part\" width=\"%.1f\" height=\"6\"/></svg>",
			share, share);
	fputs("</td>", out);
}

/* The median, and from the fastest to the slowest beside those of all. */
static void put_times(FILE *out, const struct rows *r, const struct drawing_node *n)
{
	const struct record_share *s = share_of(n);
	const double all = r->slowest_us > 0 ? (double)r->slowest_us : 1;
	char time[DRAWING_LINE_SIZE];

	drawing_time(n, time);
	fprintf(out, "<td class=\"rtt\">%s", time);
	if (s->answers)
		fprintf(out,
			"<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\">"
			"<rect class=\"all\" width=\"100\" height=\"6\"/><rect class=\"part\" x=\"%.1f\" width=\"%.1f\" height=\"6\"/></svg>",
			98 * (double)s->best_us / all, 2 + 98 * (double)(s->worst_us - s->best_us) / all);
	fputs("</td>", out);
}

static void put_row(FILE *out, const struct rows *r, uint32_t index)
{
	const struct drawing *d = r->drawing;
	const struct row *row = &r->rows[index];
	const struct drawing_node *n = &d->nodes[row->node];
	const bool is_start = !index;
	const struct record_router *router = is_start ? NULL : drawing_router(d, n);

	fprintf(out, "<tr class=\"%s %s%s", index && row->place ? "more" : "first",
		row->node == DRAWING_HOST && index ? "back" : svg_direction(n->direction),
		n->is_silent ? " silent" : "");
	svg_put_state(out, n->state);
	fprintf(out, "\" data-node=\"%u\"><td class=\"hop\">", row->node);
	if (!is_start && !row->place && router)
		fprintf(out, "%u", row->hop);
	fputs("</td>", out);
	put_who(out, d, row);
	if (router) {
		put_share(out, share_of(n));
		put_times(out, r, n);
	} else {
		fputs("<td class=\"share\"></td><td class=\"rtt\"></td>", out);
	}
	fputs("<td class=\"marks\">", out);
	for (unsigned i = 0; router && i < router->mark_count; i++) {
		fputs("<span>", out);
		markup_put(out, router->marks[i]);
		fputs("</span>", out);
	}
	fputs("</td></tr>\n", out);
}

bool html_rows_put(FILE *out, const struct drawing *d)
{
	struct rows r = { .drawing = d };
	const bool is_made = make_rows(&r);

	if (is_made) {
		fputs("<div class=\"rows\">\n", out);
		put_links(out, &r);
		fputs("<table><caption>Routers by hop</caption><thead><tr><th scope=\"col\">Hop</th><th scope=\"col\">Router</th>"
		      "<th scope=\"col\">Share</th><th scope=\"col\">Round trip</th><th scope=\"col\">Marks</th></tr></thead><tbody>\n",
			out);
		for (uint32_t i = 0; i < r.count; i++)
			put_row(out, &r, i);
		fputs("</tbody></table>\n</div>\n", out);
	}
	free(r.rows);
	free(r.of_node);
	return is_made;
}
