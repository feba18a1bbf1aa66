/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/icmp_error.h"
#include "packet/neutral.h"
#include "packet/probe.h"
#include "packet_text.h"

struct text {
	char *at;
	size_t size, len; /* len stays below size */
};

/* A packet, or one quoted: where it is cut its lengths and checksums are told. */
struct part {
	struct span packet;
	struct addr from, to;
	uint8_t family, protocol;
	bool is_cut, is_error;
};

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
	va_list args;
	int added;

	va_start(args, format);
	added = vsnprintf(t->at + t->len, t->size - t->len, format, args);
	va_end(args);
	t->len += (size_t)added < t->size - t->len ? (size_t)added : t->size - t->len - 1;
}

static void add_hex(struct text *t, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		add(t, "%02x", s.at[i]);
}

static bool is_pattern(struct span s, uint8_t first, bool rises)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] != (rises ? 0x40 + ((i + (first & 0x3f)) & 0x3f) : first))
			return false;
	return s.len >= 4;
}

static void add_bytes(struct text *t, struct span s)
{
	if (!s.len)
		return;
	add(t, " | ");
	if (is_pattern(s, 0, false))
		add(t, "zeroes %zu", s.len);
	else if (is_pattern(s, s.at[0], true))
		add(t, s.at[0] == 0x40 ? "pattern %zu" : "pattern %zu %u", s.len, s.at[0] & 0x3f);
	else
		add_hex(t, s);
}

/* All but the two bytes that make a checksum right. */
static bool is_neutral(struct span payload)
{
	static uint8_t text[PACKET_TEXT_SIZE];
	struct writer w = writer_of(text, sizeof(text));

	if (!neutral_begins(payload))
		return false;
	neutral_put(&w, payload.len);
	return !w.overflow && memcmp(payload.at, text, (payload.len - 2) / 2 * 2) == 0;
}

static void add_udp(struct text *t, const struct part *p, struct span l4)
{
	uint16_t length = load_u16(l4.at + 4), sum = load_u16(l4.at + 6);
	bool is_sum_told;

	add(t, " | udp %u > %u", load_u16(l4.at), load_u16(l4.at + 2));
	if (p->is_cut || length != l4.len)
		add(t, " length %u", length);
	is_sum_told = p->is_cut || !sum || checksum_pseudo(&p->from, &p->to, PROTOCOL_UDP, span_head(l4, length));
	if (is_sum_told)
		add(t, " sum 0x%04x", sum);
	if (!p->is_cut && is_neutral(span_tail(l4, UDP_SIZE))) {
		if (sum && !is_sum_told)
			add(t, " sum 0x%04x", sum);
		add(t, " | neutral %zu", l4.len - UDP_SIZE);
	} else {
		add_bytes(t, span_tail(l4, UDP_SIZE));
	}
}

static void add_tcp(struct text *t, const struct part *p, struct span l4)
{
	static const char letters[] = "FSRPAUEC";
	size_t size = (size_t)(l4.at[12] >> 4) * 4;

	add(t, " | tcp %u > %u seq 0x%08x", load_u16(l4.at), load_u16(l4.at + 2), load_u32(l4.at + 4));
	if (load_u32(l4.at + 8))
		add(t, " ack 0x%08x", load_u32(l4.at + 8));
	add(t, " flags %s", l4.at[13] ? "" : "none");
	for (int i = 0; i < 8; i++)
		if (l4.at[13] & 1 << i)
			add(t, "%c", letters[i]);
	if (load_u16(l4.at + 14))
		add(t, " win %u", load_u16(l4.at + 14));
	if (p->is_cut || checksum_pseudo(&p->from, &p->to, PROTOCOL_TCP, l4))
		add(t, " sum 0x%04x", load_u16(l4.at + 16));
	if (load_u16(l4.at + 18))
		add(t, " urgent %u", load_u16(l4.at + 18));
	if (size < TCP_SIZE || size > l4.len) {
		add(t, " words %zu", size / 4);
		size = TCP_SIZE;
	}
	if (size > TCP_SIZE) {
		add(t, " options ");
		add_hex(t, span_tail(span_head(l4, size), TCP_SIZE));
	}
	add_bytes(t, span_tail(l4, size));
}

static bool has_right_sum(const struct part *p, struct span l4)
{
	if (p->is_cut)
		return false;
	return !(p->family == 4 ? checksum(l4) : checksum_pseudo(&p->from, &p->to, PROTOCOL_ICMP6, l4));
}

static void add_echo(struct text *t, const struct part *p, struct span l4)
{
	bool is_reply = l4.at[0] == 0 || l4.at[0] == 129;

	add(t, " | %s", is_reply ? "reply" : "echo");
	if (l4.at[1])
		add(t, " code %u", l4.at[1]);
	add(t, " id 0x%04x seq %u", load_u16(l4.at + 4), load_u16(l4.at + 6));
	if (!has_right_sum(p, l4))
		add(t, " sum 0x%04x", load_u16(l4.at + 2));
	add_bytes(t, span_tail(l4, ICMP_SIZE));
}

static void add_objects(struct text *t, struct span s)
{
	while (s.len >= 4 && load_u16(s.at) >= 4 && load_u16(s.at) <= s.len) {
		struct span o = span_head(s, load_u16(s.at));
		uint32_t entry = o.len >= 8 ? load_u32(o.at + 4) : 0;
		char name[ADDR_TEXT_SIZE];

		if (o.len == 8 && load_u16(o.at + 2) == 0x0101) {
			add(t, " | mpls %u exp %u s %u ttl %u", entry >> 12, entry >> 9 & 7, entry >> 8 & 1,
				entry & 0xff);
		} else if (load_u16(o.at + 2) == 0x0204 &&
			o.len ==
				(entry == 0x10000                  ? 12
						: entry == 0x20000 ? 24
								   : 0)) {
			struct addr a = addr_from(entry == 0x10000 ? 4 : 6, o.at + 8);

			add(t, " | interface %s", addr_text(&a, name));
		} else {
			add(t, " | object %u/%u %s", o.at[2], o.at[3], o.len == 4 ? "-" : "");
			add_hex(t, span_tail(o, 4));
		}
		s = span_tail(s, o.len);
	}
	if (s.len) {
		add(t, " | ");
		add_hex(t, s);
	}
}

static void add_packet(struct text *t, struct span packet, bool is_quote);

static void add_error(struct text *t, const struct part *p, struct span l4)
{
	static const char *const names4[] = { [ICMP_UNREACHABLE4] = "unreachable", [ICMP_TIME_EXCEEDED4] = "expired" };
	static const char *const names6[] = { [ICMP_UNREACHABLE6] = "unreachable",
		[ICMP_PACKET_TOO_BIG6] = "too-big",
		[ICMP_TIME_EXCEEDED6] = "expired" };
	uint8_t length = p->family == 4 ? l4.at[5] : l4.at[4];
	uint32_t rest = load_u32(l4.at + 4) & (p->family == 4 ? 0xff00ffff : 0x00ffffff);
	struct span body = span_tail(l4, ICMP_SIZE);
	size_t quote = p->family == 4 ? length * 4 : length * 8;

	if (p->family == 6 && l4.at[0] == ICMP_PACKET_TOO_BIG6) {
		rest = load_u32(l4.at + 4);
		quote = 0;
	}
	add(t, " | %s", p->family == 4 ? names4[l4.at[0]] : names6[l4.at[0]]);
	if (l4.at[1])
		add(t, " code %u", l4.at[1]);
	if (rest)
		add(t, " mtu %u", rest);
	if (quote > body.len || !extension_is_whole(span_tail(body, quote ? quote : body.len))) {
		if (quote)
			add(t, " length %u", length);
		quote = 0;
	}
	if (!has_right_sum(p, l4))
		add(t, " sum 0x%04x", load_u16(l4.at + 2));
	add_packet(t, quote ? span_head(body, quote) : body, true);
	if (!quote)
		return;
	add(t, " | ext");
	if (checksum(span_tail(body, quote)))
		add(t, " sum 0x%04x", load_u16(body.at + quote + 2));
	add_objects(t, span_tail(body, quote + EXTENSION_HEADER));
}

static void add_transport(struct text *t, struct part *p, struct span l4)
{
	uint8_t icmp = p->family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6;

	if (p->protocol == PROTOCOL_UDP && l4.len >= UDP_SIZE)
		add_udp(t, p, l4);
	else if (p->protocol == PROTOCOL_TCP && l4.len >= TCP_SIZE)
		add_tcp(t, p, l4);
	else if (p->protocol == icmp && l4.len >= ICMP_SIZE &&
		(l4.at[0] == (p->family == 4 ? 0 : 129) || l4.at[0] == (p->family == 4 ? 8 : 128)))
		add_echo(t, p, l4);
	else if (p->protocol == icmp && l4.len >= ICMP_SIZE && !p->is_cut &&
		(icmp_error_may_extend(p->family, l4.at[0]) || (p->family == 6 && l4.at[0] == ICMP_PACKET_TOO_BIG6)))
		add_error(t, p, l4);
	else {
		add(t, p->family == 4 ? " protocol %u" : " next %u", p->protocol);
		add_bytes(t, l4);
	}
}

static void add_ip4(struct text *t, struct part *p)
{
	const uint8_t *at = p->packet.at;
	char from[ADDR_TEXT_SIZE], to[ADDR_TEXT_SIZE];
	size_t size = (size_t)(at[0] & 0xf) * 4;

	p->from = addr_from(4, at + 12);
	p->to = addr_from(4, at + 16);
	p->protocol = at[9];
	add(t, "ip4 %s > %s ttl %u", addr_text(&p->from, from), addr_text(&p->to, to), at[8]);
	if (at[1])
		add(t, " tos 0x%02x", at[1]);
	if (load_u16(at + 4))
		add(t, " id 0x%04x", load_u16(at + 4));
	add(t, "%s%s", at[6] & 0x40 ? " df" : "", at[6] & 0x20 ? " mf" : "");
	if (load_u16(at + 6) & 0x1fff)
		add(t, " fragment %u", load_u16(at + 6) & 0x1fff);
	if (load_u16(at + 2) != p->packet.len)
		add(t, " length %u", load_u16(at + 2));
	if (checksum(span_head(p->packet, size)))
		add(t, " sum 0x%04x", load_u16(at + 10));
	if (size > HEADER_SIZE4) {
		add(t, " options ");
		add_hex(t, span_tail(span_head(p->packet, size), HEADER_SIZE4));
	}
	p->is_cut = load_u16(at + 2) > p->packet.len;
	add_transport(t, p, span_tail(p->packet, size));
}

/* Steps over the extension headers that have a layer of their own. */
static struct span add_extensions(struct text *t, struct part *p, struct span s)
{
	enum { HOP_BY_HOP = 0, FRAGMENT = 44, DESTINATION = 60 };

	while (s.len >= 8 && (p->protocol == HOP_BY_HOP || p->protocol == FRAGMENT || p->protocol == DESTINATION)) {
		size_t size = p->protocol == FRAGMENT ? 8 : 8 + (size_t)s.at[1] * 8;
		struct span options = span_tail(span_head(s, size), 2);

		if (size > s.len)
			break;
		if (p->protocol == FRAGMENT) {
			add(t, " | fragment id 0x%08x", load_u32(s.at + 4));
			if (load_u16(s.at + 2) >> 3)
				add(t, " offset %u", load_u16(s.at + 2) >> 3);
			if (s.at[3] >> 1 & 3)
				add(t, " reserved %u", s.at[3] >> 1 & 3);
			add(t, "%s", s.at[3] & 1 ? " mf" : "");
		} else {
			add(t, p->protocol == HOP_BY_HOP ? " | hop-by-hop" : " | destination");
			if (size > 8 || !is_pattern(options, 0, false)) {
				add(t, " options ");
				add_hex(t, options);
			}
		}
		p->protocol = s.at[0];
		s = span_tail(s, size);
	}
	return s;
}

static void add_ip6(struct text *t, struct part *p)
{
	const uint8_t *at = p->packet.at;
	char from[ADDR_TEXT_SIZE], to[ADDR_TEXT_SIZE];

	p->from = addr_from(6, at + 8);
	p->to = addr_from(6, at + 24);
	p->protocol = at[6];
	add(t, "ip6 %s > %s ttl %u", addr_text(&p->from, from), addr_text(&p->to, to), at[7]);
	if (load_u16(at) >> 4 & 0xff)
		add(t, " class 0x%02x", load_u16(at) >> 4 & 0xff);
	if (load_u32(at) & 0xfffff)
		add(t, " flow 0x%05x", load_u32(at) & 0xfffff);
	if (load_u16(at + 4) != p->packet.len - HEADER_SIZE6)
		add(t, " length %u", load_u16(at + 4));
	p->is_cut = load_u16(at + 4) > p->packet.len - HEADER_SIZE6;
	add_transport(t, p, add_extensions(t, p, span_tail(p->packet, HEADER_SIZE6)));
}

/* Bytes behind the length it states: padding of a quote, or of a frame. */
static struct span stated(struct span packet, uint8_t family)
{
	return span_head(packet,
		family == 4 ? load_u16(packet.at + 2) : HEADER_SIZE6 + (size_t)load_u16(packet.at + 4));
}

static void add_packet(struct text *t, struct span packet, bool is_quote)
{
	struct part p = { .family = packet.len ? packet.at[0] >> 4 : 0 };
	size_t header = p.family == 4 ? HEADER_SIZE4 : HEADER_SIZE6;

	if ((p.family != 4 && p.family != 6) || packet.len < header ||
		(p.family == 4 && (size_t)(packet.at[0] & 0xf) * 4 > packet.len)) {
		add_bytes(t, packet);
		return;
	}
	if (is_quote)
		add(t, " | ");
	p.packet = stated(packet, p.family);
	if (p.packet.len < header)
		p.packet = packet;
	if (p.family == 4)
		add_ip4(t, &p);
	else
		add_ip6(t, &p);
	if (p.packet.len < packet.len)
		add(t, is_quote ? " | pad %zu" : " | padding %zu", is_quote ? packet.len : packet.len - p.packet.len);
}

/* True where the text makes the same bytes again. */
static bool is_faithful(const char *text, struct span packet)
{
	static uint8_t again[PACKET_TEXT_SIZE];
	struct writer out = writer_of(again, sizeof(again));
	char why[PACKET_WHY_SIZE];

	return packet_read(text, &out, why) && out.len == packet.len && memcmp(again, packet.at, packet.len) == 0;
}

void packet_write(struct span packet, char *text, size_t size)
{
	struct text t = { text, size, 0 };

	text[0] = '\0';
	add_packet(&t, packet, false);
	if (is_faithful(text, packet))
		return;
	t.len = 0;
	add(&t, "hex ");
	add_hex(&t, packet);
}
