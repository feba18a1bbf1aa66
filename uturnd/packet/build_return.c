/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/header.h"

enum { ETHERNET_MTU = 1500 };

static void swap_bytes(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t kept[16];

	memcpy(kept, a, len);
	memcpy(a, b, len);
	memcpy(b, kept, len);
}

/* Turns the IP header at `at`: id, TOS, DF, traffic class and flow label stay. */
static void turn_header(uint8_t *at, uint8_t ttl)
{
	if (at[0] >> 4 == 4) {
		at[8] = ttl;
		swap_bytes(at + 12, at + 16, 4);
		store_u16(at + 10, 0);
		store_u16(at + 10, checksum(span_of(at, HEADER_SIZE4)));
	} else {
		at[7] = ttl;
		swap_bytes(at + 8, at + 24, 16);
	}
}

/* An echo request becomes its reply: same identifier, sequence and data. */
static void turn_echo(const struct probe *p, uint8_t *l4)
{
	uint16_t was = load_u16(l4);
	uint16_t now = p->prober.family == 4 ? 0 : 129 << 8;
	uint16_t sum = checksum_replace(load_u16(l4 + 2), was, now);

	store_u16(l4, now);
	store_u16(l4 + 2, sum ? sum : 0xffff); /* they say the same, but for zeroes alone 0 is wrong (RFC 1624 3) */
}

/*
 * A SYN becomes the RST+ACK of a closed port (RFC 9293 3.5.2), a bare ACK a
 * RST. The sequence number stays the probe's: routers quote it, and clients
 * tell their probes apart by it. Window and options stay, so that a quote of
 * any length lines up with the probe.
 */
static void turn_tcp(const struct probe *p, enum return_form form, uint8_t *l4, size_t l4_size)
{
	enum { SEQUENCE = 4, ACKNOWLEDGEMENT = 8, FLAGS = 13, CHECKSUM = 16 };
	struct span segment = span_of(l4, l4_size);

	swap_bytes(l4, l4 + 2, 2);
	if (p->kind == PROBE_SYN) {
		l4[FLAGS] = (form == RETURN_SYNACK ? TCP_SYN : TCP_RST) | TCP_ACK;
		store_u32(l4 + ACKNOWLEDGEMENT,
			load_u32(l4 + SEQUENCE) + 1 + (uint32_t)p->payload.len); /* all that came */
	} else {
		l4[FLAGS] = TCP_RST;
	}
	store_u16(l4 + CHECKSUM, 0);
	store_u16(l4 + CHECKSUM, checksum_pseudo(&p->target, &p->prober, PROTOCOL_TCP, segment));
}

/* How much of the probe behind the IP header is turned. */
static struct span part_to_turn(const struct probe *p)
{
	bool is_four = p->prober.family == 4;
	size_t header_size = is_four ? HEADER_SIZE4 : HEADER_SIZE6;
	bool must_stay_whole = is_four ? p->packet.at[6] & 0x40 : p->packet.len <= ETHERNET_MTU;

	if (p->kind == PROBE_PORTS || p->kind == PROBE_OTHER)
		return p->l4; /* a length or checksum that we do not know may be in there */
	return must_stay_whole ? p->l4 : span_head(p->l4, RETURN_MAX - header_size);
}

/* Writes the lengths of a packet that lost its end, or its extension headers. */
static void set_lengths(const struct probe *p, uint8_t *at, uint8_t *l4, size_t l4_size)
{
	if (p->prober.family == 4) {
		store_u16(at + 2, (uint16_t)(HEADER_SIZE4 + l4_size));
	} else {
		store_u16(at + 4, (uint16_t)l4_size);
		at[6] = p->protocol;
	}
	if (p->kind == PROBE_UDP && load_u16(l4 + 4) > l4_size)
		store_u16(l4 + 4, (uint16_t)l4_size);
}

/* A cut packet's checksum, computed anew as the prober's host will. */
static void sum_anew(const struct probe *p, uint8_t *l4, size_t l4_size)
{
	const size_t offset = p->kind == PROBE_UDP ? 6 : p->kind == PROBE_ECHO ? 2 : 16;
	struct span s = span_of(l4, p->kind == PROBE_UDP ? load_u16(l4 + 4) : l4_size);
	uint16_t sum;

	if (p->kind == PROBE_UDP && load_u16(l4 + offset) == 0)
		return; /* RFC 768: it had none */
	store_u16(l4 + offset, 0);
	if (p->protocol == PROTOCOL_ICMP)
		sum = checksum(s);
	else
		sum = checksum_pseudo(&p->target, &p->prober, p->protocol, s);
	store_u16(l4 + offset, p->kind == PROBE_UDP && !sum ? 0xffff : sum);
}

void build_return(const struct probe *p, enum return_form form, uint8_t ttl, struct writer *out)
{
	size_t header_size = ip_header_size(p->prober.family);
	struct span part = part_to_turn(p);
	uint8_t *at = out->at + out->len;
	uint8_t *l4 = at + header_size;

	put(out, span_head(p->packet, header_size));
	put(out, part);
	if (out->overflow)
		return;
	set_lengths(p, at, l4, part.len);
	turn_header(at, ttl);
	if (form != RETURN_MIRROR) {
		if (p->kind == PROBE_UDP || p->kind == PROBE_PORTS)
			swap_bytes(l4, l4 + 2, 2); /* the checksum does not see the order */
		else if (p->kind == PROBE_ECHO)
			turn_echo(p, l4);
		else if (p->kind != PROBE_OTHER)
			turn_tcp(p, form, l4, part.len);
	}
	if (part.len < p->l4.len)
		sum_anew(p, l4, part.len);
}

void build_check(struct span original, size_t extensions, uint8_t ttl, struct writer *out)
{
	enum { LENGTH = 4, CHECKSUM = 6 };
	uint8_t family = original.at[0] >> 4;
	size_t header_size = ip_header_size(family);
	size_t addresses = family == 4 ? 12 : 8;
	uint8_t *at = out->at + out->len, *l4 = at + header_size;
	struct addr from, to;
	uint16_t sum;

	put(out, span_head(original, header_size));
	put(out, span_head(span_tail(original, header_size + extensions), UDP_SIZE));
	if (out->overflow)
		return;
	if (family == 4) {
		store_u16(at + 2, HEADER_SIZE4 + UDP_SIZE);
	} else {
		store_u16(at + 4, UDP_SIZE);
		at[6] = PROTOCOL_UDP;
	}
	turn_header(at, ttl);
	from = addr_from(family, at + addresses);
	to = addr_from(family, at + addresses + addr_size(&from));
	store_u16(l4 + LENGTH, UDP_SIZE);
	store_u16(l4 + CHECKSUM, 0);
	sum = checksum_pseudo(&from, &to, PROTOCOL_UDP, span_of(l4, UDP_SIZE));
	store_u16(l4 + CHECKSUM, sum ? sum : 0xffff); /* RFC 768: 0 means none */
}
