/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Internet checksum (RFC 1071) over spans, and its update when one 16-bit
 * word changes (RFC 1624). Values are in host order, as load_u16() reads them;
 * an odd last byte counts as if a zero followed it. Nothing is kept.
 */
#ifndef UTURN_PACKET_CHECKSUM_H
#define UTURN_PACKET_CHECKSUM_H

#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* What belongs in the checksum field while that is zero in s; 0 over bytes whose checksum is right. */
uint16_t checksum(struct span s);
/* The same with the pseudo header of either family (RFC 768, 9293; RFC 8200 8.1). */
uint16_t checksum_pseudo(const struct addr *from, const struct addr *to, uint8_t protocol, struct span s);
/* RFC 1624 equation 3: HC' = ~(~HC + ~m + m'). */
uint16_t checksum_replace(uint16_t sum, uint16_t was, uint16_t now);

#endif
