/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe as it arrived: one whole UDP datagram, TCP SYN, bare TCP ACK, ICMP
 * echo request (RFC 768, 9293, 792, 4443) or packet of another protocol, every
 * length and checksum right. IPv4 options are refused, among them source
 * routes. Hop-by-hop and destination options and atomic fragment headers of
 * IPv6 are skipped (RFC 8200 4.3, 4.5, 4.6), other extension headers refused.
 *
 * probe_parse() borrows the packet: the probe is valid as long as it is. All
 * numbers are in host order.
 */
#ifndef UTURN_PACKET_PROBE_H
#define UTURN_PACKET_PROBE_H

#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/ip.h"
#include "packet/reason.h"

enum { REQUEST_BODY = 4 }; /* bytes behind the ICMP header of a PROBE_REQUEST, at least */

enum probe_kind {
	PROBE_UDP,
	PROBE_SYN,
	PROBE_ACK,
	PROBE_ECHO,
	PROBE_REQUEST, /* an echo request with code 1, see reverse_request.h */
	PROBE_PORTS, /* UDP-Lite, DCCP: two ports, and a checksum that holds with them swapped */
	PROBE_OTHER, /* nothing known behind the IP header */
};

struct probe {
	struct span packet; /* from the IP header, cut to the length it states */
	struct span l4; /* the part of packet behind the IP header and its extensions */
	struct span payload; /* the part of l4 behind its own header and options */
	struct addr prober, target;
	uint32_t tag; /* IPv4: id; IPv6: flow label */
	enum probe_kind kind;
	uint8_t protocol; /* PROTOCOL_UDP ... of ip.h, behind IPv6 extension headers */
	uint8_t ttl; /* as it arrived: TTL or hop limit */
	uint16_t prober_port, target_port; /* echo request: identifier, sequence; PROBE_OTHER: 0 */
};

/* REASON_OK, or why the packet is not a probe; *p holds what was read so far then. */
enum reason probe_parse(struct span packet, struct probe *p);

#endif
