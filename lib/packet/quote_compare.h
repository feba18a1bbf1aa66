/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe of build_request_probe() as it was sent, compared with what a router
 * quotes of it: is it this probe, and what has the path changed in it?
 *
 * A NAT changes addresses, ports and identifiers, and the checksum with them; what
 * changed is taken out of the checksum before it is compared. Where the quote's
 * own headers have been translated back and its checksum has not, only the
 * payload is a proof. All values are in host order; nothing is kept.
 */
#ifndef UTURN_PACKET_QUOTE_COMPARE_H
#define UTURN_PACKET_QUOTE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/bytes.h"
#include "packet/icmp_error.h"
#include "packet/request_payload.h"

/* Bits of quote_changes.fields. */
enum {
	QUOTE_FROM = 1 << 0, /* source address */
	QUOTE_TO = 1 << 1,
	QUOTE_FROM_PORT = 1 << 2, /* of an echo request the identifier */
	QUOTE_TO_PORT = 1 << 3,
	QUOTE_SUM = 1 << 4, /* UDP or ICMP checksum, beyond what the changes above explain */
	QUOTE_DSCP = 1 << 5,
	QUOTE_ECN = 1 << 6,
	QUOTE_LENGTH = 1 << 7, /* of the packet, as its IP header says */
	QUOTE_LABEL = 1 << 8, /* IPv6 flow label */
	QUOTE_MSS = 1 << 9, /* of a SYN, where so much is quoted */
	QUOTE_NAT = QUOTE_FROM | QUOTE_TO | QUOTE_FROM_PORT | QUOTE_TO_PORT | QUOTE_SUM,
};

struct quote_changes {
	unsigned fields; /* QUOTE_FROM ...: what differs */
	/* as quoted */
	uint8_t dscp, ecn;
	uint16_t from_port, mss, length;
	uint16_t sum_delta; /* QUOTE_SUM: what was added to the checksum, in ones' complement: which NAT it was */
	uint32_t label;
};

/*
 * sent: the whole packet, and if it is UDP the kind of what it carries. True where at least 32 bits that nobody else can know
 * are right: of UDP the checksum and the IPv4 id, or the IPv4 id and the
 * payload, or over IPv6 the payload; of TCP the sequence number; of an echo
 * request identifier and sequence number, or the sequence number, checksum and
 * IPv4 id. *changes is undefined where it returns false.
 */
bool quote_compare(struct span sent, enum payload_kind payload, const struct quote *q, struct quote_changes *changes);

#endif
