/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/request.h"

#include <string.h>

#include "common/siphash.h"
#include "engine/flights_find.h"
#include "packet/build.h"
#include "packet/special.h"

enum { IDENTIFIER = 4 }; /* offset in an ICMP message */

static bool is_listed(const struct prefix *list, unsigned count, const struct addr *a)
{
	for (unsigned i = 0; i < count; i++)
		if (prefix_contains(&list[i], a))
			return true;
	return false;
}

/* Never where either list is empty. */
static bool may_ask_for_another(const struct engine_settings *s, const struct probe *p, const struct reverse_request *r)
{
	return is_listed(s->request_from, s->request_from_count, &p->prober) &&
		is_listed(s->request_target, s->request_target_count, &r->to) &&
		!engine_settings_is_ours(s, &r->to, &p->target);
}

/* The same for all probes of a flow, and after the next start (with as many engines) as well. */
static uint32_t flow_label(const struct reverse_request *r)
{
	static const uint64_t no_key[2];
	uint64_t words[1] = { (uint64_t)r->protocol << 16 | r->flow };

	return (uint32_t)siphash(no_key, words, 1) & 0xfffff;
}

static struct request_probe probe_for(struct engine *e, const struct probe *p, const struct reverse_request *r)
{
	struct request_probe probe = {
		.from = p->target,
		.to = r->to,
		.protocol = r->protocol,
		.ttl = r->ttl,
		.port = REQUEST_PORT,
		.flow = r->flow,
		.tag = flow_label(r),
	};
	uint64_t words[2] = { e->requests++, 0 };

	for (; words[1] < 2; words[1]++)
		probe.key[words[1]] = siphash(e->flights.key, words, 2);
	if (r->to.family == 4)
		probe.tag = (uint16_t)(probe.key[0] >> 32);
	probe.tag = shard_tag(e->shard, r->to.family, probe.tag);
	if (r->to.family == 4 && !probe.tag)
		probe.tag = 1;
	return probe;
}

static struct response response_to(const struct probe *p)
{
	return (struct response){
		.from = p->target,
		.to = p->prober,
		.id = load_u16(p->l4.at + IDENTIFIER),
		.room = p->l4.len,
	};
}

/* From what the flight keeps of its request. */
static struct response response_for(const struct flight *flight)
{
	return (struct response){
		.from = flight_from(flight),
		.to = addr_from(flight_family(flight), flight->request.requester),
		.id = flight->request.id,
		.room = flight->request.room,
	};
}

static void launch(struct engine *e, const struct probe *p, const struct request_probe *probe, uint64_t now_ns,
	const uint8_t *l4)
{
	struct flight identity = {
		.protocol = probe->protocol,
		.kind = FLIGHT_REQUEST,
		.is_six = p->prober.family == 6,
		.tag = probe->tag,
		.request = { .room = (uint16_t)p->l4.len, .id = load_u16(p->l4.at + IDENTIFIER), .ttl = probe->ttl },
	};
	bool evicted;

	memcpy(identity.l4, l4, QUOTE_L4_SIZE);
	if (probe->protocol == PROTOCOL_UDP)
		memcpy(identity.key, l4 + UDP_SIZE + REQUEST_KEY_OFFSET, QUOTE_L4_SIZE);
	memcpy(identity.request.from, probe->from.bytes, sizeof(identity.request.from));
	memcpy(identity.request.to, probe->to.bytes, sizeof(identity.request.to));
	memcpy(identity.request.requester, p->prober.bytes, sizeof(identity.request.requester));
	flights_add(&e->flights, &identity, span_of(NULL, 0), now_ns, &evicted); /* evicts none: there is room */
}

static enum reason refuse(const struct probe *p, const struct reverse_request *r, struct writer *out)
{
	struct response response = response_to(p);

	build_status(&response, r->wrong, r->wrong_class, r->wrong_c_type, out);
	return out->overflow ? REASON_TOO_LARGE : REASON_REQUEST_WRONG;
}

/*
 * A request never evicts a flight from a full table. A requester that left room
 * for it is told, the others will ask again.
 */
static enum reason refuse_busy(const struct probe *p, struct writer *out)
{
	struct response response = response_to(p);

	if (response.room >= RESPONSE_EXTENDED)
		build_status(&response, STATUS_BUSY, 0, 0, out);
	return REASON_REQUEST_BUSY;
}

static enum reason check(struct engine *e, const struct probe *p, uint64_t now_ns)
{
	const struct engine_settings *s = &e->settings;
	struct prober *prober;

	if (!addr_is_unicast_host(&p->target))
		return REASON_TARGET_ADDRESS;
	if (engine_settings_is_ours(s, &p->prober, &p->target))
		return REASON_PROBER_ADDRESS;
	if (p->l4.at - p->packet.at + ICMP_SIZE > FLIGHT_ORIGINAL)
		return REASON_OPTIONS;
	if (s->require_padding && p->l4.len < RESPONSE_SIZE)
		return REASON_REQUEST_SIZE;
	return policy_check(&e->policy, &p->prober, now_ns, &prober);
}

/* The event of a request that a limit drops tells the protocol, too, by which its trace is found. */
static bool is_limit(enum reason why)
{
	return why == REASON_LIMIT_PROBER || why == REASON_LIMIT_NETWORK || why == REASON_LIMIT_TOTAL;
}

enum reason request_on_probe(struct engine *e, const struct probe *p, uint64_t now_ns, struct writer *out)
{
	struct reverse_request r;
	struct request_probe probe;
	enum reason why = check(e, p, now_ns);

	reverse_request_parse(p, &r);
	if (!why || is_limit(why))
		e->event.protocol = r.protocol;
	if (why)
		return why;
	if (!r.wrong && r.is_indirect && !may_ask_for_another(&e->settings, p, &r)) {
		r.wrong = STATUS_EXTENSION;
		r.wrong_class = CLASS_TARGET;
	}
	e->event.ttl = r.ttl;
	if (r.wrong)
		return refuse(p, &r, out);
	if (e->flights.out == e->flights.capacity)
		return refuse_busy(p, out);
	probe = probe_for(e, p, &r);
	build_request_probe(&probe, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	launch(e, p, &probe, now_ns, out->at + ip_header_size(probe.to.family));
	return REASON_REQUEST_PROBED;
}

static void tell(struct event *event, const struct flight *flight, const struct addr *requester)
{
	event->front = FRONT_REQUEST;
	event->prober = *requester;
	event->target = flight_from(flight);
	event->protocol = flight->protocol;
	event->ttl = flight->request.ttl;
}

static enum reason respond(struct engine *e, struct flight *flight, struct response_answer *answer, uint64_t now_ns,
	struct writer *out)
{
	const struct response response = response_for(flight);
	const struct addr to = flight_to(flight);

	answer->rtt_ns = flight_age_ns(flight, now_ns);
	tell(&e->event, flight, &response.to);
	e->event.router = answer->hop;
	e->event.icmp_type = answer->icmp_type;
	e->event.icmp_code = answer->icmp_code;
	e->event.rtt_ns = answer->rtt_ns;
	e->event.is_end = addr_equal(&answer->hop, &to);
	build_response(&response, answer, out);
	if (out->overflow)
		return REASON_TOO_LARGE;
	flights_remove(&e->flights, flight);
	return REASON_ANSWERED;
}

/* The flight of this quote, or NULL, also where the answer comes too late. */
static struct flight *find(struct engine *e, const struct quote *q, uint64_t now_ns)
{
	struct flight *flight = flights_find_keyed(&e->flights, q);

	return flight && flight_age_ns(flight, now_ns) <= e->settings.keep_ns ? flight : NULL;
}

bool request_on_error(struct engine *e, const struct icmp_error *error, uint64_t now_ns, struct writer *out,
	enum reason *why)
{
	struct flight *flight = find(e, &error->quote, now_ns);
	struct response_answer answer = {
		.hop = error->router,
		.kind = ANSWER_ERROR,
		.icmp_type = error->type,
		.icmp_code = error->code,
		.ttl = error->ttl,
		.objects = error->objects,
	};

	struct addr from;

	if (!flight)
		return false;
	from = flight_from(flight);
	if (!addr_equal(&error->to, &from))
		return false;
	/* no router has an address of ours, and a link-local source cannot have been forwarded */
	if (engine_settings_is_ours(&e->settings, &error->router, &from) ||
		(addr_is_link_local6(&error->router) && flight->request.ttl > 1))
		*why = REASON_ERROR_SOURCE;
	else if (!icmp_error_mtu_can_be(error, REQUEST_PROBE_MOST))
		*why = REASON_ERROR_MTU;
	else
		*why = respond(e, flight, &answer, now_ns, out);
	return true;
}

bool request_on_reply(struct engine *e, const struct reply *reply, uint64_t now_ns, struct writer *out,
	enum reason *why)
{
	struct flight *flight = find(e, &reply->quote, now_ns);
	struct response_answer answer = {
		.hop = reply->quote.to,
		.kind = reply->kind,
		.icmp_type = reply->icmp_type,
		.ttl = reply->ttl,
	};

	if (!flight)
		return false;
	*why = respond(e, flight, &answer, now_ns, out);
	return true;
}

void request_on_expiry(struct engine *e, const struct flight *flight, struct writer *out)
{
	struct response response = response_for(flight);

	tell(&e->event, flight, &response.to);
	if (response.room >= RESPONSE_EXTENDED)
		build_status(&response, STATUS_TIMEOUT, 0, 0, out);
}
