/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/peer_datagram.h"

#include <string.h>

enum { ADDRESS_SIZE = 16, UNUSED_SIZE = 4 };

static const uint8_t magic[4] = { 'u', 't', 'r', 'n' };
static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }; /* RFC 4291 2.5.5.2 */

static void put_addr(const struct addr *a, struct writer *out)
{
	if (a->family == 4)
		writer_put(out, span_of(mapped, sizeof(mapped)));
	writer_put(out, span_of(a->bytes, addr_size(a)));
}

static struct addr addr_take(struct cursor *c)
{
	struct addr a = addr_from(6, cursor_take(c, ADDRESS_SIZE));

	return memcmp(a.bytes, mapped, sizeof(mapped)) == 0 ? addr_from(4, a.bytes + sizeof(mapped)) : a;
}

static void put_u64(struct writer *out, uint64_t v)
{
	writer_u32(out, (uint32_t)(v >> 32));
	writer_u32(out, (uint32_t)v);
}

void peer_datagram_put(const struct peer_datagram *d, struct writer *out)
{
	writer_put(out, span_of(magic, sizeof(magic)));
	writer_u8(out, PEER_VERSION);
	writer_u8(out, (uint8_t)d->kind);
	writer_u16(out, 0); /* flags */
	put_addr(&d->sender, out);
	writer_u16(out, d->sender_port);
	writer_u16(out, (uint16_t)d->packet.len);
	writer_zeroes(out, UNUSED_SIZE);
	put_u64(out, d->captured_ns);
	put_u64(out, d->epoch);
	put_u64(out, d->count);
	writer_put(out, d->packet);
}

static uint64_t take_u64(struct cursor *c)
{
	return load_u64(cursor_take(c, 8));
}

enum reason peer_datagram_parse(struct span bytes, struct peer_datagram *d)
{
	struct cursor c = cursor_of(bytes);
	const uint8_t *start = cursor_take(&c, sizeof(magic));
	uint8_t version = cursor_u8(&c), kind = cursor_u8(&c);
	uint16_t length;

	cursor_skip(&c, 2); /* flags: none yet that change what the rest means */
	d->sender = addr_take(&c);
	d->sender_port = cursor_u16(&c);
	length = cursor_u16(&c);
	cursor_skip(&c, UNUSED_SIZE);
	d->captured_ns = take_u64(&c);
	d->epoch = take_u64(&c);
	d->count = take_u64(&c);
	d->packet = span_head(c.rest, length);
	d->kind = (enum peer_kind)kind;
	if (c.short_read || memcmp(start, magic, sizeof(magic)) != 0)
		return REASON_PEER_FORMAT;
	if (version != PEER_VERSION)
		return REASON_PEER_VERSION;
	if (kind < PEER_ERROR || kind > PEER_ALIVE || (kind == PEER_ALIVE) != !length || length > PEER_PACKET_MOST ||
		c.rest.len != (size_t)length + PEER_MAC_SIZE)
		return REASON_PEER_FORMAT;
	return REASON_OK;
}

struct span peer_datagram_covered(struct span bytes)
{
	return span_head(bytes, bytes.len - PEER_MAC_SIZE);
}

struct span peer_datagram_mac(struct span bytes)
{
	return span_tail(bytes, bytes.len - PEER_MAC_SIZE);
}
