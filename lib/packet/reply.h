/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer of a host that a probe of build_request_probe() has reached: an
 * echo reply (RFC 792, 4443), or a RST or SYN+ACK that acknowledges the SYN
 * (RFC 9293). Whether the ports of a segment are of a probe is for the caller.
 *
 * The probe that it answers is described as a quote would: addresses, protocol
 * and first 8 bytes. The checksum of an echo reply has been verified; that of a
 * segment may be left to the network card (packet/tcp_segment.h), and the
 * number that it acknowledges cannot be guessed. Nothing borrows the packet.
 */
#ifndef UTURN_PACKET_REPLY_H
#define UTURN_PACKET_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/build.h"
#include "packet/icmp_error.h"

struct reply {
	struct quote quote; /* l4 points to the next member, packet is empty, tag is 0: unknown */
	uint8_t l4[QUOTE_L4_SIZE];
	enum answer_kind kind;
	uint8_t icmp_type;
	uint8_t ttl; /* with which it arrived */
};

/* False where it is anything else. *r points into itself: it must not be copied or moved. */
bool reply_parse(struct span packet, struct reply *r);

#endif
