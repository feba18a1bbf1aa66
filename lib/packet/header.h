/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IP and ICMP headers of the errors and responses we send, for the build_* files only.
 *
 * begin writes an IP header and the first 8 bytes of an ICMP message; after
 * the caller has put the body, end patches length and checksums in.
 */
#ifndef UTURN_PACKET_HEADER_H
#define UTURN_PACKET_HEADER_H

#include "packet/addr.h"
#include "packet/bytes.h"

struct icmp_header {
	struct addr from, to;
	uint8_t type, code;
	uint32_t rest;
};

/* Returns where the packet starts in *out, for icmp_end(). */
size_t icmp_begin(const struct icmp_header *h, struct writer *out);
void icmp_end(const struct icmp_header *h, size_t start, struct writer *out);

/* Puts the IPv4 header checksum of the packet at offset `start` right. */
void header_sum4(struct writer *out, size_t start);

#endif
