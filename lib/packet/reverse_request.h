/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request of the ICMP reverse-traceroute protocol, uturn-request(7): an echo
 * request with code 1 that asks for one probe, with a TTL of the requester's
 * choice, and for the address that answers it.
 */
#ifndef UTURN_PACKET_REVERSE_REQUEST_H
#define UTURN_PACKET_REVERSE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/probe.h"

/* The first byte of a response. */
enum request_status {
	STATUS_DONE,
	STATUS_TTL, /* 0 */
	STATUS_PROTOCOL, /* neither UDP, TCP nor the family's ICMP */
	STATUS_FLOW, /* never sent: every flow is valid */
	STATUS_EXTENSION,
	/* additions of ours, only where the request left room for an extended response */
	STATUS_TIMEOUT,
	STATUS_BUSY,
};

enum { CLASS_TARGET = 5, C_TYPE_TARGET = 0 }; /* the object that names another target */

struct reverse_request {
	enum request_status wrong; /* STATUS_DONE: nothing */
	uint8_t wrong_class, wrong_c_type; /* STATUS_EXTENSION: of the object */
	struct addr to; /* where the probe shall go; another's address only where is_indirect */
	bool is_indirect;
	uint16_t flow; /* never 0 */
	uint8_t ttl;
	uint8_t protocol; /* PROTOCOL_UDP, _TCP or the family's ICMP */
};

/* p: a PROBE_REQUEST. Everything in it has an answer: what is wrong is in r->wrong. Borrows nothing. */
void reverse_request_parse(const struct probe *p, struct reverse_request *r);

#endif
