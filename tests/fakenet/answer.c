/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/answer.h"

#include <string.h>

#include "packet/build.h"
#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/icmp.h"
#include "packet/ip.h"

enum { ERROR_MOST = 1280, EXTENSION_ROOM = 256, INTERNETWORK_CONTROL = 0xc0 };

bool answer_begin(struct network *n, const struct walk *w, uint64_t now_ns, struct answer_from *from)
{
	struct router *r = &n->routers[w->at];

	if (r->is_silent || !bucket_take(&r->limit, now_ns + w->delay_ns) || network_chance(n, n->loss))
		return false;
	*from = (struct answer_from){
		.router = w->at,
		.hops = r->back_hops ? r->back_hops : w->back_hops,
		.due_ns = now_ns + w->delay_ns + w->back_delay_ns + (uint64_t)(r->slow_ms * 1e6),
	};
	if (w->by) {
		from->addr = network_answering(n, w->by, w->family);
		from->interface = r->has_interfaces ? w->by->interface : 0;
	}
	return true;
}

uint32_t answer_id(struct network *n, const struct answer_from *from, const struct walk *w, uint64_t now_ns)
{
	struct router *r = &n->routers[from->router];
	uint16_t *counter = &r->ids[r->id == ID_INTERFACE ? from->interface : 0];
	const uint64_t elsewhere = (now_ns + w->delay_ns - r->born_ns) / 1000 * r->id_rate / 1000000;

	switch (r->id) {
	case ID_SHARED:
	case ID_INTERFACE:
		return (uint16_t)(++*counter + elsewhere);
	case ID_RANDOM:
		return (uint16_t)network_random(n);
	case ID_COPIED:
		return load_u16(w->packet.at + IP_ID4);
	default:
		return 0;
	}
}

uint8_t answer_ttl(const struct network *n, const struct answer_from *from)
{
	const unsigned initial = n->routers[from->router].initial_ttl, less = from->hops ? from->hops - 1 : 0;

	return (uint8_t)(initial > less ? initial - less : 1);
}

/* RFC 4950 and RFC 5837, behind the header of RFC 4884. */
static struct span put_extension(const struct router *r, const struct addr *own, struct writer *out)
{
	enum { LABELS = 1, INTERFACE = 2, INDEX = 0x08, ADDRESS = 0x04, NAME = 0x02 };
	const size_t name = (strlen(r->interface_name) + 1 + 3) / 4 * 4;
	const bool has_name = *r->interface_name, has_address = r->has_interface_address;
	size_t size = 4 + 4;

	writer_u32(out, 0x20000000); /* version 2; checksum, below */
	if (r->mpls_count)
		writer_u32(out, (4 + 4 * r->mpls_count) << 16 | LABELS << 8 | 1);
	for (unsigned i = 0; i < r->mpls_count; i++)
		writer_u32(out, r->mpls[i] << 12 | (i + 1 == r->mpls_count) << 8 | 1);
	if (has_name || has_address) {
		size += (has_address ? 4 + addr_size(own) : 0) + (has_name ? name : 0);
		writer_u16(out, (uint16_t)size);
		writer_u8(out, INTERFACE);
		writer_u8(out, (uint8_t)(INDEX | (has_address ? ADDRESS : 0) | (has_name ? NAME : 0)));
		writer_u32(out, 7); /* index */
		if (has_address) {
			writer_u32(out, own->family == 4 ? 1 << 16 : 2 << 16);
			writer_put(out, span_of(own->bytes, addr_size(own)));
		}
		if (has_name) {
			writer_u8(out, (uint8_t)name);
			writer_put(out, span_of((const uint8_t *)r->interface_name, strlen(r->interface_name)));
			writer_zeroes(out, name - 1 - strlen(r->interface_name));
		}
	}
	writer_patch_u16(out, 2, checksum(span_of(out->at, out->len)));
	return span_of(out->at, out->len);
}

/* The packet as the router saw it, and as the NATs on the way of the answer leave it. */
static size_t put_quote(const struct walk *w, const struct router *r, size_t most, uint8_t *at)
{
	const size_t header = ip_header_size(w->family);
	size_t size = w->packet.len < most ? w->packet.len : most;

	if (r->quote_bytes && size > header + r->quote_bytes)
		size = header + r->quote_bytes;
	memcpy(at, w->packet.at, size);
	if (r->quote_ttl)
		rewrite_ttl((struct bytes){ at, size }, (uint8_t)r->quote_ttl);
	for (unsigned i = w->nat_count; i-- > 0;)
		if (w->nats[i].kind != NAT_QUOTE)
			rewrite_source((struct bytes){ at, size }, &w->nats[i].from, w->nats[i].port,
				w->nats[i].kind == NAT_FULL);
	return size;
}

/* Where the answer goes to: what the outermost translation had in front of it. */
static struct addr prober_of(const struct walk *w)
{
	struct ip_header h;

	if (w->nat_count)
		return w->nats[0].from;
	ip_read(span_of(w->packet.at, w->packet.len), &h);
	return h.from;
}

void answer_put_error(struct network *n, const struct walk *w, const struct answer_from *from, uint8_t type,
	uint8_t code, uint32_t rest, uint64_t now_ns, struct writer *out)
{
	const struct router *r = &n->routers[from->router];
	const bool has_extension = (r->mpls_count || *r->interface_name || r->has_interface_address) &&
		icmp_error_may_extend(w->family, type);
	uint8_t extension[EXTENSION_ROOM], quote[ERROR_MOST] = { 0 };
	struct writer extra = writer_of(extension, sizeof(extension));
	struct ip_header ip = {
		.from = from->addr,
		.to = prober_of(w),
		.tag = w->family == 4 ? answer_id(n, from, w, now_ns) : 0,
		.protocol = ip_icmp_protocol(w->family),
		.ttl = answer_ttl(n, from),
		.tos = w->family == 4 ? INTERNETWORK_CONTROL : 0,
	};
	const size_t start = ip_begin(&ip, out), at = out->len;
	size_t size = put_quote(w, r, w->family == 4 ? QUOTE_MAX4 : QUOTE_MAX6, quote);
	struct span message;

	if (has_extension) {
		size = EXTENSION_OFFSET;
		rest |= w->family == 4 ? EXTENSION_OFFSET / 4 << 16 : EXTENSION_OFFSET / 8 << 24;
	}
	writer_u8(out, type);
	writer_u8(out, code);
	writer_u16(out, 0); /* checksum */
	writer_u32(out, rest);
	writer_put(out, span_of(quote, size));
	if (has_extension)
		writer_put(out, put_extension(r, &from->addr, &extra));
	if (out->overflow)
		return;
	ip_end(start, out);
	message = span_of(out->at + at, out->len - at);
	writer_patch_u16(out, at + 2,
		w->family == 4 ? checksum(message) : checksum_pseudo(&ip.from, &ip.to, PROTOCOL_ICMP6, message));
}

void answer_send(struct network *n, struct queue *q, const struct answer_from *from, struct span packet)
{
	queue_push(q, from->due_ns, packet);
	if (n->routers[from->router].has_duplicates)
		queue_push(q, from->due_ns, packet);
}

/* RFC 1191 and RFC 8201; a router older than the first says 0. */
static void put_too_big(struct network *n, const struct walk *w, const struct answer_from *from, uint64_t now_ns,
	struct writer *out)
{
	const uint32_t mtu = n->routers[w->at].has_mtu_zero ? 0 : w->mtu;

	if (w->family == 4)
		answer_put_error(n, w, from, ICMP_UNREACHABLE4, ICMP_FRAGMENTATION_NEEDED4, mtu, now_ns, out);
	else
		answer_put_error(n, w, from, ICMP_PACKET_TOO_BIG6, 0, w->mtu, now_ns, out);
}

bool answer_of_router(struct network *n, const struct walk *w, uint64_t now_ns, struct answer_from *from,
	struct writer *out)
{
	if (w->fate == FATE_DROPPED || w->fate == FATE_ARRIVED || !w->by || !answer_begin(n, w, now_ns, from))
		return false;
	if (w->fate == FATE_EXPIRED)
		answer_put_error(n, w, from, icmp_time_exceeded(w->family), 0, 0, now_ns, out);
	else if (w->fate == FATE_REFUSED)
		answer_put_error(n, w, from, icmp_unreachable(w->family), (uint8_t)n->routers[w->at].refuse_code, 0,
			now_ns, out);
	else
		put_too_big(n, w, from, now_ns, out);
	return !out->overflow;
}

void answer_packet(struct network *n, struct queue *q, struct span packet, uint64_t now_ns)
{
	static struct walk w;
	uint8_t bytes[ERROR_MOST];
	struct writer out = writer_of(bytes, sizeof(bytes));
	struct answer_from from;

	if (!walk_run(n, &w, packet, NETWORK_SOURCE))
		return;
	if (w.fate == FATE_ARRIVED)
		host_answer(n, q, &w, packet, now_ns);
	else if (answer_of_router(n, &w, now_ns, &from, &out))
		answer_send(n, q, &from, span_of(bytes, out.len));
}
