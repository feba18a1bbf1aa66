/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target as a u-turn host, as uturnd(8) is one, and as a server of
 * uturn-request(7): probes go to the source by the links that lead there, and
 * what routers say of them is told to the source.
 */
#include <string.h>

#include "packet/build.h"
#include "packet/icmp.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/probe.h"
#include "packet/reverse_request.h"
#include "packet/tcp_segment.h"
#include "tests/fakenet/answer.h"

enum { PACKET_ROOM = 2048, NEAR_TTL = 6 };

static const uint64_t ms_ns = 1000000;
static const uint64_t check_ns = 25 * ms_ns; /* until a datagram that nobody refused is followed by a reach check */
static const uint64_t seen_ns = 30000 * ms_ns;
static const uint64_t timeout_ns = 1000 * ms_ns; /* of a request's probe */

/* What goes from the target to the source, at its time and with the TTL that is left there. */
static void tell(struct queue *q, const struct walk *w, uint64_t due_ns, struct writer *out)
{
	const uint8_t ttl = packet_ttl(out->at);

	if (out->overflow)
		return;
	rewrite_ttl((struct bytes){ out->at, out->len }, (uint8_t)(ttl >= w->hops ? ttl - (w->hops - 1) : 1));
	queue_push(q, due_ns, span_of(out->at, out->len));
}

/* Hop counting of uturn-rules(8): near ones, and those that follow what came before. */
static bool is_let_in(struct network *n, uint8_t ttl, uint64_t now_ns)
{
	bool is_in = ttl <= NEAR_TTL;

	for (unsigned k = ttl > NEAR_TTL ? ttl - NEAR_TTL : 1; k < ttl && !is_in; k++)
		is_in = n->arrived_ns[k] && now_ns - n->arrived_ns[k] < seen_ns;
	if (is_in)
		n->arrived_ns[ttl] = now_ns;
	return is_in;
}

static void say_inflection(struct network *n, struct queue *q, const struct walk *w, const struct probe *p,
	uint64_t due_ns)
{
	const enum inflection_kind kind = n->routers[NETWORK_TARGET].inflection;
	const struct addr from = network_address(n, NETWORK_TARGET, kind == INFLECTION_SECOND, w->family);
	uint8_t bytes[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes));

	if (kind == INFLECTION_SILENT)
		return;
	build_expired(p, &from, &out);
	tell(q, w, due_ns, &out);
}

static void relay(struct network *n, struct queue *q, const struct walk *w, const struct probe *p, struct span error,
	uint64_t due_ns)
{
	uint8_t bytes[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes));
	struct icmp_error e;
	struct relay r = {
		.error = &e,
		.to = p->prober,
		.original = p->packet,
		.original_size = p->packet.len,
		.names_router = n->routers[NETWORK_TARGET].is_self,
	};

	if (icmp_error_parse(error, &e) != REASON_OK)
		return;
	r.from = r.names_router ? p->target : e.router;
	r.type = e.type;
	r.code = e.code;
	r.rest = e.rest;
	build_relayed(&r, &out);
	tell(q, w, due_ns, &out);
}

/* The return probe has come to the source, which has it; over UDP the u-turn host tells of the end as well. */
static void end(struct queue *q, const struct walk *w, const struct probe *p, struct walk *back, uint64_t now_ns)
{
	const uint64_t there_ns = now_ns + w->delay_ns + back->delay_ns;
	uint8_t bytes[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes));

	queue_push(q, there_ns, span_of(back->packet.at, back->packet.len));
	if (p->kind != PROBE_UDP)
		return;
	build_unreachable(span_head(p->packet, PACKET_ROOM / 2), &p->target, &p->prober, &out);
	tell(q, w, there_ns + 2 * w->delay_ns + check_ns, &out);
}

static void turn(struct network *n, struct queue *q, const struct walk *w, const struct probe *p, uint64_t now_ns)
{
	static struct walk back;
	const struct departure d = {
		.form = RETURN_RST,
		.ttl = p->ttl - 1,
		.tag = p->tag ^ 0x1234,
		.sequence = (uint32_t)network_random(n),
	};
	uint8_t bytes[PACKET_ROOM], error[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes)), said = writer_of(error, sizeof(error));
	struct answer_from from;

	build_return(p, &d, &out);
	if (out.overflow || !walk_run(n, &back, span_of(bytes, out.len), NETWORK_TARGET))
		return;
	if (back.fate == FATE_ARRIVED)
		end(q, w, p, &back, now_ns);
	else if (answer_of_router(n, &back, now_ns + w->delay_ns, &from, &said))
		relay(n, q, w, p, span_of(error, said.len), from.due_ns + w->delay_ns);
}

/* ---- requests ---- */

static void respond(struct queue *q, const struct walk *w, const struct response *r, const struct response_answer *a,
	enum request_status status, uint64_t due_ns)
{
	uint8_t bytes[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes));

	if (a)
		build_response(r, a, &out);
	else
		build_status(r, status, 0, 0, &out);
	tell(q, w, due_ns, &out);
}

/* How the source answers: it has no such port. */
static struct response_answer answer_of_source(const struct probe *p, uint8_t protocol)
{
	const bool is_four = p->prober.family == 4;
	struct response_answer a = { .hop = p->prober, .kind = ANSWER_ERROR, .ttl = 64 };

	if (protocol == PROTOCOL_UDP) {
		a.icmp_type = icmp_unreachable(p->prober.family);
		a.icmp_code = is_four ? ICMP_PORT_UNREACHABLE4 : ICMP_PORT_UNREACHABLE6;
	} else {
		a.kind = protocol == PROTOCOL_TCP ? ANSWER_RESET : ANSWER_REPLY;
		a.icmp_type = protocol == PROTOCOL_TCP ? 0 : icmp_echo_reply(p->prober.family);
	}
	return a;
}

static void serve(struct network *n, struct queue *q, const struct walk *w, const struct probe *p, uint64_t now_ns)
{
	static struct walk back;
	struct response response = { p->target, p->prober, load_u16(p->l4.at + 4), p->l4.len };
	const uint64_t there_ns = now_ns + w->delay_ns;
	uint8_t bytes[PACKET_ROOM], error[PACKET_ROOM];
	struct writer out = writer_of(bytes, sizeof(bytes)), said = writer_of(error, sizeof(error));
	struct reverse_request r;
	struct response_answer a;
	struct answer_from from;
	struct icmp_error e;

	reverse_request_parse(p, &r);
	if (r.wrong) {
		respond(q, w, &response, NULL, r.wrong, there_ns + w->delay_ns);
		return;
	}
	build_request_probe(&(struct request_probe){ .from = p->target,
				    .to = p->prober,
				    .protocol = r.protocol,
				    .ttl = r.ttl,
				    .port = REQUEST_PORT,
				    .flow = r.flow,
				    .tag = 1,
				    .key = { network_random(n), network_random(n) } },
		&out);
	if (out.overflow || !walk_run(n, &back, span_of(bytes, out.len), NETWORK_TARGET))
		return;
	if (back.fate == FATE_ARRIVED) {
		a = answer_of_source(p, r.protocol);
		a.rtt_ns = 2 * back.delay_ns;
	} else if (answer_of_router(n, &back, there_ns, &from, &said) &&
		icmp_error_parse(span_of(error, said.len), &e) == REASON_OK) {
		a = (struct response_answer){ e.router, from.due_ns - there_ns, ANSWER_ERROR, e.type, e.code, e.ttl,
			e.objects };
	} else {
		respond(q, w, &response, NULL, STATUS_TIMEOUT, there_ns + timeout_ns + w->delay_ns);
		return;
	}
	respond(q, w, &response, &a, STATUS_DONE, there_ns + a.rtt_ns + w->delay_ns);
}

bool uturn_answer(struct network *n, struct queue *q, const struct walk *w, uint64_t now_ns)
{
	struct router *host = &n->routers[NETWORK_TARGET];
	const uint64_t there_ns = now_ns + w->delay_ns;
	struct probe p;

	/* it sees what the NATs have made of a probe, and what it sends back they would have to change as well */
	if (w->nat_count || w->to_interface || probe_parse(span_of(w->packet.at, w->packet.len), &p) != REASON_OK)
		return false;
	if (p.kind == PROBE_REQUEST && host->is_server) {
		serve(n, q, w, &p, now_ns);
		return true;
	}
	if (!host->is_uturn || p.kind == PROBE_REQUEST || p.ttl > NETWORK_TURNED || neutral_begins(p.payload) ||
		!is_let_in(n, p.ttl, there_ns))
		return false;
	if (!bucket_take(&host->turns, there_ns))
		return true;
	if (p.ttl <= 1)
		say_inflection(n, q, w, &p, there_ns + w->delay_ns);
	else
		turn(n, q, w, &p, now_ns);
	return true;
}
