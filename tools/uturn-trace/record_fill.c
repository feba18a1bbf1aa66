/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/ip.h"
#include "record_marks.h"

/* Where the routers and silences of one graph are in the record. */
struct places {
	int32_t of_router[GRAPH_ROUTERS]; /* -1: not there yet */
	int32_t of_node[GRAPH_NODES];
};

struct fill {
	struct trace_record *record;
	const struct record_source *from;
	struct places *places[DIRECTIONS];
};

/* a..z, then aa, ab and so on. */
static void write_letters(unsigned number, char *text, size_t size)
{
	char reversed[8];
	size_t len = 0;

	do {
		reversed[len++] = (char)('a' + number % 26);
		number = number / 26;
	} while (number-- && len < sizeof(reversed));
	for (size_t i = 0; i < len && i + 1 < size; i++)
		text[i] = reversed[len - 1 - i];
	text[len < size ? len : size - 1] = '\0';
}

static struct record_router *add_router(struct fill *f, enum direction direction, unsigned hop, unsigned number)
{
	struct record_router *r = record_add_router(f->record);
	char letters[8];

	if (!r)
		return NULL;
	write_letters(number, letters, sizeof(letters));
	snprintf(r->id, sizeof(r->id), "%c%u%s", direction == THERE ? 't' : 'b', hop, letters);
	r->direction = direction;
	return r;
}

/* One node; *number counts the routers that begin at this hop. */
static bool fill_node(struct fill *f, enum direction direction, unsigned hop, unsigned index, unsigned *number)
{
	const struct graph *g = &f->from->searches[direction]->graph;
	const struct graph_node *node = &g->nodes[index];
	struct places *places = f->places[direction];
	struct record_router *r;

	if (node->router != GRAPH_NONE && places->of_router[node->router] >= 0) {
		places->of_node[index] = places->of_router[node->router];
		f->record->routers[places->of_node[index]].hops |= UINT64_C(1) << (hop - 1);
		return true;
	}
	r = add_router(f, direction, hop, (*number)++);
	if (!r)
		return false;
	r->hops = UINT64_C(1) << (hop - 1);
	r->flows = node->flows;
	places->of_node[index] = (int32_t)f->record->router_count - 1;
	if (node->router == GRAPH_NONE)
		return true;
	places->of_router[node->router] = places->of_node[index];
	r->addr = g->routers[node->router].addr;
	r->flows = g->routers[node->router].flows;
	r->is_end = direction == THERE ? g->routers[node->router].is_target
				       : addr_equal(&r->addr, &f->from->aim->source);
	record_mark_router(r, &g->routers[node->router], g->hops[hop].is_per_packet);
	return true;
}

static bool fill_routers(struct fill *f, enum direction direction)
{
	const struct graph *g = &f->from->searches[direction]->graph;
	struct places *places = f->places[direction];

	for (unsigned i = 0; i < GRAPH_ROUTERS; i++)
		places->of_router[i] = -1;
	for (unsigned i = 0; i < GRAPH_NODES; i++)
		places->of_node[i] = -1;
	for (unsigned hop = 1; hop <= g->hop_count && hop <= RECORD_HOPS; hop++) {
		unsigned number = 0;

		for (unsigned i = g->hops[hop].first_node; i != GRAPH_NONE; i = g->nodes[i].next)
			if (g->nodes[i].flows && !fill_node(f, direction, hop, i, &number))
				return false;
	}
	return true;
}

/* The link between these routers; a pair that is adjacent at several hops has one. */
static struct record_link *find_link(struct trace_record *r, uint32_t from, uint32_t to)
{
	struct record_link *link;

	for (size_t i = 0; i < r->link_count; i++)
		if (r->links[i].from == from && r->links[i].to == to)
			return &r->links[i];
	link = record_add_link(r);
	if (link) {
		link->from = from;
		link->to = to;
	}
	return link;
}

static bool fill_links(struct fill *f, enum direction direction)
{
	const struct graph *g = &f->from->searches[direction]->graph;
	const struct places *places = f->places[direction];

	for (unsigned i = 0; i < g->link_count; i++) {
		const struct graph_link *l = &g->links[i];
		const int32_t from = places->of_node[l->from], to = places->of_node[l->to];
		const unsigned hop = g->nodes[l->from].hop;
		struct record_link *link;

		if (from < 0 || to < 0 || !l->flows)
			continue;
		link = find_link(f->record, (uint32_t)from, (uint32_t)to);
		if (!link)
			return false;
		link->flows += l->flows;
		link->is_per_packet = g->hops[hop].is_per_packet || g->hops[hop + 1].is_per_packet;
	}
	return true;
}

static uint32_t time_of(const struct fill *f, uint64_t ns)
{
	return ns > f->from->began_ns ? (uint32_t)((ns - f->from->began_ns) / 1000) : 0;
}

static bool fill_probe(struct fill *f, const struct sent_probe *sent)
{
	const struct graph *g = &f->from->searches[sent->direction]->graph;
	const struct search_probe *p = &f->from->searches[sent->direction]->probes[sent->id];
	struct record_probe *out = record_add_probe(f->record);

	if (!out)
		return false;
	*out = (struct record_probe){
		.flow = sent->flow,
		.direction = sent->direction,
		.ttl = sent->ttl,
		.hop = p->hop,
		.attempt = p->attempt,
		.sent_us = time_of(f, p->sent_ns),
		.rtt_us = -1,
		.router = RECORD_NO_ROUTER,
		.duplicates = p->duplicates,
	};
	if (p->router == GRAPH_NONE || p->kind == SEARCH_UNANSWERED)
		return true;
	/* a probe with more TTL than its flow has hops is answered at its end; read_hop() of a saved trace says the same */
	if (sent->direction == THERE && p->flow < GRAPH_FLOWS && p->hop > g->distances[p->flow] &&
		(g->distances[p->flow] || p->hop == SEARCH_FAR_HOP))
		out->hop = g->distances[p->flow];
	out->type = p->type;
	out->code = p->code;
	out->ttl_received = p->ttl_received;
	out->rtt_us = sent->note.has_rtt ? sent->note.rtt_us : p->rtt_us;
	out->router = f->places[sent->direction]->of_router[p->router];
	return true;
}

static bool fill_flows(struct fill *f)
{
	static bool used[FLOWS_COUNT];
	const struct search *there = f->from->searches[THERE];
	const struct aim *aim = f->from->aim;
	const bool has_ports = aim->protocol == PROTOCOL_UDP || aim->protocol == PROTOCOL_TCP;

	memset(used, 0, sizeof(used));
	for (unsigned i = 0; i < f->from->sent->count; i++)
		used[f->from->sent->probes[i].flow] |= !f->from->sent->probes[i].question;
	for (unsigned flow = 0; flow < FLOWS_COUNT; flow++) {
		struct record_flow *out = used[flow] ? record_add_flow(f->record) : NULL;
		const unsigned own = used[flow] ? sent_own(f->from->sent, flow) : UINT_MAX;
		const unsigned hops = there && own < GRAPH_FLOWS ? there->graph.distances[own] : 0;

		if (!used[flow])
			continue;
		if (!out)
			return false;
		*out = (struct record_flow){
			.id = flow,
			.sport = flows_port(&aim->flows, flow),
			.dport = has_ports ? aim->port : 0,
			.hops = hops <= RECORD_HOPS ? (uint8_t)hops : 0,
		};
	}
	return true;
}

static bool fill_all(struct fill *f)
{
	const struct sent *sent = f->from->sent;

	if (!fill_flows(f))
		return false;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		if (f->from->searches[d] && (!fill_routers(f, d) || !fill_links(f, d)))
			return false;
	for (unsigned i = 0; i < sent->count; i++)
		if (f->from->searches[sent->probes[i].direction] && !sent->probes[i].question &&
			sent->probes[i].id != SEARCH_NONE && !fill_probe(f, &sent->probes[i]))
			return false;
	record_mark_probes(f->record, f->from);
	return true;
}

bool record_fill(struct trace_record *r, const struct record_source *from)
{
	struct fill f = { .record = r, .from = from };
	bool is_filled;

	r->target = from->aim->target;
	r->source = from->aim->source;
	snprintf(r->protocol, sizeof(r->protocol), "%s", aim_protocol(from->aim));
	r->seconds = (double)(from->ended_ns - from->began_ns) / 1e9;
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		f.places[d] = calloc(1, sizeof(*f.places[d]));
	is_filled = f.places[THERE] && f.places[BACK] && fill_all(&f);
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		free(f.places[d]);
	return is_filled;
}
