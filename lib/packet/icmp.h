/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ICMP and ICMPv6 messages (RFC 792, 4443): their numbers, and a writer for
 * the errors, requests and replies that we send. 4 and 6 end the name of one family's.
 */
#ifndef UTURN_PACKET_ICMP_H
#define UTURN_PACKET_ICMP_H

#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* IANA's icmp-parameters, RFC 792: types, then codes of Destination Unreachable. */
enum {
	ICMP_ECHO_REPLY4 = 0,
	ICMP_UNREACHABLE4 = 3,
	ICMP_ECHO_REQUEST4 = 8,
	ICMP_TIME_EXCEEDED4 = 11,
};
enum { ICMP_PROTOCOL_UNREACHABLE4 = 2, ICMP_PORT_UNREACHABLE4 = 3, ICMP_FRAGMENTATION_NEEDED4 = 4 };

/* icmpv6-parameters, RFC 4443: types, then codes of Destination Unreachable, then of Parameter Problem. */
enum {
	ICMP_UNREACHABLE6 = 1,
	ICMP_PACKET_TOO_BIG6 = 2,
	ICMP_TIME_EXCEEDED6 = 3,
	ICMP_PARAMETER_PROBLEM6 = 4,
	ICMP_ECHO_REQUEST6 = 128,
	ICMP_ECHO_REPLY6 = 129,
};
enum { ICMP_PORT_UNREACHABLE6 = 4 };
enum { ICMP_UNKNOWN_NEXT_HEADER6 = 1, ICMP_UNKNOWN_OPTION6 = 2 };

static inline uint8_t icmp_time_exceeded(uint8_t family)
{
	return family == 4 ? ICMP_TIME_EXCEEDED4 : ICMP_TIME_EXCEEDED6;
}

static inline uint8_t icmp_unreachable(uint8_t family)
{
	return family == 4 ? ICMP_UNREACHABLE4 : ICMP_UNREACHABLE6;
}

static inline uint8_t icmp_echo_request(uint8_t family)
{
	return family == 4 ? ICMP_ECHO_REQUEST4 : ICMP_ECHO_REQUEST6;
}

static inline uint8_t icmp_echo_reply(uint8_t family)
{
	return family == 4 ? ICMP_ECHO_REPLY4 : ICMP_ECHO_REPLY6;
}

struct icmp_header {
	struct addr from, to; /* of the IP header */
	uint8_t type, code;
	uint32_t rest; /* bytes 4..7 of the message */
};

/*
 * Appends an IP header and the first 8 bytes of the message. Returns where the
 * packet starts in *out, for icmp_end(), which puts lengths and checksums in
 * after the caller has written the body.
 */
size_t icmp_begin(const struct icmp_header *h, struct writer *out);
void icmp_end(const struct icmp_header *h, size_t start, struct writer *out);

#endif
