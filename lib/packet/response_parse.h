/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A response of the ICMP reverse-traceroute protocol, uturn-request(7), as the
 * client sees it: what answered a probe of the server's, or why there is no
 * answer.
 *
 * Numbers are in host order; `objects` borrows the packet. The identifier is
 * all that proves a response: whether it is of a request that is out, and comes
 * from the server that was asked, is for the caller to check.
 */
#ifndef UTURN_PACKET_RESPONSE_PARSE_H
#define UTURN_PACKET_RESPONSE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/build.h"
#include "packet/bytes.h"
#include "packet/reverse_request.h"

enum response_result {
	RESPONSE_NONE, /* something else, or broken */
	RESPONSE_READ,
	RESPONSE_ECHO, /* the request's own bytes: a kernel that answers it as a ping, and serves no requests */
};

struct reverse_response {
	struct addr from, to;
	uint16_t id;
	/*
	 * STATUS_PROTOCOL and STATUS_FLOW stand for each other: the reference client and
	 * server disagree about their numbers. Either says that a probe of this protocol
	 * and flow is not sent.
	 */
	enum request_status status;
	uint8_t wrong_class, wrong_c_type; /* STATUS_EXTENSION */
	/* STATUS_DONE */
	struct addr hop;
	uint32_t rtt_ns; /* UINT32_MAX: that or more */
	bool has_kind; /* where the server told how it was answered, as uturnd does */
	enum answer_kind kind;
	uint8_t icmp_type, icmp_code;
	uint8_t ttl; /* with which the answer reached the server */
	struct span objects; /* of the router's own extension, each whole */
};

/* request: the ICMP message that was sent under the identifier of this packet; empty where that is not known. */
enum response_result response_parse(struct span packet, struct span request, struct reverse_response *r);

/* The identifier of what may be a response, to find its request by; false where it is anything else. */
bool response_identifier(struct span packet, uint16_t *id);

#endif
