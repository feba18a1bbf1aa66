/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has reached an address of the target, or of a router. */
#include <string.h>

#include "packet/build.h"
#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/tcp_segment.h"
#include "tests/fakenet/answer.h"

enum { REPLY_MOST = 2048, PORT_DNS = 53, PORT_QUIC = 443, QUIC_INITIAL = 1200, UDP_OFFSET_SUM = 6 };

/* The addresses swapped. */
static void begin(const struct network *n, const struct ip_header *h, const struct answer_from *from,
	struct writer *out)
{
	const struct ip_header ip = {
		.from = h->to,
		.to = h->from,
		.protocol = h->protocol,
		.ttl = answer_ttl(n, from),
	};

	ip_begin(&ip, out);
}

static void put_id(struct network *n, const struct walk *w, const struct answer_from *from, uint64_t now_ns,
	struct writer *out)
{
	if (w->family != 4)
		return;
	store_u16(out->at + IP_ID4, (uint16_t)answer_id(n, from, w, now_ns));
	ip_sum4(out->at);
}

/* The checksum of all behind the IP header, at sum_at there. */
static void end(const struct ip_header *h, uint8_t protocol, size_t sum_at, struct writer *out)
{
	const size_t header = ip_header_size(h->to.family);
	const struct span l4 = span_of(out->at + header, out->len - header);

	if (out->overflow)
		return;
	ip_end(0, out);
	writer_patch_u16(out, header + sum_at,
		protocol == PROTOCOL_ICMP ? checksum(l4) : checksum_pseudo(&h->to, &h->from, protocol, l4));
}

static bool answer_echo(const struct ip_header *h, struct span l4, struct writer *out)
{
	if (l4.len < ICMP_SIZE || l4.at[0] != icmp_echo_request(h->to.family))
		return false;
	writer_u8(out, icmp_echo_reply(h->to.family));
	writer_u8(out, l4.at[1]); /* the code as well, as Linux does */
	writer_u16(out, 0);
	writer_put(out, span_tail(l4, 4));
	end(h, h->protocol, 2, out);
	return !out->overflow;
}

static bool answer_syn(const struct ip_header *h, struct span packet, bool is_open, struct writer *out)
{
	enum { WINDOW = 64240, CHECKSUM = 16 };
	struct tcp_segment s;

	if (!tcp_segment_parse(packet, &s) || !(s.flags & TCP_SYN) || s.flags & (TCP_ACK | TCP_RST))
		return false;
	writer_u16(out, s.to_port);
	writer_u16(out, s.from_port);
	writer_u32(out, is_open ? 0x10203040 : 0);
	writer_u32(out, s.seq + 1);
	writer_u8(out, TCP_SIZE / 4 << 4);
	writer_u8(out, (is_open ? TCP_SYN : TCP_RST) | TCP_ACK);
	writer_u16(out, is_open ? WINDOW : 0);
	writer_u32(out, 0); /* checksum, urgent pointer */
	end(h, PROTOCOL_TCP, CHECKSUM, out);
	return true;
}

/* RFC 1035 4.1.1: the question again, refused. */
static bool put_dns(struct span query, struct writer *out)
{
	enum { HEADER = 12, RESPONSE = 0x80, REFUSED = 5 };

	if (query.len < HEADER || query.at[2] & RESPONSE)
		return false;
	writer_put(out, span_head(query, 2));
	writer_u8(out, query.at[2] | RESPONSE);
	writer_u8(out, REFUSED);
	writer_put(out, span_tail(query, 4));
	return true;
}

/* RFC 9000 6.1, 17.2.1: of a version that is not known, with the connection ids swapped. */
static bool put_quic(struct span initial, struct writer *out)
{
	enum { LONG = 0x80, IDS = 5, ID_MOST = 20, VERSION_1 = 1 };
	struct cursor c = cursor_of(span_tail(initial, IDS));
	struct span target, source;

	if (initial.len < QUIC_INITIAL || !(initial.at[0] & LONG) || load_u32(initial.at + 1) <= VERSION_1)
		return false;
	target.len = cursor_u8(&c);
	target.at = c.rest.at;
	cursor_skip(&c, target.len);
	source.len = cursor_u8(&c);
	source.at = c.rest.at;
	if (c.short_read || target.len > ID_MOST || source.len > ID_MOST)
		return false;
	writer_u8(out, LONG);
	writer_u32(out, 0);
	writer_u8(out, (uint8_t)source.len);
	writer_put(out, source);
	writer_u8(out, (uint8_t)target.len);
	writer_put(out, target);
	writer_u32(out, VERSION_1);
	return true;
}

/* An answer of what listens on the port; false: nothing does. */
static bool answer_service(const struct ip_header *h, struct span l4, struct writer *out)
{
	struct cursor c = cursor_of(l4);
	const uint16_t from = cursor_u16(&c), to = cursor_u16(&c);
	const size_t start = out->len;
	bool is_answered;

	writer_u16(out, to);
	writer_u16(out, from);
	writer_u32(out, 0); /* length, checksum */
	cursor_skip(&c, 4);
	is_answered = (to == PORT_DNS && put_dns(c.rest, out)) || (to == PORT_QUIC && put_quic(c.rest, out));
	writer_patch_u16(out, start + 4, (uint16_t)(out->len - start));
	end(h, PROTOCOL_UDP, UDP_OFFSET_SUM, out);
	return is_answered && !out->overflow;
}

/* How this host treats a packet of this protocol. */
static enum host_kind kind_of(const struct router *r, uint8_t protocol)
{
	return protocol == PROTOCOL_UDP ? r->udp : protocol == PROTOCOL_TCP ? r->tcp : r->icmp;
}

static bool reply(const struct ip_header *h, struct span packet, const struct router *r, struct writer *out)
{
	const struct span l4 = span_tail(packet, h->size);

	if (h->protocol == PROTOCOL_UDP)
		return answer_service(h, l4, out);
	if (kind_of(r, h->protocol) == HOST_SILENT)
		return false;
	if (h->protocol == PROTOCOL_TCP)
		return answer_syn(h, packet, r->tcp == HOST_OPEN, out);
	return answer_echo(h, l4, out);
}

void host_answer(struct network *n, struct queue *q, const struct walk *w, struct span original, uint64_t now_ns)
{
	const struct router *r = &n->routers[w->at];
	uint8_t bytes[REPLY_MOST];
	struct writer out = writer_of(bytes, sizeof(bytes));
	struct answer_from from;
	struct ip_header h;

	if (!ip_read(original, &h) || r->is_silent || (w->at != NETWORK_TARGET && r->own == OWN_SILENT))
		return;
	if (w->at == NETWORK_TARGET && uturn_answer(n, q, w, now_ns))
		return;
	/* only errors are limited, not replies of the host */
	from = (struct answer_from){
		.router = w->at,
		.interface = w->to_interface,
		.addr = h.to,
		.hops = r->back_hops ? r->back_hops : w->back_hops,
		.due_ns = now_ns + w->delay_ns + w->back_delay_ns + (uint64_t)(r->slow_ms * 1e6),
	};
	if (network_chance(n, n->loss))
		return;
	begin(n, &h, &from, &out);
	if (reply(&h, original, r, &out)) {
		put_id(n, w, &from, now_ns, &out);
		answer_send(n, q, &from, span_of(bytes, out.len));
		return;
	}
	if (h.protocol != PROTOCOL_UDP || r->udp != HOST_CLOSED || !bucket_take(&n->routers[w->at].limit, now_ns))
		return;
	if (w->at != NETWORK_TARGET && r->own == OWN_FIRST)
		from.addr = network_address(n, w->at, r->has_interfaces ? 1 : 0, w->family);
	out.len = 0;
	answer_put_error(n, w, &from, icmp_unreachable(w->family),
		w->family == 4 ? ICMP_PORT_UNREACHABLE4 : ICMP_PORT_UNREACHABLE6, 0, now_ns, &out);
	answer_send(n, q, &from, span_of(bytes, out.len));
}
