/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"

#include <string.h>

enum { SWEEPS = 8, BACKWARDS, FORWARDS, SIDES };

/* What is in the memory; neighbours of a node on one side are list[start[node]] to list[start[node + 1] - 1]. */
struct work {
	uint32_t *start[SIDES], *list[SIDES];
	uint32_t *sorted; /* nodes by layer, and in a layer by place */
	uint32_t *first; /* of each layer, in sorted; one more at the end */
	uint32_t *kept; /* the best places so far */
	uint32_t *other; /* to merge into, and the tree of crossings */
	uint32_t *mean; /* of a node's neighbours, by node */
};

enum { MEAN_UNIT = 256, NODE_ARRAYS = 7 };

size_t layout_memory(uint32_t nodes, uint32_t links)
{
	return NODE_ARRAYS * ((size_t)nodes + 2) + 2 * (size_t)links + LAYOUT_LAYERS + 1;
}

static struct work divide(const struct layout *l)
{
	uint32_t *at = l->memory;
	struct work w;

	for (unsigned side = BACKWARDS; side < SIDES; side++) {
		w.start[side] = at;
		at += (size_t)l->node_count + 2;
		w.list[side] = at;
		at += l->link_count;
	}
	w.sorted = at;
	w.kept = w.sorted + l->node_count + 2;
	w.other = w.kept + l->node_count + 2;
	w.mean = w.other + l->node_count + 2;
	w.first = w.mean + l->node_count + 2;
	return w;
}

/* The neighbours of each node on one side, by counting. */
static void list_neighbours(const struct layout *l, struct work *w, unsigned side)
{
	uint32_t *start = w->start[side];

	memset(start, 0, ((size_t)l->node_count + 2) * sizeof(*start));
	for (uint32_t i = 0; i < l->link_count; i++)
		start[(side == FORWARDS ? l->links[i].from : l->links[i].to) + 2]++;
	for (uint32_t i = 2; i < l->node_count + 2; i++)
		start[i] += start[i - 1];
	for (uint32_t i = 0; i < l->link_count; i++) {
		const struct layout_link *link = &l->links[i];
		const uint32_t node = side == FORWARDS ? link->from : link->to;

		w->list[side][start[node + 1]++] = side == FORWARDS ? link->to : link->from;
	}
}

/* Nodes into their layers, in the order of the array or as they have places already. */
static void sort_layers(struct layout *l, struct work *w, int has_places)
{
	memset(w->first, 0, (LAYOUT_LAYERS + 1) * sizeof(*w->first));
	for (uint32_t i = 0; i < l->node_count; i++)
		w->first[l->nodes[i].layer + 1]++;
	for (unsigned layer = 1; layer <= LAYOUT_LAYERS; layer++)
		w->first[layer] += w->first[layer - 1];
	memset(w->other, 0, ((size_t)l->node_count + 2) * sizeof(*w->other));
	for (uint32_t i = 0; i < l->node_count; i++) {
		struct layout_node *n = &l->nodes[i];

		/* other: how many of a layer there are already, counted where its first node will be */
		if (!has_places)
			n->place = w->other[w->first[n->layer]]++;
		w->sorted[w->first[n->layer] + n->place] = i;
	}
}

/* Fenwick's tree over places: how many links end at this place or before it. */
static uint32_t tree_count(const uint32_t *tree, uint32_t place)
{
	uint32_t count = 0;

	for (place++; place; place &= place - 1)
		count += tree[place];
	return count;
}

static void tree_add(uint32_t *tree, uint32_t size, uint32_t place)
{
	for (place++; place <= size; place += place & -place)
		tree[place]++;
}

/* Of the links that leave this layer: each crosses those that begin before it and end behind it. */
static uint64_t count_layer(const struct layout *l, struct work *w, unsigned layer)
{
	const uint32_t size = w->first[layer + 2] - w->first[layer + 1];
	uint64_t crossings = 0;
	uint32_t added = 0;

	memset(w->other, 0, ((size_t)size + 1) * sizeof(*w->other));
	for (uint32_t i = w->first[layer]; i < w->first[layer + 1]; i++) {
		const uint32_t node = w->sorted[i], from = w->start[FORWARDS][node];
		const uint32_t until = w->start[FORWARDS][node + 1];

		for (uint32_t j = from; j < until; j++)
			crossings += added - tree_count(w->other, l->nodes[w->list[FORWARDS][j]].place);
		for (uint32_t j = from; j < until; j++)
			tree_add(w->other, size, l->nodes[w->list[FORWARDS][j]].place);
		added += until - from;
	}
	return crossings;
}

static uint64_t count_all(const struct layout *l, struct work *w)
{
	uint64_t crossings = 0;

	for (unsigned layer = 0; layer + 1 < LAYOUT_LAYERS; layer++)
		crossings += count_layer(l, w, layer);
	return crossings;
}

/* Stable: by merging runs of 1, 2, 4 ... nodes. */
static void sort_by_mean(struct work *w, uint32_t *nodes, uint32_t count)
{
	for (uint32_t run = 1; run < count; run *= 2) {
		for (uint32_t low = 0; low < count; low += 2 * run) {
			const uint32_t middle = low + run < count ? low + run : count;
			const uint32_t high = middle + run < count ? middle + run : count;
			uint32_t one = low, two = middle;

			for (uint32_t i = low; i < high; i++)
				w->other[i] = two == high ||
						(one < middle && w->mean[nodes[one]] <= w->mean[nodes[two]])
					? nodes[one++]
					: nodes[two++];
		}
		memcpy(nodes, w->other, count * sizeof(*nodes));
	}
}

/* A node without neighbours on this side stays where it is, as far as the others allow. */
static void order_layer(struct layout *l, struct work *w, unsigned layer, unsigned side)
{
	uint32_t *nodes = w->sorted + w->first[layer];
	const uint32_t count = w->first[layer + 1] - w->first[layer];

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t from = w->start[side][nodes[i]], until = w->start[side][nodes[i] + 1];
		uint64_t sum = 0;

		for (uint32_t j = from; j < until; j++)
			sum += l->nodes[w->list[side][j]].place;
		w->mean[nodes[i]] = from == until ? i * MEAN_UNIT : (uint32_t)(sum * MEAN_UNIT / (until - from));
	}
	sort_by_mean(w, nodes, count);
	for (uint32_t i = 0; i < count; i++)
		l->nodes[nodes[i]].place = i;
}

uint64_t layout_crossings(struct layout *l)
{
	struct work w = divide(l);

	list_neighbours(l, &w, FORWARDS);
	sort_layers(l, &w, 1);
	return count_all(l, &w);
}

void layout_order(struct layout *l)
{
	struct work w = divide(l);
	uint64_t least;

	list_neighbours(l, &w, BACKWARDS);
	list_neighbours(l, &w, FORWARDS);
	sort_layers(l, &w, 0);
	least = count_all(l, &w);
	for (uint32_t i = 0; i < l->node_count; i++)
		w.kept[i] = l->nodes[i].place;
	for (unsigned sweep = 0; sweep < SWEEPS && least; sweep++) {
		uint64_t crossings;

		for (unsigned i = 1; i < LAYOUT_LAYERS; i++)
			order_layer(l, &w, sweep % 2 ? LAYOUT_LAYERS - 1 - i : i, sweep % 2 ? FORWARDS : BACKWARDS);
		crossings = count_all(l, &w);
		if (crossings >= least)
			continue;
		least = crossings;
		for (uint32_t i = 0; i < l->node_count; i++)
			w.kept[i] = l->nodes[i].place;
	}
	for (uint32_t i = 0; i < l->node_count; i++)
		l->nodes[i].place = w.kept[i];
}
