/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a return probe carries in place of the prober's own bytes. A prober's
 * address can be forged, and then its payload would reach a third party from
 * our address: an answer to a DNS query, a command, a packet in a tunnel.
 *
 * The text explains itself in a packet capture, and its first bytes are not a
 * valid message of a common protocol: no reply of DNS, mDNS or NetBIOS (the third byte says
 * query, of an operation that does not exist), NTP mode 0 and version 5, BFD
 * with a bit that must be 0, no opcode of TFTP, BOOTP or DHCP, no BER (SNMP,
 * LDAP, Kerberos), CoAP and RTP of no version, a QUIC packet without its fixed
 * bit, no STUN cookie, a RADIUS length and an RPC direction that cannot be. It
 * holds no digit, `=`, `|`, `<` or line end, so that a metric or a command in
 * plain text does not come out of it either.
 *
 * Another uturn host recognises the packet by it, where there is room for it: a
 * return probe is never longer than the probe that caused it.
 */
#ifndef UTURN_PACKET_NEUTRAL_H
#define UTURN_PACKET_NEUTRAL_H

#include <stdbool.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* Bytes of payload in which there is room to be recognised, and to keep a checksum. */
enum { NEUTRAL_KNOWN = 8 };
/* Bytes of payload of a reach check at most. */
enum { NEUTRAL_CHECK = 16 };

/* Appends so many bytes of the text, repeated. */
void neutral_put(struct writer *out, size_t size);
/*
 * The same with `contact`, whom to ask about the packet, behind its first bytes; without it where it
 * does not fit whole, in front of the bytes that may have to keep a checksum.
 */
void neutral_put_contact(struct writer *out, struct span contact, size_t size);
/* True where the payload of a packet begins with the text. */
bool neutral_begins(struct span payload);

/*
 * Of a whole datagram (UDP or UDP-Lite): makes the checksum that stands in it
 * right, by two bytes at its end. One with less payload than that gets another
 * checksum; of two or three bytes of payload two are what the prober sent.
 */
void neutral_keep_sum(const struct addr *from, const struct addr *to, uint8_t protocol, uint8_t *l4, size_t l4_size);

#endif
