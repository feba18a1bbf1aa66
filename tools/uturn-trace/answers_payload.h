/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a server of the target has answered to a datagram of its protocol (packet/request_payload.h). */
#ifndef UTURN_TRACE_ANSWERS_PAYLOAD_H
#define UTURN_TRACE_ANSWERS_PAYLOAD_H

#include "answer_world.h"

/*
 * reply: the payload of a datagram from the target and its port. Sets what *a has
 * of the probe, and leaves ttl_received alone. Not ANSWER_FOREIGN.
 */
enum answer_result answers_of_payload(const struct answer_world *w, struct span reply, struct answer *a);

/* The payload of the probe of this index, within the packet that is written into *out. */
struct span answers_payload(const struct answer_world *w, unsigned index, struct writer *out);

#endif
