/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IPv4 and IPv6 header (RFC 791, 8200): one reader, one writer.
 *
 * ip_read() takes what the header says as a claim: whether its lengths agree
 * with each other, and with the bytes that are there, is for the caller to
 * check. Nothing borrows the packet. ip_begin() and ip_end() write a header
 * without options or extension headers. All numbers are in host order.
 */
#ifndef UTURN_PACKET_IP_H
#define UTURN_PACKET_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* IANA's protocol numbers: of IPv4's protocol field, IPv6's next header. */
enum {
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_DCCP = 33,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AUTHENTICATION = 51,
	PROTOCOL_ICMP6 = 58,
	PROTOCOL_DESTINATION = 60, /* options for the host a packet is for, in front of another protocol */
	PROTOCOL_MOBILITY = 135,
	PROTOCOL_UDPLITE = 136,
};

/* Bytes of each header without options. */
enum { HEADER_SIZE4 = 20, HEADER_SIZE6 = 40, UDP_SIZE = 8, TCP_SIZE = 20, ICMP_SIZE = 8 };

/* Offsets of the fields that are changed in a packet that is there already. */
enum {
	IP_LENGTH4 = 2, /* total length */
	IP_ID4 = 4,
	IP_FRAGMENT4 = 6,
	IP_TTL4 = 8,
	IP_PROTOCOL4 = 9,
	IP_CHECKSUM4 = 10,
	IP_FROM4 = 12,
	IP_TO4 = 16,
	IP_LENGTH6 = 4, /* payload length */
	IP_PROTOCOL6 = 6,
	IP_TTL6 = 7, /* hop limit */
	IP_FROM6 = 8,
	IP_TO6 = 24,
};

/* Of the 16 bits at IP_FRAGMENT4. */
enum { IP_DONT_FRAGMENT = 0x4000, IP_MORE_FRAGMENTS = 0x2000, IP_FRAGMENT_OFFSET = 0x1fff };
enum { IP_FLOW_LABEL = 0xfffff }; /* of the first 32 bits of an IPv6 header */

struct ip_header {
	struct addr from, to; /* their family is the version */
	uint32_t tag; /* IPv4: id; IPv6: flow label */
	uint16_t fragment; /* IPv4: flags and offset, as above; IPv6: 0 */
	uint8_t protocol; /* of what follows the header */
	uint8_t ttl; /* TTL or hop limit */
	uint8_t tos; /* TOS or traffic class */
	/* ip_begin() does not look at these */
	uint8_t size; /* bytes of the header; IPv4: as it says, 0..60, with options */
	uint32_t total_size; /* bytes of the packet, as it says */
};

static inline size_t ip_header_size(uint8_t family)
{
	return family == 4 ? HEADER_SIZE4 : HEADER_SIZE6;
}

static inline uint8_t ip_icmp_protocol(uint8_t family)
{
	return family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6;
}

/* What the packet's first 4 bits say; 0 where it is empty. */
static inline uint8_t ip_version(struct span packet)
{
	return packet.len ? packet.at[0] >> 4 : 0;
}

/* False where the packet is neither version, or shorter than its header without options; *h is undefined then. */
static inline bool ip_read(struct span packet, struct ip_header *h)
{
	const uint8_t *at = packet.at;
	const uint8_t version = ip_version(packet);

	if (version == 4 && packet.len >= HEADER_SIZE4) {
		h->from = addr_from(4, at + IP_FROM4);
		h->to = addr_from(4, at + IP_TO4);
		h->tag = load_u16(at + IP_ID4);
		h->fragment = load_u16(at + IP_FRAGMENT4);
		h->protocol = at[IP_PROTOCOL4];
		h->ttl = at[IP_TTL4];
		h->tos = at[1];
		h->size = (uint8_t)((at[0] & 0x0f) * 4);
		h->total_size = load_u16(at + IP_LENGTH4);
		return true;
	}
	if (version == 6 && packet.len >= HEADER_SIZE6) {
		const uint32_t first = load_u32(at);

		h->from = addr_from(6, at + IP_FROM6);
		h->to = addr_from(6, at + IP_TO6);
		h->tag = first & IP_FLOW_LABEL;
		h->fragment = 0;
		h->protocol = at[IP_PROTOCOL6];
		h->ttl = at[IP_TTL6];
		h->tos = (uint8_t)(first >> 20);
		h->size = HEADER_SIZE6;
		h->total_size = HEADER_SIZE6 + (uint32_t)load_u16(at + IP_LENGTH6);
		return true;
	}
	return false;
}

/* An IPv4 fragment. IPv6 has an extension header for it. */
static inline bool ip_is_fragment(const struct ip_header *h)
{
	return h->fragment & (IP_MORE_FRAGMENTS | IP_FRAGMENT_OFFSET);
}

/*
 * Appends the header, its lengths and checksum 0. Returns where the packet
 * starts in *out, for ip_end(), which puts them in when all of it is written.
 */
size_t ip_begin(const struct ip_header *h, struct writer *out);
void ip_end(size_t start, struct writer *out);

/* Makes the checksum of the IPv4 header at `at` right, HEADER_SIZE4 bytes without options. */
void ip_sum4(uint8_t *at);

#endif
