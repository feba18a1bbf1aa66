/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/engine.h"

#include "engine/flights_find.h"
#include "engine/inband.h"
#include "engine/request.h"
#include "engine/uturn.h"
#include "packet/special.h"

enum { LINE = 64 }; /* of the processor's cache: what is in one line should not be in two */

static size_t round_up(size_t bytes)
{
	return (bytes + LINE - 1) / LINE * LINE;
}

size_t engine_bytes(const struct engine_settings *settings)
{
	uint32_t in_flight = settings->in_flight;

	return LINE + round_up(probers_bytes(in_flight)) + round_up(policy_bytes(in_flight)) +
		round_up(pace_bytes(in_flight)) + round_up(flights_bytes(in_flight)) + inband_table_bytes();
}

void engine_init(struct engine *e, const struct engine_settings *settings, void *memory, const uint64_t secret[2])
{
	uint32_t in_flight = settings->in_flight;
	uint8_t *at = (uint8_t *)memory + (LINE - (uintptr_t)memory % LINE) % LINE;

	*e = (struct engine){ .settings = *settings };
	probers_init(&e->probers, at, in_flight, secret);
	at += round_up(probers_bytes(in_flight));
	policy_init(&e->policy, at, in_flight, &e->settings, &e->probers, secret);
	at += round_up(policy_bytes(in_flight));
	pace_init(&e->pace, at, in_flight, &e->settings, secret);
	at += round_up(pace_bytes(in_flight));
	flights_init(&e->flights, at, in_flight, secret);
	at += round_up(flights_bytes(in_flight));
	inband_table_init(&e->inband, at, secret);
}

void engine_share(struct engine *e, struct shard shard)
{
	e->shard = shard;
	flights_limit_guesses(&e->flights, FLIGHT_GUESSES >> shard.bits);
}

void engine_keep_traces(struct engine *e, struct traces *traces)
{
	traces_init(traces, e->flights.key, e->shard);
	e->traces = traces;
}

void engine_configure(struct engine *e, const struct engine_settings *settings)
{
	uint32_t in_flight = e->settings.in_flight;

	e->settings = *settings;
	e->settings.in_flight = in_flight;
}

static void begin_event(struct engine *e, uint64_t now_ns)
{
	e->event = (struct event){ .at_ns = now_ns };
	e->inband.report = (struct inband_report){ 0 };
}

/* True, as there was an event. */
static bool end_event(struct engine *e, enum reason reason)
{
	e->counters[reason]++;
	e->event.reason = reason;
	activity_on_event(&e->activity, &e->event);
	if (e->traces)
		traces_on_event(e->traces, &e->event);
	return true;
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

void engine_deny(struct engine *e, const struct prefix_set *denied)
{
	e->policy.denied = *denied;
}

void engine_drain(struct engine *e, uint64_t until_ns)
{
	policy_drain(&e->policy, until_ns);
}

enum act engine_on_probe(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct probe p;
	enum reason why;
	bool is_request;

	begin_event(e, now_ns);
	why = probe_parse(packet, &p);
	tell_probe(&e->event, &p);
	is_request = !why && p.kind == PROBE_REQUEST && e->settings.request;
	e->event.front = is_request ? FRONT_REQUEST : FRONT_UTURN;
	if (is_request)
		why = request_on_probe(e, &p, now_ns, out);
	else if (!why && p.kind == PROBE_REQUEST)
		why = REASON_SHAPE;
	else if (!why)
		why = uturn_on_probe(e, &p, now_ns, out);
	end_event(e, why);
	/* the kernel's echo of a request would look like an answer, so it gets none */
	return reason_table[why].kind == KIND_PASS && !is_request ? ACT_PASS : ACT_TAKE;
}

/* no_flight: what it is called if it matches nothing. */
static bool on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out, enum reason no_flight)
{
	struct icmp_error error;
	enum reason why;

	begin_event(e, now_ns);
	why = icmp_error_parse(packet, &error);
	e->event.router = error.router;
	e->event.icmp_type = error.type;
	e->event.icmp_code = error.code;
	if (why)
		return end_event(e, why == REASON_NO_FLIGHT ? no_flight : why);
	if (!addr_is_router(&error.router))
		return end_event(e, REASON_ERROR_SOURCE);
	if (inband_on_error(e, &error, now_ns, &why))
		return end_event(e, why);
	if (!shard_is_ours(e->shard, error.router.family, error.quote.tag))
		return false;
	if (request_on_error(e, &error, now_ns, out, &why))
		return end_event(e, why);
	if (uturn_on_error(e, &error, now_ns, out, &why))
		return end_event(e, why);
	return end_event(e, no_flight);
}

bool engine_on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	return on_error(e, packet, now_ns, out, REASON_NO_FLIGHT);
}

static bool on_reply(struct engine *e, const struct reply *reply, uint64_t now_ns, struct writer *out)
{
	enum reason why;

	begin_event(e, now_ns);
	return request_on_reply(e, reply, now_ns, out, &why) && end_event(e, why);
}

/* A segment only where it is for the port that the probes of requests come from. */
static bool read_reply(struct span packet, struct reply *reply)
{
	return reply_parse(packet, reply) &&
		(reply->quote.protocol != PROTOCOL_TCP || load_u16(reply->l4) == REQUEST_PORT);
}

bool engine_on_reply(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	struct reply reply;

	return read_reply(packet, &reply) && on_reply(e, &reply, now_ns, out);
}

static bool on_answer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out, enum reason no_flight)
{
	struct reply reply;

	if (read_reply(packet, &reply))
		return on_reply(e, &reply, now_ns, out);
	return on_error(e, packet, now_ns, out, no_flight);
}

bool engine_on_answer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	return on_answer(e, packet, now_ns, out, REASON_NO_FLIGHT);
}

/* Its flight was here: it was relayed or noted, or is refused for what it says. */
static bool has_matched(const struct engine *e)
{
	return reason_table[e->event.reason].kind == KIND_DONE || e->event.reason == REASON_CHECK_EXPIRED ||
		e->event.reason == REASON_REPEATED;
}

/* All is as if this host had captured it, but that what matches nothing is not counted among its own errors. */
bool engine_on_peer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out)
{
	if (!on_answer(e, packet, now_ns, out, REASON_PEER_UNMATCHED)) {
		e->counters[REASON_PEER_UNMATCHED]++;
		e->event.reason = REASON_PEER_UNMATCHED;
	}
	if (e->event.reason == REASON_PEER_UNMATCHED)
		return false;
	e->counters[REASON_PEER_MATCHED] += has_matched(e);
	return true;
}

bool engine_on_segment(struct engine *e, struct span packet, bool is_ours, uint64_t now_ns)
{
	struct tcp_segment segment;
	enum reason why;

	begin_event(e, now_ns);
	return tcp_segment_parse(packet, &segment) && inband_on_segment(e, &segment, is_ours, now_ns, &why) &&
		end_event(e, why);
}

bool engine_is_waiting(const struct engine *e)
{
	return e->flights.out || e->inband.running || (e->traces && e->traces->count);
}

static struct flight *expired_flight(struct engine *e, uint64_t now_ns)
{
	uint64_t keep_ns = e->settings.keep_ns;

	return now_ns < keep_ns ? NULL : flights_older_than(&e->flights, now_ns - keep_ns);
}

bool engine_on_time(struct engine *e, uint64_t now_ns, struct writer *out)
{
	struct flight *flight;
	enum reason why;

	begin_event(e, now_ns);
	if (e->traces)
		traces_on_time(e->traces, now_ns);
	flight = flights_check_due(&e->flights, now_ns);
	if (flight)
		return end_event(e, uturn_on_due(e, flight, now_ns, out));
	flight = expired_flight(e, now_ns);
	if (flight) {
		if (flight->kind == FLIGHT_REQUEST)
			request_on_expiry(e, flight, out);
		else
			uturn_on_expiry(e, flight, now_ns);
		flights_remove(&e->flights, flight);
		return end_event(e, REASON_EXPIRED);
	}
	return inband_on_time(e, now_ns, out, &why) && end_event(e, why);
}
