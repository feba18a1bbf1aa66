/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RTTS = 16 };

/* RFC 3339, UTC, with or without a fraction; 0: it is something else. */
static int64_t started_ms(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	const int64_t seconds = rest ? (int64_t)timegm(&tm) : 0;
	const double fraction = rest && *rest == '.' ? strtod(rest, NULL) : 0;

	return seconds > 0 ? seconds * 1000 + (int64_t)(fraction * 1000) : 0;
}

/* Answers of this router at this hop. */
static size_t rtts_of(const struct trace_record *r, enum record_direction d, unsigned hop, int32_t router,
	uint32_t rtts[RTTS])
{
	size_t count = 0;

	for (size_t i = 0; i < r->probe_count && count < RTTS; i++) {
		const struct record_probe *p = &r->probes[i];

		if (p->direction == d && p->hop == hop && p->router == router && p->rtt_us >= 0)
			rtts[count++] = p->rtt_us < UINT32_MAX ? (uint32_t)p->rtt_us : UINT32_MAX;
	}
	return count;
}

static bool fill_hops(struct kept *k, const struct trace_record *r, enum record_direction d)
{
	for (unsigned hop = 1; hop <= KEPT_HOPS; hop++) {
		for (size_t i = 0; i < r->router_count; i++) {
			const struct record_router *router = &r->routers[i];
			uint32_t rtts[RTTS];

			if (router->direction != d || !router->addr.family || !(router->hops >> (hop - 1) & 1))
				continue;
			if (!kept_add(k, hop, &router->addr, rtts, rtts_of(r, d, hop, (int32_t)i, rtts)))
				return false;
			k->routers[k->first[hop] - 1].asn = router->asn;
		}
	}
	kept_finish(k);
	return k->hops > 0;
}

static uint16_t find(const struct kept *k, unsigned hop, const struct addr *a)
{
	for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++)
		if (addr_equal(&k->routers[i].addr, a))
			return (uint16_t)i;
	return KEPT_NOBODY;
}

/* An address that is hidden is in the trace as that of its prefix. */
static const struct addr *address_of(const struct kept *k, const struct trace_record *r, int32_t router,
	const struct addr *hidden)
{
	const struct addr *a = &r->routers[router].addr;

	return hidden && addr_equal(a, hidden) ? &k->remote.addr : a;
}

/* Flows are in ascending order: their place is that of the record. */
static bool fill_flows(struct kept *k, const struct trace_record *r, enum record_direction d, const struct addr *hidden)
{
	const size_t count = r->flow_count < KEPT_FLOWS ? r->flow_count : KEPT_FLOWS;

	k->flows = calloc(count + 1, sizeof(*k->flows));
	k->met = malloc((count + 1) * k->hops * sizeof(*k->met));
	if (!k->flows || !k->met)
		return false;
	memset(k->met, 0xff, (count + 1) * k->hops * sizeof(*k->met));
	k->flow_count = (uint16_t)count;
	for (size_t i = 0; i < count; i++)
		k->flows[i] = (uint16_t)r->flows[i].id;
	for (size_t i = 0; i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];
		const int flow = p->direction == d ? record_find_flow(r, p->flow) : -1;

		if (flow < 0 || (size_t)flow >= count || p->router < 0 || !p->hop || p->hop > k->hops)
			continue;
		k->met[(size_t)flow * k->hops + p->hop - 1] = find(k, p->hop, address_of(k, r, p->router, hidden));
	}
	return true;
}

bool kept_of_record(struct kept *k, const struct trace_record *r, enum record_direction direction, const char *host,
	bool is_full)
{
	const bool is_there = direction == RECORD_THERE;

	snprintf(k->host, sizeof(k->host), "%s", host);
	k->origin = is_there ? r->source : r->target;
	k->remote = is_there ? kept_prefix(&r->target, true) : kept_prefix(&r->source, true);
	k->protocol = kept_protocol(r->protocol);
	k->front = KEPT_TRACE;
	k->end = r->is_reached ? KEPT_ARRIVED : KEPT_STOPPED;
	k->at_ms = started_ms(r->started);
	k->ms = (uint32_t)(r->seconds < 1e6 ? r->seconds * 1000 : 1e9);
	for (size_t i = 0; i < r->probe_count; i++)
		k->probes += r->probes[i].direction == direction;
	if (k->at_ms <= 0 || !fill_hops(k, r, direction))
		return false;
	if (!is_there && !is_full)
		kept_cut(k);
	return fill_flows(k, r, direction, is_there || is_full ? NULL : &r->source);
}
