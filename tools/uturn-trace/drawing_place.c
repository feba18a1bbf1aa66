/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing_place.h"

#include <stdlib.h>

#include "search/layout.h"

enum {
	MARGIN = 24,
	GAP_LEAST = 44, /* between columns, for links; wider beside many routers */
	GAP_MOST = 150,
	GAP_NODE = 3, /* more for each router */
	BETWEEN = 12, /* boxes of a column */
	BETWEEN_MANY = 4,
	MANY = 8,
	BETWEEN_LANES = 40,
	HOP_HEIGHT = 26, /* the numbers of hops, above a lane */
	BEND_HEIGHT = 6,
	BENDS_MOST = 16384,
};

/* One lane: its nodes, and a node for each layer that a long link passes. */
struct lane {
	struct drawing *drawing;
	enum record_direction direction;
	struct layout layout;
	uint32_t *nodes; /* of the drawing, or DRAWING_NO_NODE - bend */
	uint32_t *of_node; /* the place of a node of the drawing among these */
	struct layout_link *links;
	uint32_t node_count, link_count;
	unsigned last;
	int widths[RECORD_HOPS + 2], heights[RECORD_HOPS + 2]; /* by layer */
	unsigned counts[RECORD_HOPS + 2];
	int left[RECORD_HOPS + 2]; /* of each column */
};

static bool is_bend(const struct lane *l, uint32_t i)
{
	return l->nodes[i] >= l->drawing->node_count;
}

static struct drawing_bend *bend_of(const struct lane *l, uint32_t i)
{
	return &l->drawing->bends[DRAWING_NO_NODE - l->nodes[i]];
}

static uint32_t add_node(struct lane *l, uint32_t node, unsigned layer)
{
	l->nodes[l->node_count] = node;
	l->layout.nodes[l->node_count] = (struct layout_node){ .layer = (uint8_t)layer };
	return l->node_count++;
}

/* A bend in each layer between. */
static void add_link(struct lane *l, struct drawing_link *link)
{
	struct drawing *d = l->drawing;
	const unsigned from = drawing_layer(d, &d->nodes[link->from], l->direction);
	const unsigned to = drawing_layer(d, &d->nodes[link->to], l->direction);
	uint32_t at = l->of_node[link->from];

	link->is_in_front = to > from;
	if (!link->is_in_front || d->bend_count + (to - from) > BENDS_MOST)
		return;
	link->first_bend = d->bend_count;
	for (unsigned layer = from + 1; layer < to; layer++) {
		const uint32_t bend = add_node(l, DRAWING_NO_NODE - d->bend_count++, layer);

		l->links[l->link_count++] = (struct layout_link){ at, bend };
		at = bend;
	}
	link->bend_count = d->bend_count - link->first_bend;
	l->links[l->link_count++] = (struct layout_link){ at, l->of_node[link->to] };
}

static bool open_lane(struct lane *l)
{
	const struct drawing *d = l->drawing;
	const size_t nodes = (size_t)d->node_count + BENDS_MOST, links = (size_t)d->link_count + BENDS_MOST;

	l->layout.nodes = calloc(nodes, sizeof(*l->layout.nodes));
	l->nodes = calloc(nodes, sizeof(*l->nodes));
	l->of_node = calloc(nodes, sizeof(*l->of_node));
	l->links = calloc(links, sizeof(*l->links));
	l->layout.memory = calloc(layout_memory((uint32_t)nodes, (uint32_t)links), sizeof(*l->layout.memory));
	return l->layout.nodes && l->nodes && l->of_node && l->links && l->layout.memory;
}

static void close_lane(struct lane *l)
{
	free(l->layout.nodes);
	free(l->nodes);
	free(l->of_node);
	free(l->links);
	free(l->layout.memory);
}

static void order_lane(struct lane *l)
{
	struct drawing *d = l->drawing;

	for (uint32_t i = 0; i < d->node_count; i++)
		if (drawing_is_in(d, &d->nodes[i], l->direction))
			l->of_node[i] = add_node(l, i, drawing_layer(d, &d->nodes[i], l->direction));
	for (uint32_t i = 0; i < d->link_count; i++)
		if (d->links[i].direction == l->direction)
			add_link(l, &d->links[i]);
	l->layout.links = l->links;
	l->layout.node_count = l->node_count;
	l->layout.link_count = l->link_count;
	layout_order(&l->layout);
}

static int between(const struct lane *l, unsigned layer)
{
	return l->counts[layer] > MANY ? BETWEEN_MANY : BETWEEN;
}

static void measure_lane(struct lane *l)
{
	l->last = l->drawing->last[l->direction];
	for (uint32_t i = 0; i < l->node_count; i++) {
		const struct drawing_node *n = is_bend(l, i) ? NULL : &l->drawing->nodes[l->nodes[i]];
		const unsigned layer = l->layout.nodes[i].layer;

		if (n && n->width > l->widths[layer])
			l->widths[layer] = n->width;
		l->heights[layer] += n ? n->height : BEND_HEIGHT;
		l->counts[layer]++;
	}
	for (unsigned layer = 0; layer <= l->last; layer++)
		l->heights[layer] += (int)l->counts[layer] * between(l, layer);
}

static int gap_behind(const struct lane *l, unsigned layer)
{
	const unsigned nodes = l->counts[layer] > l->counts[layer + 1] ? l->counts[layer] : l->counts[layer + 1];
	const int gap = GAP_LEAST + (int)nodes * GAP_NODE;

	return gap < GAP_MOST ? gap : GAP_MOST;
}

/* From one end to the other, without them. */
static int length_of(const struct lane *l)
{
	int length = gap_behind(l, 0);

	for (unsigned layer = 1; layer < l->last; layer++)
		length += l->widths[layer] + gap_behind(l, layer);
	return length;
}

static int height_of(const struct lane *l)
{
	int height = 0;

	for (unsigned layer = 1; layer < l->last; layer++)
		height = l->heights[layer] > height ? l->heights[layer] : height;
	return height;
}

/* Columns between two ends that are `length` apart, what is left spread evenly; the return path from right to left. */
static void place_columns(struct lane *l, int left, int length)
{
	const int more = length - length_of(l);
	int at = left + gap_behind(l, 0);

	for (unsigned layer = 1; layer < l->last; layer++) {
		const int x = at + more * (int)layer / (int)l->last;

		l->left[layer] = l->direction == RECORD_THERE ? x : 2 * left + length - x - l->widths[layer];
		at += l->widths[layer] + gap_behind(l, layer);
	}
}

/* Nodes of a lane by layer and place, for the caller to free. */
static uint32_t *sort_nodes(const struct lane *l)
{
	uint32_t *sorted = calloc((size_t)l->node_count + 1, sizeof(*sorted)), first[RECORD_HOPS + 2] = { 0 };

	for (unsigned layer = 1; layer <= l->last; layer++)
		first[layer] = first[layer - 1] + l->counts[layer - 1];
	for (uint32_t i = 0; sorted && i < l->node_count; i++)
		sorted[first[l->layout.nodes[i].layer] + l->layout.nodes[i].place] = i;
	return sorted;
}

/* Boxes of a column below each other, the column in the middle of its lane. */
static bool place_nodes(struct lane *l, int middle)
{
	uint32_t *sorted = sort_nodes(l);
	const bool is_sorted = sorted != NULL;
	int y[RECORD_HOPS + 2];

	for (unsigned layer = 1; layer < l->last; layer++)
		y[layer] = middle - l->heights[layer] / 2 + between(l, layer) / 2;
	for (uint32_t i = 0; is_sorted && i < l->node_count; i++) {
		const unsigned layer = l->layout.nodes[sorted[i]].layer;

		if (!layer || layer == l->last)
			continue; /* an end, which both lanes have */
		if (is_bend(l, sorted[i])) {
			*bend_of(l, sorted[i]) = (struct drawing_bend){ .left = l->left[layer],
				.right = l->left[layer] + l->widths[layer],
				.y = y[layer] + BEND_HEIGHT / 2 };
			y[layer] += BEND_HEIGHT + between(l, layer);
		} else {
			struct drawing_node *n = &l->drawing->nodes[l->nodes[sorted[i]]];

			n->x = l->left[layer];
			n->y = y[layer];
			n->width = l->widths[layer]; /* so that no link passes under a wider neighbour */
			y[layer] += n->height + between(l, layer);
		}
	}
	free(sorted);
	return is_sorted;
}

static void place_hops(struct lane *l, int y)
{
	struct drawing *d = l->drawing;
	const unsigned before = l->direction == RECORD_THERE ? 0
							     : record_last_hop(d->records[DIFF_AFTER], RECORD_THERE);

	for (unsigned layer = 1; layer < l->last; layer++)
		d->hops[d->hop_count++] = (struct drawing_hop){ .x = l->left[layer] + l->widths[layer] / 2,
			.y = y,
			.number = before + layer };
}

static void place_end(struct drawing_node *n, int x, int middle)
{
	n->x = x;
	n->y = middle - n->height / 2;
}

static int larger(int one, int other)
{
	return one > other ? one : other;
}

/* The upper lane, the lower one, and both ends in the middle. */
static bool place_lanes(struct drawing *d, struct lane *lanes, unsigned count)
{
	struct drawing_node *host = &d->nodes[DRAWING_HOST], *target = &d->nodes[DRAWING_TARGET];
	const int ends = larger(host->height, target->height), left = MARGIN + host->width;
	int length = 0, y = MARGIN;
	bool is_placed = true;

	for (unsigned i = 0; i < count; i++)
		length = larger(length, length_of(&lanes[i]));
	for (unsigned i = 0; i < count && is_placed; i++) {
		const int height = count == 1 ? larger(height_of(&lanes[i]), ends) : height_of(&lanes[i]);

		place_columns(&lanes[i], left, length);
		place_hops(&lanes[i], y);
		y += HOP_HEIGHT;
		d->lane_y[lanes[i].direction] = y + height / 2;
		is_placed = place_nodes(&lanes[i], y + height / 2);
		y += height + (i + 1 < count ? BETWEEN_LANES : 0);
	}
	d->height = larger(y, ends + 2 * MARGIN) + MARGIN;
	d->width = left + length + target->width + MARGIN;
	const int middle = count == 1 ? d->lane_y[RECORD_THERE] : (MARGIN + HOP_HEIGHT + y) / 2;

	place_end(host, MARGIN, middle);
	place_end(target, left + length, middle);
	return is_placed;
}

bool drawing_place(struct drawing *d)
{
	struct lane lanes[RECORD_DIRECTIONS] = { { .drawing = d, .direction = RECORD_THERE },
		{ .drawing = d, .direction = RECORD_BACK } };
	const unsigned count = d->has_back ? RECORD_DIRECTIONS : 1;
	bool is_placed;

	d->bends = calloc(BENDS_MOST + 1, sizeof(*d->bends));
	is_placed = d->bends != NULL;
	for (unsigned i = 0; i < count && is_placed; i++) {
		is_placed = open_lane(&lanes[i]);
		if (!is_placed)
			break;
		order_lane(&lanes[i]);
		measure_lane(&lanes[i]);
	}
	is_placed = is_placed && place_lanes(d, lanes, count);
	for (unsigned i = 0; i < count; i++)
		close_lane(&lanes[i]);
	return is_placed;
}
