/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer, and what has to be known to prove it: the probes of a run, each built again when it is asked for. */
#ifndef UTURN_TRACE_ANSWER_WORLD_H
#define UTURN_TRACE_ANSWER_WORLD_H

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
	uint16_t id; /* of the answer's IPv4 header; 0: it says nothing, or is that of the probe */
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

enum answer_result {
	ANSWER_FOREIGN, /* not about anything that this run could have sent */
	ANSWER_UNPROVEN, /* claims to be about a probe, and does not prove it */
	ANSWER_PROVEN,
};

/* The packet of a probe other than a request, appended to *out. */
void answer_rebuild(const struct answer_world *w, unsigned index, struct writer *out);
/* Of what a probe is, and carries; p may be NULL: as all of the run. */
uint8_t answer_protocol(const struct answer_world *w, const struct sent_probe *p);
enum payload_kind answer_payload(const struct answer_world *w, const struct sent_probe *p);

#endif
