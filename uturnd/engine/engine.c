/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/engine.h"

#include "engine/reach.h"
#include "engine/request.h"
#include "engine/uturn.h"
#include "packet/special.h"

/* Each part needs its alignment; what stands before it is rounded up. */
static size_t round_up(size_t bytes)
{
	return (bytes + 63) / 64 * 64;
}

size_t engine_bytes(const struct config *config)
{
	return round_up(policy_bytes(config->in_flight)) + round_up(pace_bytes(config->in_flight)) +
		round_up(flights_bytes(config->in_flight)) + inband_bytes();
}

void engine_init(struct engine *e, const struct config *config, void *memory, const uint64_t secret[2])
{
	uint8_t *at = memory;

	*e = (struct engine){ .config = *config };
	policy_init(&e->policy, at, config->in_flight, &e->config, secret);
	at += round_up(policy_bytes(config->in_flight));
	pace_init(&e->pace, at, config->in_flight, &e->config, secret);
	at += round_up(pace_bytes(config->in_flight));
	flights_init(&e->flights, at, config->in_flight, secret);
	at += round_up(flights_bytes(config->in_flight));
	inband_init(&e->inband, at, secret);
}

void engine_share(struct engine *e, struct shard shard)
{
	e->shard = shard;
	flights_limit_guesses(&e->flights, FLIGHT_GUESSES >> shard.bits);
}

void engine_configure(struct engine *e, const struct config *config)
{
	uint32_t in_flight = e->config.in_flight;

	e->config = *config;
	e->config.in_flight = in_flight;
}

void engine_count(struct engine *e, enum reason reason)
{
	e->counters[reason]++;
	e->event.reason = reason;
}

static void begin_event(struct engine *e, uint64_t now_ns)
{
	e->event = (struct event){ .at_ns = now_ns };
	e->inband.report = (struct inband_report){ 0 };
}

static void tell_flight(struct event *event, const struct flight *flight)
{
	event->prober = flight->prober;
	event->target = flight->target;
	event->protocol = flight->protocol;
	event->ttl = flight->ttl;
	if (flight->owner == OWNER_REQUEST)
		return; /* its original is a request, without ports */
	if (flight->protocol == PROTOCOL_UDP || flight->protocol == PROTOCOL_TCP || flight->protocol == PROTOCOL_DCCP ||
		flight->protocol == PROTOCOL_UDPLITE) {
		size_t l4 = ip_header_size(flight->prober.family) + flight->extensions;

		event->prober_port = load_u16(flight->original + l4);
		event->target_port = load_u16(flight->original + l4 + 2);
	}
}

static void tell_probe(struct event *event, const struct probe *p)
{
	event->prober = p->prober;
	event->target = p->target;
	event->protocol = p->protocol;
	event->ttl = p->ttl;
	if (p->kind != PROBE_ECHO && p->kind != PROBE_REQUEST) {
		event->prober_port = p->prober_port;
		event->target_port = p->target_port;
	}
}

enum act engine_on_probe(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct probe p;
	enum reason why;
	bool is_request;

	begin_event(e, now_ns);
	why = probe_parse(packet, &p);
	tell_probe(&e->event, &p);
	is_request = !why && p.kind == PROBE_REQUEST && e->config.request;
	if (is_request)
		why = request_on_probe(e, &p, now_ns, out);
	else if (!why && p.kind == PROBE_REQUEST)
		why = REASON_SHAPE;
	else if (!why)
		why = uturn_on_probe(e, &p, now_ns, out);
	engine_count(e, why);
	/* the kernel's echo of a request would look like an answer, so it gets none */
	return reason_table[why].kind == KIND_PASS && !is_request ? ACT_PASS : ACT_TAKE;
}

/* The flight that an error is about, if it may speak of it. It may have been captured before the flight was noted. */
static enum reason find_flight(struct engine *e, const struct icmp_error *error, uint64_t now_ns,
	struct flight **flight, bool *of_check)
{
	uint64_t rtt_ns;

	*flight = flights_find(&e->flights, &error->quote, of_check);
	if (!*flight) {
		flights_missed(&e->flights, &error->quote);
		return REASON_NO_FLIGHT;
	}
	rtt_ns = now_ns > (*flight)->sent_ns ? now_ns - (*flight)->sent_ns : 0;
	if (!addr_equal(&error->to, &(*flight)->target) || rtt_ns > e->config.keep_ns)
		return REASON_NO_FLIGHT; /* the last: it expires with the next tick */
	e->event.rtt_ns = rtt_ns;
	return flights_is_guessed_at(&e->flights, *flight) ? REASON_GUESSED : REASON_OK;
}

/* REASON_OK: not for us. */
static enum reason on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct icmp_error error;
	struct flight *flight;
	bool of_check = false;
	enum reason why;

	why = icmp_error_parse(packet, &error);
	e->event.router = error.router;
	e->event.icmp_type = error.type;
	e->event.icmp_code = error.code;
	if (why)
		return why;
	if (!addr_is_unicast_host(&error.router))
		return REASON_ERROR_SOURCE;
	why = inband_on_error(e, &error, now_ns);
	if (why != REASON_NO_FLIGHT)
		return why;
	if (!shard_is_ours(e->shard, error.router.family, error.quote.tag))
		return REASON_OK;
	why = request_on_error(e, &error, now_ns, out);
	if (why != REASON_NO_FLIGHT)
		return why;
	why = find_flight(e, &error, now_ns, &flight, &of_check);
	if (why)
		return why;
	tell_flight(&e->event, flight);
	why = uturn_on_error(e, flight, of_check, &error, out);
	if (why == REASON_RELAYED || why == REASON_ARRIVED)
		flights_remove(&e->flights, flight);
	return why;
}

bool engine_on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	enum reason why;

	begin_event(e, now_ns);
	why = on_error(e, packet, now_ns, out);
	if (why)
		engine_count(e, why);
	return why != REASON_OK;
}

bool engine_on_answer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct reply reply;

	if (reply_parse(packet, &reply))
		return engine_on_reply(e, packet, now_ns, out);
	return engine_on_error(e, packet, now_ns, out);
}

bool engine_on_reply(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct reply reply;
	enum reason why = REASON_OK;

	begin_event(e, now_ns);
	if (reply_parse(packet, &reply))
		why = request_on_reply(e, &reply, now_ns, out);
	if (why)
		engine_count(e, why);
	return why != REASON_OK;
}

bool engine_on_segment(struct engine *e, struct span packet, bool is_ours, uint64_t now_ns)
{
	struct tcp_segment segment;
	enum reason why = REASON_OK;

	begin_event(e, now_ns);
	if (tcp_segment_parse(packet, &segment))
		why = inband_on_segment(e, &segment, is_ours, now_ns);
	if (why)
		engine_count(e, why);
	return why != REASON_OK;
}

bool engine_is_waiting(const struct engine *e)
{
	return e->flights.out || e->inband.running;
}

bool engine_on_time(struct engine *e, uint64_t now_ns, struct writer *out)
{
	struct flight *flight;
	enum reason why;

	begin_event(e, now_ns);
	flight = flights_check_due(&e->flights, now_ns);
	if (flight) {
		tell_flight(&e->event, flight);
		why = reach_on_due(e, flight, now_ns, out);
		engine_count(e, why);
		if (why == REASON_ASSUMED)
			flights_remove(&e->flights, flight);
		return true;
	}
	flight = now_ns < e->config.keep_ns ? NULL : flights_older_than(&e->flights, now_ns - e->config.keep_ns);
	if (flight) {
		tell_flight(&e->event, flight);
		if (flight->owner == OWNER_REQUEST)
			request_on_expiry(e, flight, out);
		engine_count(e, REASON_EXPIRED);
		uturn_on_silence(e, flight, now_ns);
		flights_remove(&e->flights, flight);
		return true;
	}
	why = inband_on_time(e, now_ns, out);
	if (why)
		engine_count(e, why);
	return why != REASON_OK;
}
