/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/uturn.h"

#include <string.h>

#include "config/choices.h"
#include "engine/flights_find.h"
#include "engine/reach.h"
#include "engine/shape.h"
#include "packet/build.h"
#include "packet/neutral.h"
#include "packet/option_check.h"
#include "packet/special.h"

/* The address of ours that is not the target's, or NULL where there is none. */
static const struct addr *secondary_of(const struct engine_settings *s, const struct addr *target)
{
	const struct addr *own = target->family == 4 ? &s->inflection4 : &s->inflection6;

	return own->family && !addr_equal(own, target) ? own : NULL;
}

/* doc/architecture.md, "Who answers at the inflection point". NULL: nothing does. */
static const struct addr *inflection_address(const struct engine_settings *s, const struct probe *p)
{
	const struct addr *secondary = secondary_of(s, &p->target);

	if (secondary)
		return secondary;
	switch (s->inflection) {
	case INFLECTION_TARGET:
		return &p->target;
	case INFLECTION_AUTO:
		return shape_that_goes_on(p) ? &p->target : NULL;
	case INFLECTION_SILENT:
		break;
	}
	return NULL;
}

static enum reason answer_here(const struct engine_settings *s, const struct probe *p, struct writer *out)
{
	const struct addr *from = inflection_address(s, p);

	if (!from)
		return REASON_SILENT;
	build_expired(p, from, out);
	return out->overflow ? REASON_TOO_LARGE : REASON_INFLECTION;
}

static enum return_form form_of(const struct engine_settings *s)
{
	if (s->turn == TURN_MIRROR)
		return RETURN_MIRROR;
	return s->tcp_answer == TCP_ANSWER_SYNACK ? RETURN_SYNACK : RETURN_RST;
}

static void launch(struct engine *e, const struct probe *p, const struct prober *prober,
	enum pace_expectation expectation, uint32_t tag, const uint8_t *l4, uint64_t now_ns)
{
	struct flight identity = {
		.protocol = p->protocol,
		.kind = FLIGHT_TURNED,
		.is_six = p->prober.family == 6,
		.tag = tag,
		.extensions = (uint8_t)((size_t)(p->l4.at - p->packet.at) - ip_header_size(p->prober.family)),
		.expectation = expectation & 3,
	};
	struct flight *flight;
	bool evicted;

	memcpy(identity.l4, l4, QUOTE_L4_SIZE);
	flight = flights_add(&e->flights, &identity, p->packet, now_ns, &evicted);
	if (reach_wants_check(e, p))
		reach_plan_check(e, flight, prober, now_ns);
	if (evicted)
		e->counters[REASON_EVICTED]++;
}

static bool is_option_check(const struct probe *p)
{
	struct span extensions = span_tail(span_head(p->packet, p->packet.len - p->l4.len), HEADER_SIZE6);

	return p->prober.family == 6 && extensions.len == OPTION_HEADER_SIZE &&
		memcmp(extensions.at, option_header, OPTION_HEADER_SIZE) == 0;
}

/*
 * What another uturn host sent back to a probe of this host's own, or one forged
 * in its name: an answer, and the kernel's (see neutral.h). One too short to
 * say so is turned once; what then comes back is known.
 */
static bool is_return_probe(struct engine *e, const struct probe *p)
{
	const struct short_packet shorter = { p->prober, p->target, p->protocol, p->ttl, p->tag, p->l4.at };

	if (p->kind == PROBE_SYN || p->kind == PROBE_ACK || p->kind == PROBE_ECHO)
		return false;
	return neutral_begins(span_tail(p->l4, QUOTE_L4_SIZE)) || is_option_check(p) ||
		(p->l4.len < QUOTE_L4_SIZE + NEUTRAL_KNOWN && flights_has_turned_back(&e->flights, &shorter));
}

/*
 * An ordinary client begins with a TTL of 64, and its SYN must not be answered with a RST whatever
 * max-ttl is: the host's connection would be refused. No path has more than 31 hops.
 */
static bool is_in_range(const struct probe *p, uint8_t max_ttl)
{
	return p->ttl >= 1 && p->ttl <= max_ttl && (p->kind != PROBE_SYN || p->ttl <= CONFIG_SYN_TTL_MAX);
}

enum reason uturn_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out)
{
	const struct engine_settings *s = &e->settings;
	struct departure d = { .form = form_of(s), .ttl = p->ttl - 1, .contact = span_of(s->contact, s->contact_size) };
	const struct pace_hop hop = { &p->prober, &p->target, p->ttl };
	enum pace_expectation expectation;
	struct prober *prober;
	enum reason why;

	if (!is_in_range(p, s->max_ttl))
		return REASON_TTL_RANGE;
	if (!addr_is_unicast_host(&p->target))
		return REASON_TARGET_ADDRESS;
	if (engine_settings_is_ours(s, &p->prober, &p->target))
		return REASON_PROBER_ADDRESS;
	if ((p->kind == PROBE_PORTS || p->kind == PROBE_OTHER) && !s->turns_others)
		return REASON_PROTOCOL;
	if (p->l4.at - p->packet.at + QUOTE_L4_SIZE > FLIGHT_ORIGINAL)
		return REASON_OPTIONS; /* more extension headers than a flight keeps */
	if (is_return_probe(e, p))
		return REASON_RETURN_PROBE;
	why = policy_check(&e->policy, &p->prober, now_ns, &prober);
	if (why)
		return why;
	if (p->ttl == 1) {
		pace_begin(&e->pace, &p->prober, &p->target, now_ns);
		return answer_here(s, p, out);
	}
	why = pace_ask(&e->pace, &hop, now_ns, &expectation);
	if (why)
		return why;
	d.tag = prober_tag(prober, e->shard, p->tag);
	if (p->kind == PROBE_SYN)
		d.sequence = prober_sequence(e->probers.key, &p->prober, load_u32(p->l4.at + 4));
	build_return(p, &d, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	launch(e, p, prober, expectation, d.tag, out->at + ip_header_size(p->prober.family), now_ns);
	return REASON_TURNED;
}

static void tell(struct event *event, const struct flight_view *v)
{
	const uint8_t protocol = v->flight->protocol;

	event->prober = v->to;
	event->target = v->from;
	event->protocol = protocol;
	event->ttl = v->ttl;
	if (protocol == PROTOCOL_UDP || protocol == PROTOCOL_TCP || protocol == PROTOCOL_DCCP ||
		protocol == PROTOCOL_UDPLITE) {
		const uint8_t *l4 = v->room + ip_header_size(v->to.family) + v->flight->extensions;

		event->prober_port = load_u16(l4);
		event->target_port = load_u16(l4 + 2);
	}
}

/* False where the error is about no flight, is addressed to another host or comes too late. */
static bool find(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct flight_view *v,
	bool *of_check)
{
	struct flight *flight = flights_find(&e->flights, &error->quote, of_check);

	if (!flight) {
		flights_missed(&e->flights, &error->quote);
		return false;
	}
	flights_view(&e->flights, flight, v);
	return addr_equal(&error->to, &v->from) && flight_age_ns(flight, now_ns) <= e->settings.keep_ns;
}

/* By an address of ours, with the router's inside: for networks that drop it as a source, or where all do. */
static bool is_named(const struct engine_settings *s, const struct flight_view *v, const struct addr *router)
{
	return (v->to.family == 4 ? s->answer_from4 : s->answer_from6) == ANSWER_FROM_SELF ||
		!addr_is_forwarded(router);
}

/*
 * A router that only we can name, and that without a second address would look
 * like the target: a client that stops there has to go without. What is left
 * of a large probe has no shape.
 */
static bool would_end_early(const struct engine_settings *s, const struct flight_view *v, const struct addr *router)
{
	struct probe p;

	if (addr_is_forwarded(router) || secondary_of(s, &v->from) || s->inflection == INFLECTION_TARGET ||
		(v->to.family == 4 ? s->answer_from4 : s->answer_from6) == ANSWER_FROM_SELF)
		return false;
	return probe_parse(v->original, &p) != REASON_OK || !inflection_address(s, &p);
}

/* Bytes of the return probe at most: one that may be fragmented was cut. */
static size_t return_size(const struct flight_view *v)
{
	return ip_header_size(v->to.family) + flight_l4_size(v->flight);
}

/* What no router on the return path says about a packet that left with this TTL. */
static enum reason check_error(const struct engine_settings *s, const struct flight_view *v,
	const struct icmp_error *error)
{
	if (engine_settings_is_ours(s, &error->router, &v->from))
		return REASON_ERROR_SOURCE; /* no router has an address of ours */
	if (addr_is_link_local6(&error->router) && v->ttl > 2)
		return REASON_ERROR_SOURCE; /* it could not have been forwarded */
	if (would_end_early(s, v, &error->router))
		return REASON_ERROR_SOURCE;
	return icmp_error_mtu_can_be(error, return_size(v)) ? REASON_OK : REASON_ERROR_MTU;
}

/*
 * Whose address the prober sees. Where the prober's own host was reached, the
 * target's, in the one answer that ends every client. Where its NAT box answers,
 * whose address is the prober's to us and cannot be spoofed to it, and for
 * every router where `answer-from self` says so, or whose address nobody may
 * forward: an address of ours, with the router's inside (RFC 5837).
 */
static enum reason choose_source(const struct engine_settings *s, const struct flight_view *v, struct relay *r)
{
	const struct icmp_error *e = r->error;
	const struct addr *secondary = secondary_of(s, &v->from);
	bool is_prober = addr_equal(&e->router, &v->to);
	bool is_four = v->to.family == 4;

	r->from = e->router;
	if (is_prober && icmp_error_is_unreachable(e)) {
		r->from = v->from;
		r->type = is_four ? ICMP_UNREACHABLE4 : ICMP_UNREACHABLE6;
		r->code = is_four ? ICMP_PORT_UNREACHABLE4 : ICMP_PORT_UNREACHABLE6;
		r->rest = 0;
		return REASON_ARRIVED;
	}
	if (is_prober || is_named(s, v, &e->router)) {
		r->from = secondary ? *secondary : v->from;
		r->names_router = true;
	}
	return REASON_RELAYED;
}

/*
 * Only the host a packet is for looks at its next header (RFC 8200 4), so a
 * router on the path has no business to complain about it.
 */
static bool is_out_of_place(const struct icmp_error *error, const struct flight_view *v)
{
	return error->router.family == 6 && error->type == ICMP_PARAMETER_PROBLEM6 &&
		!addr_equal(&error->router, &v->to);
}

static struct pace_hop hop_of(const struct flight_view *v)
{
	return (struct pace_hop){ &v->to, &v->from, v->ttl };
}

static void learn_pace(struct engine *e, const struct flight_view *v, bool of_check, const struct addr *router,
	uint64_t now_ns)
{
	const struct pace_hop hop = hop_of(v);

	pace_on_answer(&e->pace, &hop, of_check ? EXPECT_UNKNOWN : v->flight->expectation, of_check, router, now_ns);
}

static enum reason relay(struct engine *e, const struct flight_view *v, bool of_check, const struct icmp_error *error,
	uint64_t now_ns, struct writer *out)
{
	struct relay r = {
		.error = error,
		.to = v->to,
		.type = error->type,
		.code = error->code,
		.rest = error->rest,
		.original = v->original,
		.original_size = v->size,
		.extensions = v->flight->extensions,
		.of_check = of_check,
	};
	enum reason outcome = choose_source(&e->settings, v, &r), why;

	why = check_error(&e->settings, v, error);
	if (why)
		return why;
	if (is_out_of_place(error, v))
		return REASON_ERROR_TYPE;
	if (outcome == REASON_RELAYED)
		learn_pace(e, v, of_check, &error->router, now_ns);
	if (of_check && outcome != REASON_ARRIVED) {
		reach_on_check_stopped(e, v, error);
		return REASON_CHECK_EXPIRED;
	}
	build_relayed(&r, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	if (error->has_broken_extension)
		e->counters[REASON_EXTENSION_CUT]++;
	reach_learn(e, v, of_check, error, now_ns);
	flights_remove(&e->flights, v->flight);
	return outcome;
}

bool uturn_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct writer *out,
	enum reason *why)
{
	struct flight_view v;
	bool of_check = false;

	if (!find(e, error, now_ns, &v, &of_check))
		return false;
	e->event.rtt_ns = flight_age_ns(v.flight, now_ns);
	if (flights_is_guessed_at(&e->flights, v.flight)) {
		*why = REASON_GUESSED;
		return true;
	}
	tell(&e->event, &v);
	*why = relay(e, &v, of_check, error, now_ns, out);
	e->event.is_end = *why == REASON_ARRIVED;
	return true;
}

enum reason uturn_on_due(struct engine *e, struct flight *flight, uint64_t now_ns, struct writer *out)
{
	struct flight_view v;
	enum reason why;

	flights_view(&e->flights, flight, &v);
	tell(&e->event, &v);
	why = reach_on_due(e, &v, now_ns, out);
	e->event.is_end = why == REASON_ASSUMED;
	if (why == REASON_ASSUMED)
		flights_remove(&e->flights, flight);
	return why;
}

void uturn_on_expiry(struct engine *e, struct flight *flight, uint64_t now_ns)
{
	struct flight_view v;
	struct pace_hop hop;

	flights_view(&e->flights, flight, &v);
	hop = hop_of(&v);
	tell(&e->event, &v);
	pace_on_silence(&e->pace, &hop, flight->expectation, now_ns);
	reach_on_silence(e, &v);
}
