/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of nodes in a drawing: how many links cross, in graphs of which the least is known. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-trace/search/layout.h"

enum { NODES = 64, LINKS = 512, NAME = 'a' };

/* A graph as text: layers are separated by "|", nodes are letters, then links "ac ad". */
struct graph {
	struct layout_node nodes[NODES];
	struct layout_link links[LINKS];
	struct layout layout;
};

static void parse(struct graph *g, const char *layers, const char *links)
{
	uint8_t layer = 0;

	*g = (struct graph){ .layout = { .nodes = g->nodes, .links = g->links } };
	for (; *layers; layers++) {
		if (*layers == '|')
			layer++;
		else if (*layers != ' ')
			g->nodes[g->layout.node_count++] = (struct layout_node){ .layer = layer };
	}
	for (; *links; links += links[2] ? 3 : 2)
		g->links[g->layout.link_count++] =
			(struct layout_link){ (uint32_t)(links[0] - NAME), (uint32_t)(links[1] - NAME) };
	g->layout.memory = calloc(layout_memory(g->layout.node_count, g->layout.link_count), sizeof(uint32_t));
	assert_non_null(g->layout.memory);
}

/* The nodes by layer and place. */
static void write_order(const struct graph *g, char *text)
{
	for (unsigned layer = 0; layer <= g->nodes[g->layout.node_count - 1].layer; layer++) {
		unsigned count = 0;

		if (layer)
			*text++ = '|';
		for (uint32_t i = 0; i < g->layout.node_count; i++) {
			if (g->nodes[i].layer != layer)
				continue;
			text[g->nodes[i].place] = (char)(NAME + i);
			count++;
		}
		text += count;
	}
	*text = '\0';
}

static void orders(void **state)
{
	static const struct {
		const char *name, *layers, *links;
		unsigned crossings;
		const char *order;
	} rows[] = {
		{ "one path", "a|b|c", "ab bc", 0, "a|b|c" },
		{ "nothing crosses: nothing moves", "a|bcd|e", "ab ac ad be ce de", 0, "a|bcd|e" },
		{ "two that cross are turned", "ab|cd", "ad bc", 0, "ab|dc" },
		{ "a turn that only the way backwards shows", "ab|cd|ef", "ac bd cf de", 0, "ab|cd|fe" },
		{ "a full mesh of two by two crosses once", "ab|cd", "ac ad bc bd", 1, "ab|cd" },
		{ "a full mesh of three by three: nine times", "abc|def", "ad ae af bd be bf cd ce cf", 9, "abc|def" },
		{ "a long link beside a hop", "a|bc|de|f", "ac ab bd ce df ef", 0, "a|bc|de|f" },
		{ "two planes that came interleaved", "abcd|efgh|ijkl", "ae ce bf df ei ek fj fl", 0,
			"acbd|egfh|ikjl" },
		{ "a node without a link stays behind", "ab|cde", "ae bd", 0, "ab|ced" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct graph *g = malloc(sizeof(*g));
		char order[2 * NODES];
		uint64_t crossings;

		assert_non_null(g);
		parse(g, rows[i].layers, rows[i].links);
		layout_order(&g->layout);
		write_order(g, order);
		crossings = layout_crossings(&g->layout);
		if (crossings != rows[i].crossings || (rows[i].order && strcmp(order, rows[i].order) != 0))
			fail_msg("%s: %u crossings, %s", rows[i].name, (unsigned)crossings, order);
		free(g->layout.memory);
		free(g);
	}
}

/* As it is counted pair by pair. */
static uint64_t count_pairs(const struct graph *g)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < g->layout.link_count; i++) {
		for (uint32_t j = 0; j < i; j++) {
			const struct layout_node *a = &g->nodes[g->links[i].from], *b = &g->nodes[g->links[i].to];
			const struct layout_node *c = &g->nodes[g->links[j].from], *d = &g->nodes[g->links[j].to];

			if (a->layer == c->layer)
				count += (a->place < c->place && b->place > d->place) ||
					(a->place > c->place && b->place < d->place);
		}
	}
	return count;
}

/* Graphs by chance: crossings are those of all pairs, never more than at first, and the same graph has the same order. */
static void by_chance(void **state)
{
	(void)state;
	srand(1);
	for (unsigned run = 0; run < 300; run++) {
		struct graph *g = calloc(1, sizeof(*g)), *again = calloc(1, sizeof(*again));
		const unsigned layers = 2 + (unsigned)rand() % 5, wide = 1 + (unsigned)rand() % 8;
		uint64_t first, crossings;

		assert_non_null(g);
		assert_non_null(again);
		g->layout = (struct layout){ .nodes = g->nodes, .links = g->links, .node_count = layers * wide };
		for (unsigned i = 0; i < layers * wide; i++)
			g->nodes[i] = (struct layout_node){ .place = i % wide, .layer = (uint8_t)(i / wide) };
		g->layout.link_count = (unsigned)rand() % LINKS;
		for (unsigned i = 0; i < g->layout.link_count; i++) {
			const unsigned layer = (unsigned)rand() % (layers - 1);

			g->links[i].from = layer * wide + (unsigned)rand() % wide;
			g->links[i].to = (layer + 1) * wide + (unsigned)rand() % wide;
		}
		g->layout.memory = calloc(layout_memory(g->layout.node_count, g->layout.link_count), sizeof(uint32_t));
		assert_non_null(g->layout.memory);
		first = layout_crossings(&g->layout);
		assert_int_equal(first, count_pairs(g));
		*again = *g;
		again->layout.nodes = again->nodes;
		layout_order(&g->layout);
		crossings = layout_crossings(&g->layout);
		assert_int_equal(crossings, count_pairs(g));
		assert_true(crossings <= first);
		layout_order(&again->layout);
		assert_memory_equal(g->nodes, again->nodes, sizeof(g->nodes));
		free(g->layout.memory);
		free(again);
		free(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),
		cmocka_unit_test(by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
