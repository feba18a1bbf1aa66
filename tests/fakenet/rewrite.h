/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes in a packet on its way, with its checksums. A packet is whole IP
 * without IPv6 extension headers, or the beginning of one that was quoted: what
 * lies behind its end is left alone.
 */
#ifndef UTURN_TESTS_FAKENET_REWRITE_H
#define UTURN_TESTS_FAKENET_REWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

struct bytes {
	uint8_t *at;
	size_t len;
};

uint8_t packet_ttl(const uint8_t *packet);
void rewrite_ttl(struct bytes packet, uint8_t ttl);
/* mask: bits of the TOS or traffic class that become those of tos. */
void rewrite_tos(struct bytes packet, uint8_t mask, uint8_t tos);
void rewrite_label(struct bytes packet, uint32_t label);
/* Of a SYN whose first option it is, as uturn-trace sends it. */
void rewrite_mss(struct bytes packet, uint16_t mss);
/* Source address, and port or identifier. has_sum: with the checksum behind the IP header. */
void rewrite_source(struct bytes packet, const struct addr *from, uint16_t port, bool has_sum);
/* Port, or of an echo request the identifier; 0: there is none. */
uint16_t packet_port(struct bytes packet);

#endif
