/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one uturn host tells its peers: a packet that it has captured and that
 * belongs to no flight of its own, in one UDP datagram. uturn-peer(7) has it to
 * the byte; all numbers are big-endian.
 *
 * Here is the format alone. The authentication code (MAC) at the end, over all
 * in front of it, is computed and compared by the caller, before it believes
 * any of the rest.
 */
#ifndef UTURN_PACKET_PEER_DATAGRAM_H
#define UTURN_PACKET_PEER_DATAGRAM_H

#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/reason.h"

enum {
	PEER_VERSION = 1,
	PEER_KEY_SIZE = 32, /* bytes */
	PEER_HEADER = 56, /* bytes in front of the packet */
	PEER_MAC_SIZE = 16,
	PEER_PACKET_MOST = 1280, /* of the packet: no router needs to send a longer error (RFC 4443 2.4(c)) */
	PEER_DATAGRAM_MOST = PEER_HEADER + PEER_PACKET_MOST + PEER_MAC_SIZE,
	PEER_WINDOW_S = 5, /* seconds by which the clocks of two hosts may differ */
};

enum peer_kind {
	PEER_ERROR = 1, /* an ICMP error */
	PEER_REPLY = 2, /* what answers the probe of a request: echo reply, RST, SYN+ACK */
	PEER_ALIVE = 3, /* no packet: the sender is there */
};

struct peer_datagram {
	enum peer_kind kind;
	struct addr sender; /* the address and port that it is sent from */
	uint16_t sender_port;
	uint64_t captured_ns; /* when the packet was, CLOCK_REALTIME of the sender */
	uint64_t epoch; /* when the sender was started, likewise; with count it is of this datagram alone */
	uint64_t count; /* of the sender's datagrams since then, from 1 */
	struct span packet; /* from its IP header, as captured */
};

/* Appends all but the MAC, which the caller appends; sets overflow if it does not fit. packet: at most PEER_PACKET_MOST. */
void peer_datagram_put(const struct peer_datagram *d, struct writer *out);

/*
 * REASON_OK; PEER_VERSION of another version, PEER_FORMAT of anything else that
 * is no such datagram, and *d is undefined. Its span borrows the bytes.
 */
enum reason peer_datagram_parse(struct span bytes, struct peer_datagram *d);
/* What the MAC is over, and the MAC: of a datagram that was parsed. */
struct span peer_datagram_covered(struct span bytes);
struct span peer_datagram_mac(struct span bytes);

#endif
