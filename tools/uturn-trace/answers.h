/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a captured packet is an answer to. Only what proves to be about a probe
 * of this run is an answer; all else is somebody's traffic, or forged.
 *
 * Pure: nothing is sent or kept. The answer borrows nothing of the packet.
 */
#ifndef UTURN_TRACE_ANSWERS_H
#define UTURN_TRACE_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "aim.h"
#include "identity.h"
#include "packet/addr.h"
#include "packet/build.h"
#include "packet/bytes.h"
#include "packet/reverse_request.h"
#include "sent.h"

enum answer_form {
	ANSWER_IS_EXPIRED, /* Time Exceeded */
	ANSWER_IS_UNREACHABLE, /* Destination Unreachable and the like */
	ANSWER_IS_REPLY, /* of a host: an echo reply, RST or SYN+ACK, a datagram of the protocol of the payload */
	ANSWER_IS_RETURN, /* a datagram that a u-turn host has sent back */
	ANSWER_IS_STATUS, /* of a request: no answer, and why */
};

struct answer {
	unsigned index; /* of the probe */
	enum answer_form form;
	struct addr from; /* of a request: the hop that the server names */
	uint8_t type, code; /* of ICMP, else 0 */
	uint32_t mtu; /* of a packet that was too large (answer_is_too_big()), as it was told, whatever that is */
	uint8_t ttl_received; /* 0: not known */
	uint8_t ttl_left; /* of the probe as it was quoted; 0: not quoted */
	bool is_request; /* what a server of requests has said */
	bool is_echo; /* of a request: its own bytes, there is no server */
	enum request_status status; /* ANSWER_IS_STATUS */
	struct addr interface; /* the incoming one's address, where the answer names it (RFC 5837); else family 0 */
	struct note note;
};

struct answer_world {
	const struct identity *identity;
	const struct aim *aim;
	const struct sent *sent;
};

/* Fragmentation Needed, or Packet Too Big. */
bool answer_is_too_big(const struct answer *a);

enum answer_result {
	ANSWER_FOREIGN, /* not about anything that this run could have sent */
	ANSWER_UNPROVEN, /* claims to be about a probe, and does not prove it */
	ANSWER_PROVEN,
};

/* The packet of a probe other than a request, appended to *out. */
void answer_rebuild(const struct answer_world *w, unsigned index, struct writer *out);

enum answer_result answer_of(const struct answer_world *w, struct span packet, struct answer *a);

/* What the objects of an extension say, into the note of *a. */
void answer_read_objects(struct answer *a, struct span objects);

#endif
