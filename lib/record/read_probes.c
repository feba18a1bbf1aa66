/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/read_parts.h"

/* --- probes --- */

/* The next element, a whole number. */
static bool read_next(struct reader *j, const char *name, unsigned long least, unsigned long most,
	unsigned long *number)
{
	*number = 0;
	if (!reader_element(j))
		return reader_fail(j, "a probe without \"%s\"", name);
	return reader_whole(j, name, least, most, number);
}

static bool read_answer(struct reader *j, struct trace_record *r, struct record_probe *p)
{
	unsigned long rtt = 0;
	uint32_t router = 0;

	p->rtt_us = -1;
	p->router = RECORD_NO_ROUTER;
	if (!reader_element(j))
		return reader_fail(j, "a probe without \"rtt\"");
	if (!reader_null(j)) {
		if (!reader_whole(j, "rtt", 0, UINT32_MAX, &rtt))
			return false;
		p->rtt_us = (int64_t)rtt;
	}
	if (!reader_element(j))
		return reader_fail(j, "a probe without \"router\"");
	if (reader_null(j))
		return true;
	if (!read_router_of(j, "router", r, &router))
		return false;
	p->router = (int32_t)router;
	return r->routers[router].direction == p->direction ||
		reader_fail(j, "\"router\" is one of the other direction");
}

/* The hop of the return path is in the file; of the forward path it is the TTL, or where the flow ends. */
static bool read_hop(struct reader *j, struct trace_record *r, struct record_probe *p)
{
	const int flow = record_find_flow(r, p->flow);
	unsigned long n;

	if (flow < 0)
		return reader_fail(j, "\"flow\" is %u, no flow's id", p->flow);
	p->hop = p->ttl;
	if (p->direction == RECORD_BACK) {
		if (!read_next(j, "hop", 0, RECORD_HOPS + 1, &n))
			return false;
		p->hop = (uint8_t)n;
	} else if (p->router >= 0 && r->flows[flow].hops && p->hop > r->flows[flow].hops) {
		p->hop = r->flows[flow].hops;
	}
	return true;
}

static bool read_probe(struct reader *j, struct trace_record *r, struct record_probe *p)
{
	unsigned long flow, ttl, attempt, sent, type, code, received;

	if (!reader_open(j, '[') || !read_next(j, "flow", 0, READ_FLOWS_MOST - 1, &flow) ||
		!read_next(j, "ttl", 1, 255, &ttl) || !read_next(j, "attempt", 1, 255, &attempt) ||
		!read_next(j, "sent", 0, UINT32_MAX, &sent) || !read_answer(j, r, p) ||
		!read_next(j, "type", 0, 255, &type) || !read_next(j, "code", 0, 255, &code) ||
		!read_next(j, "received ttl", 0, 255, &received))
		return false;
	p->flow = (uint32_t)flow;
	p->ttl = (uint8_t)ttl;
	p->attempt = (uint8_t)attempt;
	p->sent_us = (uint32_t)sent;
	p->type = (uint8_t)type;
	p->code = (uint8_t)code;
	p->ttl_received = (uint8_t)received;
	if (!read_hop(j, r, p))
		return false;
	while (reader_element(j)) /* what a later version adds */
		reader_skip(j);
	return !j->has_failed;
}

static bool read_probes_of(struct reader *j, const char *name, struct trace_record *r, enum record_direction d)
{
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_probe *p = r->probe_count < READ_PROBES_MOST ? record_add_probe(r) : NULL;

		if (!p)
			return reader_fail(j, "\"%s\": too many", name);
		p->direction = (uint8_t)d;
		if (!read_probe(j, r, p))
			return false;
	}
	return !j->has_failed;
}

bool read_probes(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_probes_of(j, name, r, RECORD_THERE);
}

bool read_back_probes(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	return read_probes_of(j, name, r, RECORD_BACK);
}
