/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the network in one direction: which router each flow met at
 * each hop, the routers, and the links between them.
 *
 * A router is its address. A node is a router at one hop, or the silence of a
 * hop (router GRAPH_NONE); node 0 is where the flows begin, at hop 0. Links are
 * between nodes at adjacent hops. All have places in arrays of fixed size, in
 * the order in which they were found, and none is ever taken back, so that an
 * index stays valid as long as the graph.
 *
 * The memory is the caller's. A graph is large, but graph_init() touches little
 * of it: the row of a flow is cleared when the flow is first used.
 */
#ifndef UTURN_TRACE_SEARCH_GRAPH_H
#define UTURN_TRACE_SEARCH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

enum {
	GRAPH_HOPS = 64, /* hops are 1..64, and 0 the source */
	GRAPH_FLOWS = 4096,
	GRAPH_ROUTERS = 1024,
	GRAPH_NODES = 2048,
	GRAPH_LINKS = 8192,
	GRAPH_NONE = 0xffff,
};

struct graph_router {
	struct addr addr;
	uint64_t hops; /* bit h - 1: seen at hop h */
	uint64_t marks; /* of all its answers, or'ed; opaque */
	uint32_t answers;
	uint32_t rtt_least_us, rtt_most_us, rtt_last_us;
	uint64_t rtt_sum_us;
	uint16_t flows; /* that met it, each once */
	bool is_target; /* at least one of its answers said that the probe had arrived */
	bool is_limited; /* it answers only so many probes a second */
	bool has_loop; /* a flow met it twice, and another router in between */
	float limit_per_s; /* where it is limited: answers a second, as measured */
};

struct graph_node {
	uint16_t router; /* GRAPH_NONE: silence */
	uint16_t next; /* of the same hop; GRAPH_NONE: the last */
	uint16_t flows; /* that met it at this hop; 0, and no repeats: the node was an error */
	uint16_t repeats; /* flows that met it when they were asked again, and another router before */
	uint16_t successors, predecessors; /* distinct nodes at the next hop, and at the one before */
	uint16_t flows_ahead,
		flows_behind; /* of its flows, those that were asked at the next hop, and at the one before */
	uint16_t need_ahead, need_behind; /* how many the search wants them to be */
	uint8_t hop;
	bool is_reached; /* the flows end here: the target, or where they are refused or come round again */
};

struct graph_link {
	uint16_t from, to; /* nodes */
	uint16_t flows; /* that took it */
};

enum graph_cell_state {
	GRAPH_CELL_UNKNOWN,
	GRAPH_CELL_ASKED, /* a probe is planned or out */
	GRAPH_CELL_ANSWERED,
	GRAPH_CELL_SILENT, /* all attempts were in vain */
};

/* One flow at one hop. */
struct graph_cell {
	uint16_t node; /* answered or silent: where; else GRAPH_NONE */
	uint8_t state; /* enum graph_cell_state */
	uint8_t asked; /* probes sent */
	uint32_t probe; /* the last one; the search's, not the graph's */
};

struct graph_hop {
	uint16_t first_node; /* GRAPH_NONE: none yet; then by next */
	uint16_t routers; /* nodes that are no silence */
	uint16_t answered, silent; /* flows */
	uint16_t out; /* flows asked, and not settled */
	bool is_per_packet; /* one flow met different routers */
	bool is_limited; /* at least one of its routers is */
};

struct graph {
	uint16_t router_count, node_count, link_count, flow_count;
	uint8_t hop_count; /* highest hop that was asked */
	bool is_full; /* something found no place, and is missing */
	struct graph_hop hops[GRAPH_HOPS + 2];
	struct graph_router routers[GRAPH_ROUTERS];
	struct graph_node nodes[GRAPH_NODES];
	struct graph_link links[GRAPH_LINKS];
	uint8_t distances[GRAPH_FLOWS]; /* of each flow: the hop at which it ends; 0: not known */
	uint8_t loops[GRAPH_FLOWS]; /* of each flow: the hop at which it met a router again; 0: none */
	struct graph_cell cells[GRAPH_FLOWS][GRAPH_HOPS + 1]; /* by flow and hop, hop 0 unused */
	uint16_t balancers; /* as last counted */
	bool is_balancers_stale;
	uint16_t router_places[2 * GRAPH_ROUTERS], link_places[2 * GRAPH_LINKS]; /* for finding them */
};

void graph_init(struct graph *g);

/* The cell of a flow below GRAPH_FLOWS at hop 0..GRAPH_HOPS. */
static inline struct graph_cell *graph_cell(struct graph *g, unsigned flow, unsigned hop)
{
	return &g->cells[flow][hop];
}

/* Flows begin in order; -1 where there is no place. */
int graph_add_flow(struct graph *g);

/* The router of this address, new or known; GRAPH_NONE where there is no place. */
unsigned graph_router(struct graph *g, const struct addr *addr);

/* The link between these nodes, GRAPH_NONE where no flow has taken it. */
unsigned graph_find_link(const struct graph *g, unsigned from, unsigned to);

/* An unknown cell is asked, and not asked after all. */
void graph_ask(struct graph *g, unsigned flow, unsigned hop);
void graph_forget(struct graph *g, unsigned flow, unsigned hop);

/* The flow has met the router at the hop, GRAPH_NONE: nobody. True: a node or link is new. */
bool graph_settle(struct graph *g, unsigned flow, unsigned hop, unsigned router, bool is_reached);

/* Back to asked: what was silence is known after all, or the answer was wrong. */
void graph_unsettle(struct graph *g, unsigned flow, unsigned hop);

/* A flow that was settled at the hop has now met this router there. True: a node is new. */
bool graph_repeat(struct graph *g, unsigned hop, unsigned router, bool is_reached);

/* The flow is known to end at this hop: nothing behind it is a hop of the flow. */
void graph_end_flow(struct graph *g, unsigned flow, unsigned hop);

/* Nodes with several successors; not those that only a balancer by packet makes look so. */
unsigned graph_balancers(struct graph *g);

#endif
