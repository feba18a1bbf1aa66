/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Special-purpose addresses: one table, of IANA's IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890, RFC 8190) as of May 2025, of
 * which RFC 9780's row is the newest. Every question about a kind of address
 * is a column of it.
 *
 * Nothing allocates; a struct special is constant, and stays.
 */
#ifndef UTURN_PACKET_SPECIAL_H
#define UTURN_PACKET_SPECIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

/* What uturn makes of a prefix. */
enum special_use {
	SPECIAL_NO_HOST, /* neither asks nor is answered */
	SPECIAL_ROUTER, /* a router's at most, inside large networks, and forwarded like any other */
	SPECIAL_LINK, /* a router's at most, and as a source nobody may forward it */
	SPECIAL_BOGON, /* a host's, but not on the Internet: documentation, benchmarking and the like */
	SPECIAL_USED, /* in use: private networks, tunnels, anycast */
};

struct special {
	struct prefix prefix;
	const char *name; /* as the registry has it; NULL: not in it */
	uint16_t rfc;
	enum special_use use;
	bool is_filtered; /* commonly, as a source, at the border of a network */
};

/* The registry's longest prefix that contains the address, or NULL: an ordinary one. */
const struct special *special_find(const struct addr *a);

/*
 * An address of one host, that can ask and be answered. Not one: unspecified,
 * loopback, multicast, broadcast and reserved (RFC 1122 3.2.1.3, RFC 6890),
 * link-local, IPv4-compatible and IPv4-mapped addresses (RFC 4291 2.5.5), and
 * an address without a family.
 */
bool addr_is_unicast_host(const struct addr *a);

/*
 * May be the source of a router's error: a host's address, and those that only
 * routers have, among which IPv4-mapped ones (6PE, of an address that may).
 */
bool addr_is_router(const struct addr *a);
/* Of these, one that may be the source of a packet that is forwarded (RFC 3927 7, RFC 4291 2.5.6). */
bool addr_is_forwarded(const struct addr *a);
/* An IPv6 link-local address, which only the first router of a path can have. */
bool addr_is_link_local6(const struct addr *a);
/* An IPv4 address in IPv6 form, ::ffff:0:0/96 (RFC 4291 2.5.5.2); *four: what it stands for. */
bool addr_is_mapped(const struct addr *a, struct addr *four);

/*
 * A unicast address that is never seen on the Internet: for documentation,
 * benchmarking and the like. Private, shared and unique local addresses, which
 * a network sees from inside, are not bogons here.
 */
bool addr_is_bogon(const struct addr *a);
bool prefix_is_bogon(const struct prefix *p); /* all of it */

/* True where packets from it are commonly filtered, wherever they come from. */
bool addr_is_filtered(const struct addr *a);

#endif
