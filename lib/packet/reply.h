/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host says to a probe of build_request_probe() that reached it: an
 * echo reply, or a RST or SYN+ACK that acknowledges the SYN.
 *
 * What the probe must have been, for it to be an answer, is told as a quote
 * would: addresses, protocol and the first 8 bytes. The checksum of an echo
 * reply has been verified; that of a segment may be the network card's business
 * (packet/tcp_segment.h), and what it acknowledges nobody can guess.
 */
#ifndef UTURN_PACKET_REPLY_H
#define UTURN_PACKET_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/build.h"
#include "packet/icmp_error.h"

struct reply {
	struct quote quote; /* its l4 points to the next, its packet is empty, its tag unknown */
	uint8_t l4[QUOTE_L4_SIZE];
	enum answer_kind kind;
	uint8_t icmp_type;
	uint8_t ttl; /* with which it arrived */
};

/* False where it is anything else; *r must not move after that. */
bool reply_parse(struct span packet, struct reply *r);

#endif
