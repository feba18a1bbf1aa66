/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/peer_candidate.h"

#include "packet/build.h"
#include "packet/icmp_error.h"
#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/reply.h"
#include "packet/special.h"

enum { UDP_LENGTH = 4, ICMP_CODE = 1, TCP_OFFSET = 12, TCP_FLAGS = 13 }; /* offsets in the transport header */

static struct span l4_of(const struct quote *q)
{
	return span_tail(q->packet, (size_t)(q->l4 - q->packet.at));
}

/* A return probe, a reach check or the probe of a request; one too short to be known by its text may be. */
static bool is_datagram_of_uturn(const struct quote *q)
{
	const struct span payload = span_tail(l4_of(q), UDP_SIZE);
	const size_t size = q->protocol == PROTOCOL_UDP ? load_u16(q->l4 + UDP_LENGTH) : payload.len + UDP_SIZE;

	return payload.len < NEUTRAL_KNOWN || size < UDP_SIZE + NEUTRAL_KNOWN || neutral_begins(payload);
}

static bool is_echo_of_uturn(const struct quote *q)
{
	return q->l4[ICMP_CODE] == 0 &&
		(q->l4[0] == icmp_echo_reply(q->from.family) || q->l4[0] == icmp_echo_request(q->from.family));
}

/* A RST, a SYN, or one byte of a connection. */
static bool is_segment_of_uturn(const struct quote *q)
{
	const struct span l4 = l4_of(q);
	struct ip_header h;

	if (l4.len <= TCP_FLAGS || !ip_read(q->packet, &h))
		return true;
	return l4.at[TCP_FLAGS] & (TCP_RST | TCP_SYN) || h.total_size == h.size + (l4.at[TCP_OFFSET] >> 4) * 4U + 1;
}

static bool is_of_uturn(const struct quote *q, bool turns_others)
{
	switch (q->protocol) {
	case PROTOCOL_UDP:
		return is_datagram_of_uturn(q);
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMP6:
		return is_echo_of_uturn(q);
	case PROTOCOL_TCP:
		return is_segment_of_uturn(q);
	case PROTOCOL_UDPLITE:
		return turns_others && is_datagram_of_uturn(q);
	default:
		return turns_others;
	}
}

static bool is_reply(struct span packet, struct peer_candidate *c)
{
	struct reply reply;

	if (!reply_parse(packet, &reply))
		return false;
	c->kind = PEER_REPLY;
	c->router = reply.quote.to;
	c->own = reply.quote.from;
	c->is_tcp = reply.quote.protocol == PROTOCOL_TCP;
	return !c->is_tcp || load_u16(reply.l4) == REQUEST_PORT;
}

bool peer_candidate_parse(struct span packet, bool turns_others, struct peer_candidate *c)
{
	struct icmp_error error;

	*c = (struct peer_candidate){ .kind = PEER_ERROR };
	if (is_reply(packet, c))
		return true;
	if (c->kind == PEER_REPLY || icmp_error_parse(packet, &error))
		return false;
	c->router = error.router;
	c->own = error.to;
	c->tag = error.quote.tag;
	c->is_tcp = error.quote.protocol == PROTOCOL_TCP;
	return addr_is_router(&error.router) && addr_equal(&error.to, &error.quote.from) &&
		addr_is_unicast_host(&error.to) && is_of_uturn(&error.quote, turns_others);
}
