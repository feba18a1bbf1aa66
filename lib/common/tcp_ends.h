/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ends of a TCP connection. */
#ifndef UTURN_COMMON_TCP_ENDS_H
#define UTURN_COMMON_TCP_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

struct tcp_ends {
	struct addr local, peer; /* IPv4 also where the socket has an IPv4-mapped IPv6 address */
	uint16_t local_port, peer_port;
};

/* False: fd is not a connection, or no longer one. */
bool tcp_ends_read(int fd, struct tcp_ends *ends);
/*
 * Has NAT of this host changed what the peer connected to (REDIRECT, DNAT)? Then
 * its packets have the ends in *wire outside of this host. The kernel knows it
 * from connection tracking, of connections that it has translated itself.
 */
bool tcp_ends_are_translated(int fd, const struct tcp_ends *ends, struct tcp_ends *wire);
/* Is the peer another address of this host than the loopback? */
bool tcp_ends_are_own(const struct tcp_ends *ends);

#endif
