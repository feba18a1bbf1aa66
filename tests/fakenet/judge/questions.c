/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/judge/questions.h"

#include <stdarg.h>
#include <stdio.h>

#include "record/record_fields.h"

static void __attribute__((format(printf, 3, 4))) tell(struct verdict *v, bool is_wrong, const char *format, ...)
{
	va_list args;

	if (v->is_wrong || (!is_wrong && !v->is_complete))
		return;
	v->is_wrong = is_wrong;
	v->is_complete = false;
	va_start(args, format);
	vsnprintf(v->words, sizeof(v->words), format, args);
	va_end(args);
}

static uint16_t owner_of(const struct network *n, const struct addr *a)
{
	unsigned interface;

	return a->family ? network_owner(n, a, &interface) : NETWORK_NONE;
}

/* ---- balancers ---- */

static bool balances_by(const struct router *r, enum record_field field)
{
	static const enum field fields[RECORD_FIELDS] = { FIELD_SPORT, FIELD_DPORT, FIELD_ICMP, FIELD_DSCP,
		FIELD_LABEL };

	return r->fields >> fields[field] & 1;
}

/* A field that is stated must be one; one that is denied may be by chance, as seldom as the trace may miss anything. */
static void judge_balancer(const struct router *truth, const struct record_router *r, struct verdict *v)
{
	const bool is_per_packet = truth->fields >> FIELD_PACKET & 1;

	if (is_per_packet && (r->balances || r->balances_not))
		tell(v, false, "router %s balances by packet, and a field is stated", truth->name);
	for (unsigned i = 0; i < RECORD_FIELDS && !is_per_packet; i++) {
		if (r->balances >> i & 1 && !balances_by(truth, i))
			tell(v, true, "router %s does not balance by %s", truth->name, record_field_names[i]);
		if (r->balances_not >> i & 1 && balances_by(truth, i))
			tell(v, false, "router %s balances by %s", truth->name, record_field_names[i]);
	}
}

/* All that the packets have are stated, but for the DSCP, which does not come to every router. */
static void judge_fields(const struct network *n, const struct trace_record *r, struct verdict *v)
{
	for (size_t i = 0; i < r->router_count; i++) {
		const struct record_router *router = &r->routers[i];
		const uint16_t owner = owner_of(n, &router->addr);
		const unsigned all = record_fields_there(r) & ~(1U << RECORD_DSCP);
		unsigned ways = 0;

		for (size_t j = 0; j < r->link_count; j++)
			ways += r->links[j].from == i && r->routers[r->links[j].to].addr.family &&
				!r->links[j].is_per_packet;
		if (owner == NETWORK_NONE)
			continue;
		judge_balancer(&n->routers[owner], router, v);
		if (ways > 1 && !(n->routers[owner].fields >> FIELD_PACKET & 1) &&
			all & ~(unsigned)(router->balances | router->balances_not))
			tell(v, false, "router %s: not all fields are tested", n->routers[owner].name);
	}
}

/* ---- aliases ---- */

/* Does what the router answers show that its addresses are one? IPv4 ids do where nothing else speaks against them. */
static bool is_shown(const struct router *r, uint8_t family)
{
	return r->own == OWN_FIRST || (r->own == OWN_ASKED && r->id == ID_SHARED && family == 4);
}

static void judge_aliases(const struct network *n, const struct plan *p, const struct trace_record *r,
	struct verdict *v)
{
	for (size_t i = 0; i < r->router_count; i++) {
		const struct record_router *one = &r->routers[i];
		const uint16_t owner = owner_of(n, &one->addr);

		for (size_t j = 0; j < i && owner != NETWORK_NONE; j++) {
			const struct record_router *other = &r->routers[j];
			const bool is_one = one->same_as && one->same_as == other->same_as;
			const bool is_true = owner == owner_of(n, &other->addr);

			if (is_one && !is_true)
				tell(v, true, "%s and %s are not one router", one->id, other->id);
			if (!is_one && is_true && owner > NETWORK_TARGET && is_shown(&n->routers[owner], p->family))
				tell(v, false, "%s and %s are one router, %s", one->id, other->id,
					n->routers[owner].name);
		}
	}
}

void questions_judge(const struct network *n, const struct plan *p, const struct trace_record *r, struct verdict *v)
{
	if (p->wants_fields)
		judge_fields(n, r, v);
	if (p->wants_routers && !r->has_aliases)
		tell(v, true, "--routers has found nothing out");
	else if (p->wants_routers)
		judge_aliases(n, p, r, v);
}
