/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "visit_hops.h"

#include "control_lines.h"
#include "enrich/mmdb.h"
#include "enrich/names.h"

static const uint64_t settle_ns = 250000000;

/*
 * Looks up a router that has not been seen before; *name: what is known at once.
 * A visitor's own name is nobody's business, and a visitor could have any number
 * of them asked.
 */
static void enrich(struct visit_hops *h, unsigned index, const struct databases *d, struct names *n, const char **name)
{
	struct router *router = &h->record.routers[index];

	databases_find(d, &router->addr, router->place);
	if (addr_equal(&router->addr, &h->record.peer))
		return;
	h->is_waiting[index] = names_find(n, &router->addr, name) == NAMES_PENDING;
	record_name(&h->record, index, *name);
	router->is_named_early = **name;
}

void visit_hops_answer(struct visit_hops *h, struct control_reply *reply, const struct databases *d, struct names *n,
	uint64_t now_ns)
{
	struct answer *a = &reply->answer;
	const char *name = "";
	bool is_new = false;

	if (a->hop <= h->record.hop_offset)
		return;
	if (reply->router.family)
		a->router = (int16_t)record_router(&h->record, &reply->router, &is_new);
	if (is_new)
		enrich(h, (unsigned)a->router, d, n, &name);
	record_answer(&h->record, a);
	if (*name)
		record_tell(&h->record, EVENT_NAME, (unsigned)a->router);
	if (!h->first_ns[a->hop])
		h->first_ns[a->hop] = now_ns;
}

void visit_hops_end(struct visit_hops *h, const struct control_reply *reply)
{
	struct record *r = &h->record;

	r->end = reply->end;
	r->hops = reply->hops;
	r->probes = reply->probes;
	for (unsigned i = 0; i < reply->row_count; i++)
		record_row(r, &reply->rows[i]);
	record_tell(r, EVENT_END, 0);
}

bool visit_hops_name(struct visit_hops *h, const struct addr *a, const char *name)
{
	for (unsigned i = 0; i < h->record.router_count; i++) {
		struct router *router = &h->record.routers[i];

		if (!h->is_waiting[i] || !addr_equal(&router->addr, a))
			continue;
		h->is_waiting[i] = false;
		if (*name) {
			record_name(&h->record, i, name);
			record_tell(&h->record, EVENT_NAME, i);
		}
		return true;
	}
	return false;
}

bool visit_hops_wait_for_names(const struct visit_hops *h)
{
	for (unsigned i = 0; i < h->record.router_count; i++)
		if (h->is_waiting[i])
			return true;
	return false;
}

uint64_t visit_hops_settle(struct visit_hops *h, uint64_t now_ns)
{
	uint64_t due_ns = 0;

	for (unsigned hop = 1; hop <= RECORD_HOPS; hop++) {
		uint64_t hop_ns = h->first_ns[hop] + settle_ns;

		if (!h->first_ns[hop] || h->record.is_settled[hop])
			continue;
		if (hop_ns <= now_ns)
			h->record.is_settled[hop] = true;
		else if (!due_ns || hop_ns < due_ns)
			due_ns = hop_ns;
	}
	return due_ns;
}
