/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace, or what changed between two, as boxes and curves with positions:
 * what svg and html are made of.
 *
 * The forward path is the upper lane, from this host to the target; the return
 * path the lower one, from the target to this host. Both ends are drawn once. A
 * router stands in the column of its highest hop, where the longest path meets
 * it; the longer lane sets the distance of both ends.
 *
 * The records are borrowed as long as the drawing is there.
 */
#ifndef UTURN_TRACE_DRAWING_H
#define UTURN_TRACE_DRAWING_H

#include <stdbool.h>

#include "diff_change.h"
#include "record/trace_record.h"
#include "record_links.h"
#include "record_shares.h"

enum {
	DRAWING_HOST = 0, /* the node of this host */
	DRAWING_TARGET = 1, /* and of the target */
	DRAWING_LINES = 4,
	DRAWING_LINE_SIZE = 48, /* the longest address, or what is cut to less */
	DRAWING_NO_NODE = 0x7fffffff,
};

struct drawing_node {
	int32_t routers[DIFF_RUNS]; /* in the records; -1: not there */
	struct record_share shares[DIFF_RUNS]; /* at its highest hop */
	uint8_t direction;
	uint8_t layer; /* its highest hop; 0 for the end where its lane begins */
	uint8_t state; /* enum diff_state */
	bool is_silent, is_reached;
	char lines[DRAWING_LINES][DRAWING_LINE_SIZE]; /* the words in the box */
	unsigned line_count;
	unsigned marks_line; /* the line of its marks; 0: none */
	int x, y, width, height; /* of the box: its upper left corner */
};

struct drawing_link {
	uint32_t from, to; /* nodes */
	int32_t links[DIFF_RUNS]; /* in the records; -1: not there, or from the first node of a lane */
	struct link_values values[DIFF_RUNS];
	uint8_t direction, state;
	bool is_per_packet, is_in_front; /* leads to a higher layer */
	double share; /* of the flows of its hop */
	uint32_t first_bend, bend_count;
};

/* Where a link passes a layer: a straight line from left to right at y. */
struct drawing_bend {
	int left, right, y;
};

struct drawing_hop {
	int x; /* the middle of its column */
	int y;
	unsigned number; /* as text has it */
};

struct drawing {
	const struct trace_record *records[DIFF_RUNS]; /* DIFF_BEFORE: NULL where there is one trace */
	struct drawing_node *nodes;
	struct drawing_link *links;
	struct drawing_bend *bends;
	struct drawing_hop hops[2 * RECORD_HOPS];
	uint32_t node_count, link_count, bend_count, hop_count;
	int width, height;
	bool has_back;
	unsigned last[RECORD_DIRECTIONS]; /* the layer of the end of a lane */
	int lane_y[RECORD_DIRECTIONS]; /* the middle */
};

void drawing_done(struct drawing *d);

/* The router that a node is, in the later record where it is in both; NULL: an end that did not answer. */
const struct record_router *drawing_router(const struct drawing *d, const struct drawing_node *n);
/* Its address, or what an end or a silent hop is called; text has room for an address. */
const char *drawing_name(const struct drawing *d, const struct drawing_node *n, char text[DRAWING_LINE_SIZE]);
/* Its median round-trip time, "4.7 -> 12.7 ms" where that has changed (as much as diff asks for); or "". */
void drawing_time(const struct drawing_node *n, char text[DRAWING_LINE_SIZE]);
/* The run that this is of. */
enum diff_run drawing_run(const struct drawing_node *n);

/* The layer of a node in a lane, from the end where it begins; ends are in both lanes. */
unsigned drawing_layer(const struct drawing *d, const struct drawing_node *n, enum record_direction lane);
bool drawing_is_in(const struct drawing *d, const struct drawing_node *n, enum record_direction lane);

#endif
