/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ICMP error as it arrived (RFC 792, 1812, 4443), with the packet it
 * quotes and its extension (RFC 4884) separated.
 *
 * Parsed: Destination Unreachable, Time Exceeded, IPv6 Packet Too Big, and two
 * IPv6 Parameter Problems: the one that stands for IPv4's Protocol Unreachable,
 * and the one about an option that only our reach checks have. All lengths and
 * checksums of the message itself have been verified. The quote holds at least
 * the IP header and 8 bytes behind it; its lengths, TOS, TTL and checksums are
 * whatever routers and NATs on the path made of them. Numbers are in host
 * order; every span and pointer borrows the packet.
 */
#ifndef UTURN_PACKET_ICMP_ERROR_H
#define UTURN_PACKET_ICMP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/icmp.h"
#include "packet/reason.h"

enum { QUOTE_L4_SIZE = 8 }; /* bytes that every router must quote */

struct quote {
	struct span packet; /* from the quoted IP header; may end in padding */
	struct addr from, to;
	const uint8_t *l4; /* QUOTE_L4_SIZE bytes */
	uint32_t tag; /* IPv4: id; IPv6: flow label */
	uint8_t protocol;
	uint8_t ttl;
	bool has_option; /* of a reach check, with our option in front of l4 (see option_check.h) */
};

struct icmp_error {
	struct addr router, to;
	uint32_t tag; /* its own; IPv4: id; IPv6: flow label */
	uint8_t ttl; /* with which it arrived */
	uint8_t type, code; /* ICMP_UNREACHABLE4 ... of icmp.h */
	uint32_t rest; /* bytes 4..7 of the message, the length field zero: the MTU or pointer lives here */
	struct quote quote;
	struct span objects; /* of the extension, without its header */
	bool has_broken_extension; /* there was one, and it is left out */
};

/* True for the types whose quote may be followed by an extension (RFC 4884 section 4). */
bool icmp_error_may_extend(uint8_t family, uint8_t type);
/* Destination Unreachable for another reason than the packet's size, or an IPv6 Parameter Problem of those above. */
bool icmp_error_is_unreachable(const struct icmp_error *e);
/*
 * False where it is about a packet of so many bytes as too large, with an MTU
 * that this packet fits into, or below what every link has (RFC 791 3.2, RFC
 * 8200 5). An MTU of 0 is that of a router older than RFC 1191.
 */
bool icmp_error_mtu_can_be(const struct icmp_error *e, size_t size);
/* Not ICMP's other Time Exceeded, code 1, which is about reassembly. */
bool icmp_error_is_expired(const struct icmp_error *e);
/*
 * REASON_OK; VERSION, ERROR_TRUNCATED, ERROR_CHECKSUM, ERROR_TYPE for what is
 * not such an error; NO_FLIGHT where the quote cannot be of a packet of ours.
 * After these *e holds what was read so far, and zeroes.
 */
enum reason icmp_error_parse(struct span packet, struct icmp_error *e);

#endif
