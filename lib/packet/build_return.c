/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/neutral.h"

enum { ETHERNET_MTU = 1500 };

static void swap_bytes(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t kept[16];

	memcpy(kept, a, len);
	memcpy(a, b, len);
	memcpy(b, kept, len);
}

/* Turns the IP header at `at`: TOS, DF and traffic class stay. */
static void turn_header(uint8_t *at, const struct departure *d)
{
	if (at[0] >> 4 == 4) {
		store_u16(at + IP_ID4, (uint16_t)d->tag);
		at[IP_TTL4] = d->ttl;
		swap_bytes(at + IP_FROM4, at + IP_TO4, 4);
		ip_sum4(at);
	} else {
		store_u32(at, (load_u32(at) & ~(uint32_t)IP_FLOW_LABEL) | d->tag);
		at[IP_TTL6] = d->ttl;
		swap_bytes(at + IP_FROM6, at + IP_TO6, 16);
	}
}

/* RFC 3168 6.1.1: what answers a SYN is not ECN-capable; nor is any other segment without data (6.1.4). */
static void clear_congestion(uint8_t *at)
{
	enum { CONGESTION4 = 0x03, CONGESTION6 = 0x30 };

	at[1] &= (uint8_t) ~(at[0] >> 4 == 4 ? CONGESTION4 : CONGESTION6);
}

/* Behind the IP header only so many bytes of this protocol are left. */
static void set_lengths(uint8_t *at, uint8_t protocol, size_t l4_size)
{
	if (at[0] >> 4 == 4) {
		store_u16(at + IP_LENGTH4, (uint16_t)(HEADER_SIZE4 + l4_size));
	} else {
		store_u16(at + IP_LENGTH6, (uint16_t)l4_size);
		at[IP_PROTOCOL6] = protocol;
	}
}

/* UDP, or UDP-Lite, which is UDP but for what its checksum covers. */
static bool is_datagram(const struct probe *p)
{
	return p->kind == PROBE_UDP || p->protocol == PROTOCOL_UDPLITE;
}

/* A datagram's ports swapped, which keeps the checksum valid, and its payload made to fit the checksum. */
static void turn_datagram(const struct probe *p, enum return_form form, uint8_t *l4, size_t l4_size)
{
	enum { LENGTH = 4, CHECKSUM = 6 };

	if (form != RETURN_MIRROR)
		swap_bytes(l4, l4 + 2, 2);
	/* RFC 3828 3.1: 0 says that the checksum covers all of it */
	store_u16(l4 + LENGTH, p->kind == PROBE_UDP ? (uint16_t)l4_size : 0);
	if (load_u16(l4 + CHECKSUM)) /* RFC 768: or it had none */
		neutral_keep_sum(&p->target, &p->prober, p->protocol, l4, l4_size);
}

/*
 * An echo request becomes its reply: same identifier, sequence and data. What
 * was cut is summed anew, as the prober's host will.
 */
static void turn_echo(const struct probe *p, enum return_form form, uint8_t *l4, size_t l4_size)
{
	enum { CHECKSUM = 2 };
	uint16_t was = load_u16(l4), now = (uint16_t)(icmp_echo_reply(p->prober.family) << 8);
	uint16_t sum = checksum_replace(load_u16(l4 + CHECKSUM), was, now);

	if (form != RETURN_MIRROR) {
		store_u16(l4, now);
		store_u16(l4 + CHECKSUM, sum ? sum : 0xffff); /* the same, but 0 is wrong for zeroes (RFC 1624 3) */
	}
	if (l4_size == p->l4.len)
		return;
	store_u16(l4 + CHECKSUM, 0);
	if (p->prober.family == 4)
		sum = checksum(span_of(l4, l4_size));
	else
		sum = checksum_pseudo(&p->target, &p->prober, PROTOCOL_ICMP6, span_of(l4, l4_size));
	store_u16(l4 + CHECKSUM, sum);
}

/*
 * A SYN becomes the RST+ACK of a closed port, a bare ACK the RST with the
 * number that it acknowledges (RFC 9293 3.5.2): firewalls drop any other. The
 * prober does not choose the sequence number of a SYN's answer: in the window
 * of a connection that we have under these ports it would reset it (RFC 5961
 * 3). Clients look at the acknowledgement alone. Window and options stay, so
 * that a quote of any length matches the probe.
 */
static void turn_tcp(const struct probe *p, const struct departure *d, uint8_t *l4, size_t l4_size)
{
	enum { SEQUENCE = 4, ACKNOWLEDGEMENT = 8, FLAGS = 13, CHECKSUM = 16 };

	if (d->form == RETURN_MIRROR) {
		if (p->payload.len == 0)
			return; /* the checksum is still valid */
	} else if (p->kind == PROBE_SYN) {
		swap_bytes(l4, l4 + 2, 2);
		l4[FLAGS] = (d->form == RETURN_SYNACK ? TCP_SYN : TCP_RST) | TCP_ACK;
		store_u32(l4 + ACKNOWLEDGEMENT,
			load_u32(l4 + SEQUENCE) + 1 + (uint32_t)p->payload.len); /* all that came */
		store_u32(l4 + SEQUENCE, d->sequence);
	} else {
		swap_bytes(l4, l4 + 2, 2);
		l4[FLAGS] = TCP_RST;
		memcpy(l4 + SEQUENCE, l4 + ACKNOWLEDGEMENT, 4);
		store_u32(l4 + ACKNOWLEDGEMENT, 0);
	}
	store_u16(l4 + CHECKSUM, 0);
	store_u16(l4 + CHECKSUM, checksum_pseudo(&p->target, &p->prober, PROTOCOL_TCP, span_of(l4, l4_size)));
}

/* Bytes that leave behind the IP header. */
static size_t size_of_return(const struct probe *p)
{
	bool is_four = p->prober.family == 4;
	size_t size = p->l4.len, most = RETURN_MAX - ip_header_size(p->prober.family);
	bool must_stay_whole = is_four ? load_u16(p->packet.at + IP_FRAGMENT4) & IP_DONT_FRAGMENT
				       : p->packet.len <= ETHERNET_MTU;

	if (p->kind == PROBE_SYN || p->kind == PROBE_ACK)
		return size - p->payload.len;
	if (p->kind != PROBE_ECHO && !is_datagram(p))
		return size; /* a length that we do not know may be in there */
	return must_stay_whole || size < most ? size : most;
}

/* The probe's own bytes where they are its header or have to come back, and neutral ones for the rest. */
static void put_l4(const struct probe *p, const struct departure *d, size_t size, struct writer *out)
{
	bool is_kept = p->kind == PROBE_SYN || p->kind == PROBE_ACK || p->kind == PROBE_ECHO;
	struct span own = span_head(p->l4, is_kept ? size : QUOTE_L4_SIZE);

	writer_put(out, own);
	neutral_put_contact(out, d->contact, size - own.len);
}

void build_return(const struct probe *p, const struct departure *d, struct writer *out)
{
	size_t header_size = ip_header_size(p->prober.family), l4_size = size_of_return(p);
	uint8_t *at = out->at + out->len, *l4 = at + header_size;

	writer_put(out, span_head(p->packet, header_size));
	put_l4(p, d, l4_size, out);
	if (out->overflow)
		return;
	set_lengths(at, p->protocol, l4_size);
	if (p->protocol == PROTOCOL_TCP && d->form != RETURN_MIRROR)
		clear_congestion(at);
	turn_header(at, d);
	if (is_datagram(p))
		turn_datagram(p, d->form, l4, l4_size);
	else if (p->kind == PROBE_ECHO)
		turn_echo(p, d->form, l4, l4_size);
	else if (p->kind == PROBE_SYN || p->kind == PROBE_ACK)
		turn_tcp(p, d, l4, l4_size);
	else if (p->kind == PROBE_PORTS && d->form != RETURN_MIRROR)
		swap_bytes(l4, l4 + 2, 2);
}

/* Of what the header states of it, which may be more than is there. */
static size_t payload_of(struct span original, size_t extensions)
{
	size_t headers = extensions + UDP_SIZE;

	if (ip_version(original) == 4)
		return load_u16(original.at + IP_LENGTH4) - (headers + HEADER_SIZE4);
	return load_u16(original.at + IP_LENGTH6) - headers;
}

void build_check(struct span original, size_t extensions, size_t most, const struct departure *d, struct writer *out)
{
	enum { LENGTH = 4, CHECKSUM = 6 };
	size_t own = payload_of(original, extensions), payload = own < most ? own : most, size = UDP_SIZE + payload;
	uint8_t family = ip_version(original);
	size_t header_size = ip_header_size(family);
	size_t addresses = family == 4 ? IP_FROM4 : IP_FROM6;
	uint8_t *at = out->at + out->len, *l4 = at + header_size;
	struct addr from, to;
	uint16_t sum;

	writer_put(out, span_head(original, header_size));
	writer_put(out, span_head(span_tail(original, header_size + extensions), UDP_SIZE));
	neutral_put(out, payload);
	if (out->overflow)
		return;
	set_lengths(at, PROTOCOL_UDP, size);
	turn_header(at, d);
	from = addr_from(family, at + addresses);
	to = addr_from(family, at + addresses + addr_size(&from));
	store_u16(l4 + LENGTH, (uint16_t)size);
	store_u16(l4 + CHECKSUM, 0);
	sum = checksum_pseudo(&from, &to, PROTOCOL_UDP, span_of(l4, size));
	store_u16(l4 + CHECKSUM, sum ? sum : 0xffff); /* RFC 768: 0 means none */
}
