/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask_fields.h"

#include <stdlib.h>

#include "fields_balancers.h"
#include "packet/ip.h"

enum { PORT_FIRST = 33435 /* of those that traceroutes use, which hosts have closed */ };

/* Values that a network gives no priority to: lower effort, CS1 to CS4 and assured forwarding (RFC 4594, RFC 8622). */
static const uint8_t harmless[FIELDS_DSCPS] = { 1, 8, 16, 24, 32, 10, 12, 14, 18, 20, 22, 26, 28, 30, 34, 36, 38 };

static const struct graph *graph_of(const struct ask_fields *a, const struct place *p)
{
	return &a->world.searches[p->direction]->graph;
}

/* --- probes --- */

static uint8_t ttl_of(const struct search *s, const struct place *p, unsigned base, bool is_next_hop)
{
	const uint8_t *offsets = s->settings.offsets;
	const uint8_t offset = !offsets ? 0 : offsets[p->flows[base]] ? offsets[p->flows[base]] : offsets[0];

	return (uint8_t)(p->hop + is_next_hop + offset);
}

static uint16_t port_of(const struct aim *aim, unsigned value)
{
	const uint16_t port = (uint16_t)(PORT_FIRST + value);

	return port == aim->port ? PORT_FIRST - 1 : port;
}

static uint8_t tos_of(const struct aim *aim, unsigned value)
{
	const uint8_t dscp = harmless[value] == aim->tos >> 2 ? 0 : harmless[value];

	return (uint8_t)(dscp << 2 | (aim->tos & 3));
}

static void vary(const struct ask_fields *a, const struct fields_probe *f, struct question_probe *p)
{
	const struct aim *aim = a->world.aim;
	const uint16_t base = p->flow;

	switch (f->test) {
	case RECORD_SOURCE_PORT:
	case RECORD_CHECKSUM:
		p->variation.has_label = true;
		p->variation.label = identity_label(aim, base);
		p->flow = (uint16_t)((base + 1 + f->value) % FLOWS_COUNT);
		break;
	case RECORD_DESTINATION_PORT:
		p->variation.port = port_of(aim, f->value);
		break;
	case RECORD_DSCP:
		p->variation.has_tos = true;
		p->variation.tos = tos_of(aim, f->value);
		break;
	case RECORD_LABEL:
		p->variation.has_label = true;
		p->variation.label = (0x1f3a7U * (f->value + 1)) & IP_FLOW_LABEL;
		break;
	default:
		break; /* the control */
	}
}

static enum search_step next(void *state, uint64_t now_ns, struct question_probe *p, uint64_t *until_ns)
{
	struct ask_fields *a = state;
	const struct place *place;
	struct fields_probe f;
	const enum fields_step step = fields_next(&a->fields, now_ns, &f, until_ns);

	if (step != FIELDS_SEND)
		return step == FIELDS_DONE ? SEARCH_DONE : SEARCH_WAIT;
	place = &a->places[f.balancer];
	p->reference = f.reference;
	p->flow = (uint16_t)sent_flow(a->world.sent, place->flows[f.base]);
	p->ttl = ttl_of(a->world.searches[place->direction], place, f.base, f.is_next_hop);
	p->direction = (uint8_t)place->direction;
	p->is_short = true;
	vary(a, &f, p);
	return SEARCH_SEND;
}

static void refused(void *state, uint32_t reference)
{
	struct ask_fields *a = state;

	fields_on_refusal(&a->fields, reference);
}

/* --- answers --- */

static struct seen seen_of(const struct ask_fields *a, const struct answer *answer)
{
	const struct quote_changes *c = &answer->note.changes;
	const bool has_sum = c->fields & QUOTE_SUM;

	return (struct seen){
		.dscp = c->dscp,
		.label = c->label,
		.from_port = fields_are_of_icmp(a) ? 0 : c->from_port, /* an echo request has its identity there */
		.sum_delta = has_sum ? c->sum_delta : 0,
		.nat = c->fields & QUOTE_NAT,
	};
}

/* Did the balancer see a packet that differs from the base in this field and no other? A NAT may have made more of it. */
static bool is_visible(unsigned test, const struct seen *base, const struct seen *s)
{
	const bool is_own = test == RECORD_SOURCE_PORT || test == RECORD_CHECKSUM;

	if ((base->dscp != s->dscp) != (test == RECORD_DSCP) || (base->label != s->label) != (test == RECORD_LABEL))
		return false;
	if (test == RECORD_DESTINATION_PORT && s->nat & QUOTE_TO_PORT)
		return false;
	if (test == RECORD_SOURCE_PORT && base->from_port == s->from_port)
		return false;
	return is_own || (base->from_port == s->from_port && base->sum_delta == s->sum_delta && base->nat == s->nat);
}

/* Routers of the return path may be named by the u-turn host: `answer-from self` of uturnd.conf(5). */
static const struct addr *router_of(const struct ask_fields *a, const struct place *p, const struct answer *answer)
{
	return p->direction == BACK && answer->interface.family && addr_equal(&answer->from, &a->world.aim->target) ? &answer->interface : &answer->from;
}

static enum fields_outcome at_balancer(struct ask_fields *a, struct place *p, const struct fields_probe *f,
	const struct answer *answer)
{
	const struct seen s = seen_of(a, answer);

	if (answer->form != ANSWER_IS_EXPIRED ||
		!addr_equal(router_of(a, p, answer), &graph_of(a, p)->routers[p->router].addr))
		return FIELDS_MISSED;
	if (f->test == FIELDS_CONTROL) {
		p->seen[f->base] = s;
		return FIELDS_SAME;
	}
	return is_visible(f->test, &p->seen[f->base], &s) ? FIELDS_SAME : FIELDS_HIDDEN;
}

static enum fields_outcome behind_balancer(const struct ask_fields *a, const struct place *p,
	const struct fields_probe *f, const struct answer *answer)
{
	const struct graph *g = graph_of(a, p);
	const struct addr *router = router_of(a, p, answer);

	/* a firewall refuses what does not fit, in its own name or in that of the target */
	if (answer->form != ANSWER_IS_EXPIRED)
		return p->has_end && addr_equal(router, &a->world.aim->target) ? FIELDS_OTHER : FIELDS_MISSED;
	if (addr_equal(router, &g->routers[p->router].addr))
		return FIELDS_MISSED;
	return addr_equal(router, &g->routers[p->next[f->base]].addr) ? FIELDS_SAME : FIELDS_OTHER;
}

static void answered(void *state, uint64_t at_ns, uint32_t reference, const struct answer *answer)
{
	struct ask_fields *a = state;
	struct fields_probe f;
	struct place *p;

	(void)at_ns;
	if (!fields_find(&a->fields, reference, &f))
		return;
	p = &a->places[f.balancer];
	fields_on_answer(&a->fields, reference,
		f.is_next_hop ? behind_balancer(a, p, &f, answer) : at_balancer(a, p, &f, answer));
}

/* --- what is known --- */

/* What the balancer forwards on the return path has the ports of the probes swapped. */
static unsigned as_forwarded(enum direction d, unsigned field)
{
	if (d == THERE || (field != RECORD_SOURCE_PORT && field != RECORD_DESTINATION_PORT))
		return field;
	return field == RECORD_SOURCE_PORT ? RECORD_DESTINATION_PORT : RECORD_SOURCE_PORT;
}

static void fill_balancer(const struct ask_fields *a, unsigned index, struct record_router *router)
{
	const struct place *p = &a->places[index];
	const bool has_control = fields_verdict(&a->fields, index, FIELDS_CONTROL) == FIELDS_NO;

	if (fields_is_unstable(&a->fields, index))
		return;
	for (unsigned field = 0; field < RECORD_FIELDS; field++) {
		const enum fields_verdict verdict = fields_verdict(&a->fields, index, field);
		const uint8_t bit = (uint8_t)(1U << as_forwarded(p->direction, field));

		if (verdict == FIELDS_YES || (p->known >> field & 1 && (has_control || p->is_checked)))
			router->balances |= bit;
		else if (verdict == FIELDS_NO)
			router->balances_not |= bit;
	}
	/* a router that is met at two hops has two places */
	router->balances_not &= (uint8_t)~router->balances;
}

static bool fill(const void *state, struct trace_record *record)
{
	const struct ask_fields *a = state;

	for (unsigned i = 0; i < a->fields.count; i++) {
		const struct place *p = &a->places[i];
		const struct addr *addr = &graph_of(a, p)->routers[p->router].addr;

		for (size_t j = 0; j < record->router_count; j++)
			if (record->routers[j].direction == p->direction && addr_equal(&record->routers[j].addr, addr))
				fill_balancer(a, i, &record->routers[j]);
	}
	return true;
}

static void close(void *state)
{
	free(state);
}

bool ask_fields_open(struct question *q, const struct question_world *w, const struct trace_options *o)
{
	struct ask_fields *a = o->wants_fields ? calloc(1, sizeof(*a)) : NULL;

	if (!a)
		return false;
	a->world = *w;
	if (!fields_balancers_find(a, o->confidence)) {
		free(a);
		return false;
	}
	*q = (struct question){ a, next, refused, answered, fill, close };
	return true;
}
