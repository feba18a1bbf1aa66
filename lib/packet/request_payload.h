/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a datagram of build_request_probe() carries, and what a host answers to
 * it. Two kinds are of a protocol whose servers answer a client that they do not
 * know:
 *
 * DNS   a query for the address of KEY.uturn-trace.invalid (RFC 1035; the name is
 *       of RFC 6761 6.4, which resolvers answer themselves)
 * QUIC  a client's first packet of a version that is reserved (RFC 9000 15): a
 *       server answers one of 1,200 bytes with Version Negotiation (RFC 9000 6)
 *
 * Each has a key of 48 bits, which the answer repeats, and two bytes that make
 * the checksum of the datagram what its sender wants. Nothing borrows, except the
 * spans that are said to.
 */
#ifndef UTURN_PACKET_REQUEST_PAYLOAD_H
#define UTURN_PACKET_REQUEST_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

enum payload_kind { PAYLOAD_TEXT, PAYLOAD_DNS, PAYLOAD_QUIC };

enum {
	PAYLOAD_TEXT_SIZE = 8, /* in front of the key of PAYLOAD_TEXT */
	PAYLOAD_KEY = 6, /* bytes */
	PAYLOAD_DNS_SIZE = 50, /* the smallest of its kind */
	PAYLOAD_QUIC_SIZE = 28,
	PAYLOAD_QUIC_ANSWERED = 1200, /* a smaller one is not answered (RFC 9000 6.1) */
};

struct request_payload {
	enum payload_kind kind;
	const char *text; /* of PAYLOAD_TEXT: PAYLOAD_TEXT_SIZE bytes, NULL: the text of neutral.h */
	uint64_t key; /* in the upper 48 bits */
	size_t size; /* bytes; what is missing is zeroes, and a smaller number is the smallest of the kind */
};

/* Appends it. Returns where in *out the two bytes are that are free for a checksum; they are zero, at an even place. */
size_t request_payload_put(const struct request_payload *p, struct writer *out);

/* The bytes of the key in a payload of this kind, borrowed; shorter, or empty, where the payload is. */
struct span request_payload_key(enum payload_kind kind, struct span payload);
/* The first 16 bits of the key of such a payload, as much as is there; false: it cannot be one of ours. */
bool request_payload_first(enum payload_kind kind, struct span payload, uint16_t *first);

/* The same of the key that an answer repeats. */
bool payload_reply_first(enum payload_kind kind, struct span reply, uint16_t *first);
/* Does it answer this payload: are the key, and all else that it has to repeat, those of it? */
bool payload_reply_is_of(enum payload_kind kind, struct span sent, struct span reply);

#endif
