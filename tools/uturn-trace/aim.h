/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is traced, and how: the same in all probes of a run. Numbers are in host order. */
#ifndef UTURN_TRACE_AIM_H
#define UTURN_TRACE_AIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interface.h"
#include "packet/addr.h"
#include "packet/request_payload.h"
#include "search/flows.h"

/* Of a datagram for a closed port, and of those of a protocol whose servers answer. */
enum { AIM_PORT = 33434, AIM_PORT_DNS = 53, AIM_PORT_QUIC = 443 };

struct aim {
	struct addr target, source;
	uint8_t protocol; /* PROTOCOL_UDP, _TCP or the family's ICMP */
	uint8_t tos;
	uint16_t port; /* destination; an echo request has none */
	enum payload_kind payload; /* of UDP */
	char interface[INTERFACE_SIZE]; /* by which alone probes leave; "": what the routing table chooses */
	uint16_t mtu; /* of that interface, bytes; 0: not known */
	struct flows flows;
};

/* Does the target answer a probe with an error, which quotes what arrived? */
bool aim_is_quoted(const struct aim *aim);

/* "udp", "tcp", "icmp". */
const char *aim_protocol(const struct aim *aim);

/*
 * Looks up the target's name and the address of this host that probes to it
 * leave from. family: 0 for the first that there is, 4 or 6. source: NULL for
 * what the routing table chooses, or an address as text. interface: NULL, or the
 * name of one. Returns 0, or -1 with words in why. Sets target, source and
 * interface only.
 */
int aim_at(struct aim *aim, const char *name, uint8_t family, const char *source, const char *interface, char *why,
	size_t why_size);

#endif
