/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of nodes in the layers of a drawing, so that few links cross.
 *
 * Layers are hops, and every link leads from one layer to the next: the caller
 * puts a node into each layer that a longer link passes. Nodes of a layer are
 * ordered by the mean place of their neighbours (barycentre), forwards and
 * backwards in turn; the order with the fewest crossings is kept, and among equals
 * the first. Equal means keep their order, so the same graph is drawn the same.
 *
 * All memory is the caller's, and borrowed until the function returns. Sugiyama,
 * Tagawa and Toda, "Methods for visual understanding of hierarchical system
 * structures", 1981.
 */
#ifndef UTURN_TRACE_SEARCH_LAYOUT_H
#define UTURN_TRACE_SEARCH_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

enum { LAYOUT_LAYERS = 256 };

struct layout_node {
	uint32_t place; /* in its layer, from 0: set by layout_order(), which begins with the order of the array */
	uint8_t layer;
};

struct layout_link {
	uint32_t from, to; /* nodes: the layer of `to` is that of `from` and one */
};

struct layout {
	struct layout_node *nodes;
	const struct layout_link *links;
	uint32_t node_count, link_count;
	uint32_t *memory; /* layout_memory() of them */
};

/* Elements of memory that so many nodes and links need. */
size_t layout_memory(uint32_t nodes, uint32_t links);

/* Sets the place of each node. */
void layout_order(struct layout *l);

/* Pairs of links that cross, as places are; `memory` is used. */
uint64_t layout_crossings(struct layout *l);

#endif
