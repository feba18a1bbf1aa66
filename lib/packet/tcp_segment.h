/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP segment as it passes this host (RFC 9293), of which only the beginning
 * need be there, since captured packets are cut. Its lengths are what the IP
 * header says; checksums are not verified, since those of our own segments are
 * often left to the network card. All of it is a claim, for the caller to check
 * against the state of the connection. Numbers are in host order; nothing
 * borrows the packet.
 */
#ifndef UTURN_PACKET_TCP_SEGMENT_H
#define UTURN_PACKET_TCP_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_ACK = 0x10, TCP_ECE = 0x40, TCP_CWR = 0x80 };

/* RFC 7323 3.2: a segment's Timestamps option. */
struct tcp_times {
	bool is_there;
	uint32_t tsval, tsecr;
};

struct tcp_segment {
	struct addr from, to;
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint32_t payload_size; /* bytes */
	uint16_t window; /* as it stands in the header, not scaled */
	uint8_t flags; /* TCP_FIN ... */
	uint8_t ttl; /* TTL or hop limit */
	uint8_t tos; /* TOS or traffic class */
	uint32_t flow_label; /* IPv6 flow label */
	struct tcp_times times;
	bool has_block; /* the first SACK block, which is where a DSACK stands (RFC 2883 4) */
	uint32_t block_from, block_to;
};

/* False where it is not a TCP segment, a fragment, or cut within its headers. */
bool tcp_segment_parse(struct span packet, struct tcp_segment *s);

/* Sequence numbers wrap around (RFC 9293 3.4): does a come behind b? */
static inline bool seq_is_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

#endif
