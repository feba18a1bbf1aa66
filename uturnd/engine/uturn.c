/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/uturn.h"

#include <string.h>

#include "engine/reach.h"
#include "engine/shape.h"
#include "packet/build.h"
#include "packet/neutral.h"

/* The address of ours that is not the target's, or NULL where there is none. */
static const struct addr *secondary_of(const struct config *c, const struct addr *target)
{
	const struct addr *own = target->family == 4 ? &c->inflection4 : &c->inflection6;

	return own->family && !addr_equal(own, target) ? own : NULL;
}

/* DESIGN decision 3. NULL: nobody answers. */
static const struct addr *inflection_address(const struct config *c, const struct probe *p)
{
	const struct addr *secondary = secondary_of(c, &p->target);

	if (secondary)
		return secondary;
	switch (c->inflection) {
	case INFLECTION_TARGET:
		return &p->target;
	case INFLECTION_AUTO:
		return shape_that_goes_on(p) ? &p->target : NULL;
	case INFLECTION_SILENT:
		break;
	}
	return NULL;
}

static enum reason answer_here(const struct config *c, const struct probe *p, struct writer *out)
{
	const struct addr *from = inflection_address(c, p);

	if (!from)
		return REASON_SILENT;
	build_expired(p, from, out);
	return out->overflow ? REASON_TOO_LARGE : REASON_INFLECTION;
}

static enum return_form form_of(const struct config *c)
{
	if (c->turn == TURN_MIRROR)
		return RETURN_MIRROR;
	return c->tcp_answer == TCP_ANSWER_SYNACK ? RETURN_SYNACK : RETURN_RST;
}

/* An echo reply carries all of its request; of other probes only what we keep can be quoted again. */
static size_t quotable(const struct probe *p)
{
	return p->kind == PROBE_ECHO || p->packet.len < FLIGHT_ORIGINAL ? p->packet.len : FLIGHT_ORIGINAL;
}

static void launch(struct engine *e, const struct probe *p, const struct prober *prober,
	enum pace_expectation expectation, uint32_t tag, const uint8_t *l4)
{
	struct span original = span_head(p->packet, FLIGHT_ORIGINAL);
	struct flight identity = {
		.prober = p->prober,
		.target = p->target,
		.protocol = p->protocol,
		.ttl = p->ttl,
		.owner = OWNER_UTURN,
		.expectation = (uint8_t)expectation,
		.tag = tag,
		.extensions = (uint8_t)((size_t)(p->l4.at - p->packet.at) - ip_header_size(p->prober.family)),
		.original_size = (uint16_t)quotable(p),
	};
	struct flight *flight;
	bool evicted;

	memcpy(identity.l4, l4, QUOTE_L4_SIZE);
	memcpy(identity.original, original.at, original.len);
	flight = flights_add(&e->flights, &identity, e->event.at_ns, &evicted);
	if (reach_wants_check(e, p))
		reach_plan_check(e, flight, prober, e->event.at_ns);
	if (evicted)
		e->counters[REASON_EVICTED]++;
}

/*
 * What another uturn host sent back to a probe of this host's own, or of
 * somebody who said so: an answer, and the kernel's (see neutral.h).
 */
static bool is_return_probe(const struct probe *p)
{
	return p->kind != PROBE_SYN && p->kind != PROBE_ACK && p->kind != PROBE_ECHO &&
		neutral_begins(span_tail(p->l4, QUOTE_L4_SIZE));
}

enum reason uturn_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out)
{
	const struct config *c = &e->config;
	struct departure d = { .form = form_of(c), .ttl = p->ttl - 1 };
	const struct pace_hop hop = { &p->prober, &p->target, p->ttl };
	enum pace_expectation expectation;
	struct prober *prober;
	enum reason why;

	if (p->ttl < 1 || p->ttl > c->max_ttl)
		return REASON_TTL_RANGE;
	if (!addr_is_unicast_host(&p->target))
		return REASON_TARGET_ADDRESS;
	if (policy_is_ours(c, &p->prober, &p->target))
		return REASON_PROBER_ADDRESS;
	if ((p->kind == PROBE_PORTS || p->kind == PROBE_OTHER) && !c->turns_others)
		return REASON_PROTOCOL;
	if (p->l4.at - p->packet.at + QUOTE_L4_SIZE > FLIGHT_ORIGINAL)
		return REASON_OPTIONS; /* more extension headers than a flight remembers */
	if (is_return_probe(p))
		return REASON_RETURN_PROBE;
	why = policy_check(&e->policy, &p->prober, now_ns, &prober);
	if (why)
		return why;
	if (p->ttl == 1) {
		pace_begin(&e->pace, &p->prober, &p->target, now_ns);
		return answer_here(c, p, out);
	}
	why = pace_ask(&e->pace, &hop, now_ns, &expectation);
	if (why)
		return why;
	d.tag = policy_tag(prober, e->shard, p->tag);
	if (p->kind == PROBE_SYN)
		d.sequence = load_u32(p->l4.at + 4) ^ prober->sequence_key; /* those that differ stay different */
	build_return(p, &d, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	launch(e, p, prober, expectation, d.tag, out->at + ip_header_size(p->prober.family));
	return REASON_TURNED;
}

/*
 * Who speaks to the prober. The prober's own host, found to be reached: the
 * target does, with the one answer that ends every client (DESIGN decision 4).
 * Its NAT box, whose address is the prober's to us and can't be spoofed to it,
 * and every router where `answer-from self` says so: an address of ours, with
 * the router named inside (decision 3).
 */
static enum reason choose_speaker(const struct config *c, const struct flight *flight, struct relay *r)
{
	const struct icmp_error *e = r->error;
	const struct addr *secondary = secondary_of(c, &flight->target);
	bool is_prober = addr_equal(&e->router, &flight->prober);
	bool is_four = flight->prober.family == 4;

	r->from = e->router;
	if (is_prober && icmp_error_is_unreachable(e)) {
		r->from = flight->target;
		r->type = is_four ? UNREACHABLE4 : UNREACHABLE6;
		r->code = is_four ? PORT_UNREACHABLE4 : PORT_UNREACHABLE6;
		r->rest = 0;
		return REASON_ARRIVED;
	}
	if (is_prober || (is_four ? c->answer_from4 : c->answer_from6) == ANSWER_FROM_SELF) {
		r->from = secondary ? *secondary : flight->target;
		r->names_router = true;
	}
	return REASON_RELAYED;
}

/*
 * Only the host a packet is for looks at its next header (RFC 8200 4), so a
 * router on the way has no business to complain about it.
 */
static bool is_out_of_place(const struct icmp_error *error, const struct flight *flight)
{
	return error->router.family == 6 && error->type == PARAMETER6 && !addr_equal(&error->router, &flight->prober);
}

static struct pace_hop hop_of(const struct flight *flight)
{
	return (struct pace_hop){ &flight->prober, &flight->target, flight->ttl };
}

static void learn_pace(struct engine *e, const struct flight *flight, bool of_check, const struct addr *router)
{
	const struct pace_hop hop = hop_of(flight);

	pace_on_answer(&e->pace, &hop, of_check ? EXPECT_UNKNOWN : flight->expectation, of_check, router,
		e->event.at_ns);
}

void uturn_on_silence(struct engine *e, const struct flight *flight, uint64_t now_ns)
{
	const struct pace_hop hop = hop_of(flight);

	pace_on_silence(&e->pace, &hop, flight->expectation, now_ns);
	reach_on_silence(e, flight);
}

enum reason uturn_on_error(struct engine *e, struct flight *flight, bool of_check, const struct icmp_error *error,
	struct writer *out)
{
	struct relay r = {
		.error = error,
		.to = flight->prober,
		.type = error->type,
		.code = error->code,
		.rest = error->rest,
		.original = flight_original(flight),
		.original_size = flight->original_size,
		.extensions = flight->extensions,
	};
	enum reason outcome = choose_speaker(&e->config, flight, &r);

	if (policy_is_ours(&e->config, &error->router, &flight->target))
		return REASON_ERROR_SOURCE; /* nobody else is us */
	if (is_out_of_place(error, flight))
		return REASON_ERROR_TYPE;
	if (outcome == REASON_RELAYED)
		learn_pace(e, flight, of_check, &error->router);
	if (of_check && outcome != REASON_ARRIVED) {
		reach_on_check_stopped(e, flight, error);
		return REASON_CHECK_EXPIRED;
	}
	build_relayed(&r, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	if (error->has_broken_extension)
		e->counters[REASON_EXTENSION_CUT]++;
	reach_learn(policy_find(&e->policy, &flight->prober), flight, of_check, error, e->event.at_ns, e->event.rtt_ns);
	return outcome;
}
