/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request of the ICMP reverse-traceroute protocol, uturn-request(7), as this client sends it. */
#ifndef UTURN_TRACE_REQUEST_H
#define UTURN_TRACE_REQUEST_H

#include <stdint.h>

#include "aim.h"
#include "packet/bytes.h"

enum { REQUEST_SIZE = 48 }; /* bytes of the ICMP message: uturnd answers it with everything it knows */

/* The whole packet. ttl 0: no probe, but a server says that it is one (status 1). */
void request_build(const struct aim *aim, uint16_t id, uint16_t flow, uint8_t ttl, struct writer *out);

#endif
